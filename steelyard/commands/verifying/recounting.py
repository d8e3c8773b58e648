"""``steelyard recount``: cells drawn by a public seed, weighed again by the independent verifier."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from fractions import Fraction
from math import ceil

from steelyard.bureau.asking.recounting import Recount, recount
from steelyard.commands.asked import speaker
from steelyard.engine.expressions.wording import figure
from steelyard.engine.problems import Language

_WORDS = {
    "zh": (
        "运行 {run}：共 {size} 个单元（单位×指标×周期），以种子“{seed}”抽 {checked} 个，由独立复核器重新计算",
        "一致 {right} 个，不一致 {wrong} 个",
        "全部单元都已复核：有误的恰为 {wrong} 个",
        "有 95% 的把握：全部单元中有误的不超过 {bound}%，即至多 {most} 个",
        "查清并更正以上各处之前，不宜公布",
    ),
    "en": (
        "run {run}: {size} cells (unit x indicator x period); {checked} were drawn with the seed '{seed}' and weighed "
        "again by the independent verifier",
        "{right} agree, {wrong} do not",
        "every cell was weighed again: exactly {wrong} are wrong",
        "with 95 % certainty at most {bound} % of all cells are wrong, that is at most {most}",
        "settle the differences above before anything is published",
    ),
}


def recount_sample(arguments: argparse.Namespace) -> int:
    """Exit code 1 when a cell did not come out as published."""
    found = recount(arguments.run, arguments.record, arguments.sample, arguments.seed, speaker(arguments.language))
    if arguments.json:
        print(json.dumps(plain(found), ensure_ascii=False))
    else:
        print("\n".join(told(found, arguments.language)))
    return 1 if found.wrong else 0


def told(found: Recount, language: Language) -> Iterator[str]:
    first, counted, complete, bounded, settle = _WORDS[language]
    checked, wrong = found.finding.checked, found.finding.wrong
    yield first.format(run=found.run, size=found.size, seed=found.seed, checked=checked)
    yield counted.format(right=checked - wrong, wrong=wrong)
    for one in found.wrong:
        yield f"  {one.unit} {one.name} {one.period} {one.indicator}"
        yield from (f"    {difference}" for difference in one.differences)
    if checked == found.size:
        yield complete.format(wrong=wrong)
    else:
        yield bounded.format(bound=percent(found), most=int(share(found) * found.size))
    if wrong:
        yield settle


def share(found: Recount) -> Fraction:
    """The bound, and never more than what was not drawn could still hide."""
    unseen = found.size - found.finding.checked
    return min(Fraction(found.finding.high), Fraction(unseen + found.finding.wrong, found.size))


def percent(found: Recount) -> str:
    """Rounded up to hundredths of a per cent, since it is an upper bound."""
    hundredths = ceil(share(found) * 10_000)
    return figure(Fraction(hundredths, 100))


def plain(found: Recount) -> dict[str, object]:
    return {
        "run": found.run,
        "seed": found.seed,
        "cells": found.size,
        "checked": list(found.drawn),
        "wrong": [vars(one) for one in found.wrong],
        "certainty": 0.95,
        "share_at_most": float(share(found)),
        "cells_at_most": int(share(found) * found.size),
    }
