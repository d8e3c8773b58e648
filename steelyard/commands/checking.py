"""``steelyard check``, ``steelyard schema``, ``steelyard text``: reading and questioning rules before they are run."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path

from steelyard.bureau.asking.checking import Checked, checked
from steelyard.bureau.folder import Bureau
from steelyard.bureau.lab.drafting import proposals
from steelyard.engine.expressions.nodes import Node
from steelyard.engine.model.book import KINDS as RULES
from steelyard.engine.model.book import RuleBook
from steelyard.engine.model.facts import FactTable
from steelyard.engine.model.item import Indicator
from steelyard.engine.problems import CATALOGUE, Language, Problem, refuse
from steelyard.engine.shape import Written, suggestion
from steelyard.engine.trying.cases import Cases
from steelyard.engine.wording.rules import general, paragraphs
from steelyard.engine.wording.schema import schema
from steelyard.engine.wording.teller import Teller
from steelyard.engine.wording.vocabulary import vocabulary

CATALOGUE.add(
    {
        "text-file": (
            "读不了文件 {file}：{reason}；请给出 UTF-8 文本文件",
            "cannot read file {file}: {reason}; give a text file in UTF-8",
        ),
        "text-unknown-indicator": (
            "没有指标“{name}”；现有：{allowed}{suggestion}",
            "there is no indicator '{name}'; there are: {allowed}{suggestion}",
        ),
    }
)

KINDS: Mapping[str, type[Written]] = {**RULES, "facts": FactTable, "cases": Cases}


def check(arguments: argparse.Namespace) -> int:
    """1 when anything is an error; warnings are shown and change nothing."""
    found = checked(Bureau(arguments.folder, arguments.record), arguments.period)
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


def tell(arguments: argparse.Namespace) -> int:
    """The whole book as an 考评细则, or one indicator of it; or the other way round, from a text to drafts."""
    bureau = Bureau(arguments.folder)
    book, tables = bureau.book(), bureau.tables()
    language: Language = "en" if arguments.english else arguments.language
    if book.defaults is None:
        raise refuse("book-missing")
    if arguments.read is not None:
        return draft(arguments, book, tables)
    teller = Teller(language, vocabulary(book, tables), book.defaults)
    if arguments.indicator is None:
        print(f"{book.defaults.name}\n\n{general(teller)}\n")
        for number, indicator in enumerate(book.indicators.values(), start=1):
            first, *rest = paragraphs(teller, indicator, _full(book, indicator))
            print("\n".join([f"{number}. {first}", *rest]), end="\n\n")
    else:
        indicator = _named(book, arguments.indicator)
        print("\n".join(paragraphs(teller, indicator, _full(book, indicator))))
    return 0


def draft(arguments: argparse.Namespace, book: RuleBook, tables: Mapping[str, FactTable]) -> int:
    """Drafts of the rules that a text tells, with what is open and what they change as comments; 1 while some is."""
    found = proposals(_text(arguments.read), book, tables)
    print("---\n".join(one.yaml(arguments.language) for one in found), end="")
    return 1 if any(one.draft.open for one in found) else 0


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise refuse("text-file", file=file, reason=error) from error


def _named(book: RuleBook, name: str) -> Indicator:
    """By identifier or by Chinese name."""
    known = {indicator.name: indicator for indicator in book.indicators.values()} | dict(book.indicators)
    if name not in known:
        near = suggestion(name, list(known))
        raise refuse("text-unknown-indicator", name=name, allowed="、".join(book.indicators) or "—", suggestion=near)
    return known[name]


def _full(book: RuleBook, indicator: Indicator) -> Node | None:
    """The full mark that a plan gives instead of the indicator's own."""
    entries = (entry for plan in book.plans.values() for entry in plan.entries)
    return next((entry.full for entry in entries if entry.indicator == indicator.id and entry.full is not None), None)
