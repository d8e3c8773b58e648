"""``steelyard reconcile``: numbers of two sources that must agree, every difference with its cells."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from fractions import Fraction

from steelyard.bureau.reconciling.comparing import Difference, Outcome, reconcile
from steelyard.bureau.runs.order import Order
from steelyard.bureau.showing import decimal
from steelyard.commands.asked import bureau_of, speaker
from steelyard.engine.expressions.wording import figure
from steelyard.engine.problems import Language
from steelyard.lake.record.behind import Spot

_WORDS = {
    "zh": (
        "比对 {n} 项：一致 {exact}，容差内 {within}，不符 {wrong}",
        "差",
        "没有数",
        "等 {n} 处",
        "全部相符",
        "{n} 处不符",
        "比对 {n} 项：各不相同 {apart}，不符 {wrong}",
        "，其中只有一边有数 {one_sided}",
    ),
    "en": (
        "{n} compared: {exact} the same, {within} within tolerance, {wrong} not",
        "difference",
        "no rows",
        "and more, {n} in all",
        "everything agrees",
        "{n} differences",
        "{n} compared: {apart} apart, {wrong} not",
        ", {one_sided} of them with one side only",
    ),
}
CELLS = 6


def reconcile_sources(arguments: argparse.Namespace) -> int:
    """Exit code 1 when something does not agree."""
    outcomes = reconcile(bureau_of(arguments), Order(known_at=arguments.known_at), speaker(arguments.language))
    if arguments.json:
        print(json.dumps([plain(outcome) for outcome in outcomes], ensure_ascii=False))
    else:
        print("\n".join(told(outcomes, arguments.language)))
    return 1 if any(outcome.differences for outcome in outcomes) else 0


def told(outcomes: Sequence[Outcome], language: Language) -> Iterator[str]:
    words = _WORDS[language]
    for outcome in outcomes:
        yield f"{outcome.rule.name}: {_counted(outcome, words)}"
        for difference in outcome.differences:
            yield from _difference(outcome, difference, words)
    wrong = sum(len(outcome.differences) for outcome in outcomes)
    yield words[5].format(n=wrong) if wrong else words[4]


def _counted(outcome: Outcome, words: Sequence[str]) -> str:
    text = words[0 if outcome.rule.must == "agree" else 6] + (words[7] if outcome.one_sided else "")
    return text.format(
        n=outcome.compared,
        exact=outcome.exact,
        within=outcome.within,
        apart=outcome.apart,
        wrong=len(outcome.differences),
        one_sided=outcome.one_sided,
    )


def _difference(outcome: Outcome, found: Difference, words: Sequence[str]) -> Iterator[str]:
    size = "" if not found.size else f"，{words[1]} {shown(found.size)}"
    yield f"  {found.unit} {found.name} {found.period}{size}"
    sides = ((outcome.rule.left, found.left, found.left_spots), (outcome.rule.right, found.right, found.right_spots))
    for side, value, spots in sides:
        number = words[2] if value is None else shown(value)
        yield f"    {side.name} = {number}  {cells(spots, words[3])}".rstrip()


def shown(value: Fraction) -> str:
    return figure(Fraction(decimal(value, 9)))


def cells(spots: Sequence[Spot], more: str) -> str:
    """``file Sheet!A1 B1``: the file is named once."""
    texts: list[str] = []
    for before, spot in zip([None, *spots], spots[:CELLS], strict=False):
        same = before is not None and (before.file, before.sheet) == (spot.file, spot.sheet)
        texts.append(str(spot).rpartition("!")[2] if same and spot.sheet else str(spot))
    return " ".join([*texts, *([more.format(n=len(spots))] if len(spots) > CELLS else [])])


def plain(outcome: Outcome) -> dict[str, object]:
    return {
        "reconcile": outcome.rule.id,
        "compared": outcome.compared,
        "exact": outcome.exact,
        "within": outcome.within,
        "apart": outcome.apart,
        "one_sided": outcome.one_sided,
        "differences": [
            {
                "unit": found.unit,
                "period": found.period,
                "left": None if found.left is None else figure(found.left),
                "right": None if found.right is None else figure(found.right),
                "left_cells": [str(spot) for spot in found.left_spots],
                "right_cells": [str(spot) for spot in found.right_spots],
            }
            for found in outcome.differences
        ],
    }
