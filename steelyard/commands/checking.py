"""``steelyard check``, ``steelyard schema``: questioning rules before they are run, and how they are written."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from dataclasses import replace

from steelyard.bureau.asking.checking import Checked, checked
from steelyard.bureau.folder import Bureau
from steelyard.bureau.people.confirmed import doubts
from steelyard.engine.model.book import KINDS as RULES
from steelyard.engine.model.book import RuleBook
from steelyard.engine.model.facts import FactTable
from steelyard.engine.problems import Language, Problem
from steelyard.engine.shape import Written
from steelyard.engine.trying.cases import Cases
from steelyard.engine.wording.schema import schema

KINDS: Mapping[str, type[Written]] = {**RULES, "facts": FactTable, "cases": Cases}


def check(arguments: argparse.Namespace) -> int:
    """1 when anything is an error; warnings are shown and change nothing."""
    bureau = Bureau(arguments.folder, arguments.record)
    found = checked(bureau, arguments.period)
    if found.book is not None and not found.errors:
        found = replace(found, problems=(*found.problems, *doubts(bureau, found.book)))
    if arguments.json:
        print(json.dumps(_plain(found), ensure_ascii=False))
    else:
        for problem in found.problems:
            print(problem.line(arguments.language))
        print(_closing(found, arguments.language))
    return 1 if found.errors else 0


def _closing(found: Checked, language: Language) -> str:
    book = found.book or RuleBook()
    counts = (len(book.indicators), len(book.plans) + len(book.persons), found.errors, found.warnings)
    if language == "zh":
        return "指标 {} 个，计划 {} 个：错误 {} 处，提醒 {} 处".format(*counts)
    return "{} indicators, {} plans: {} errors, {} warnings".format(*counts)


def _plain(found: Checked) -> dict[str, object]:
    return {
        "errors": found.errors,
        "warnings": found.warnings,
        "problems": [_plain_problem(problem) for problem in found.problems],
    }


def _plain_problem(problem: Problem) -> dict[str, object]:
    return {
        "code": problem.code,
        "severity": problem.severity,
        "file": problem.place.file,
        "line": problem.place.line,
        "column": problem.place.column,
        "zh": problem.text("zh"),
        "en": problem.text("en"),
    }


def print_schema(arguments: argparse.Namespace) -> int:
    """One document's schema, or all of them by kind."""
    kinds = [arguments.kind] if arguments.kind else list(KINDS)
    found = {kind: schema(KINDS[kind]) for kind in kinds}
    print(json.dumps(found[arguments.kind] if arguments.kind else found, ensure_ascii=False, indent=1))
    return 0
