"""``steelyard try``."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence

from steelyard.bureau.asking.trying import ENGINES, Trial
from steelyard.bureau.asking.trying import try_cases as tried
from steelyard.engine.given import accept, unlike
from steelyard.engine.problems import Language
from steelyard.engine.trying.outcomes import Mismatch, Outcome


def try_cases(arguments: argparse.Namespace) -> int:
    engines = arguments.engine or list(ENGINES)
    accept(problem for name in engines for problem in unlike("--engine", name, list(ENGINES)))
    trial = tried(arguments.cases, engines)
    if arguments.json:
        print(json.dumps(summary(trial), ensure_ascii=False))
    else:
        for engine, outcomes in trial.outcomes.items():
            for outcome in outcomes:
                for mismatch in outcome.mismatches:
                    print(f"{outcome.file} [{engine}] {said(mismatch, arguments.language)}")
        print(closing(trial))
    return 0 if trial.held else 1


_SAID = {"zh": "应为 {expected}，得到 {found}", "en": "expected {expected}, found {found}"}


def said(mismatch: Mismatch, language: Language) -> str:
    told = _SAID[language].format(expected=mismatch.expected, found=mismatch.found)
    return f"{mismatch.case} #{mismatch.row} {mismatch.column}: {told}"


def closing(trial: Trial) -> str:
    """``rules 109 of 109, examples 309 of 309``: what held on every engine."""
    counted = summary(trial)
    return "rules {rules_held} of {rules}, examples {held} of {examples}".format(**counted)


def summary(trial: Trial) -> dict[str, int]:
    per_engine = list(trial.outcomes.values())
    together: list[Sequence[Outcome]] = list(zip(*per_engine, strict=True))
    return {
        "rules": len(together),
        "rules_held": sum(all(not outcome.mismatches for outcome in group) for group in together),
        "examples": sum(group[0].examples for group in together),
        "held": sum(min(outcome.held for outcome in group) for group in together),
    }
