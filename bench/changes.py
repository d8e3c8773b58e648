"""What changes little must cost little: new rows, corrections, other weights, other targets, places and intervals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

import numpy as np

from bench.figures import Figure, least, spent
from bench.province import BRANCHES, Province
from bench.sealing import sealed
from steelyard.analysis.places import standings
from steelyard.bureau.runs.increment import increment, keep
from steelyard.bureau.runs.running import Ran
from steelyard.bureau.runs.uncertainty import errors
from steelyard.engine.evaluate import Result, evaluate
from steelyard.engine.expressions.nodes import number
from steelyard.engine.model.book import RuleBook
from steelyard.engine.model.plan import Plan
from steelyard.engine.weighing.panel import Panel, Totals
from steelyard.engine.whatif import reweigh
from steelyard.lake.intake import intake

NEW, CORRECTED, DRAWS = 10_000, 100, 10_000
ARRIVED = datetime(2027, 6, 1)


def figures(home: Province) -> Iterator[Figure]:
    yield from increments(home)
    yield from questions(home)
    yield from intervals(home)


def increments(home: Province) -> Iterator[Figure]:
    """A day's filings arrive: new rows of the last month, and corrections of that month and the one before."""
    copied = home.copy("increment")
    kept = keep(home.ran(BRANCHES, copied))
    files = [_batch(home, "当日", -1, NEW), _batch(home, "更正", -2, 0)]
    intake(copied.record, list(home.tables.values()), files, ARRIVED, calendar=copied.calendar())
    again = [partial(increment, kept)] * 4  # as long as a breath: one full run against several
    *brief, full = least(*again, partial(home.ran, BRANCHES, copied), times=home.turns)
    brought = min(brief)
    fresh, whole = increment(kept).ran.result, home.ran(BRANCHES, copied).result
    assert sealed(fresh) == sealed(whole), "an increment that differs is worth nothing"
    same = sum(fresh.indicators[id] is kept.ran.result.indicators[id] for id in fresh.indicators)
    print(f"  {NEW:,} new and {CORRECTED} corrected rows: {brought}; {same} of {len(fresh.indicators)} indicators rest")
    yield Figure("increment / full run", brought.seconds / full.seconds, 1 / 20)


def _batch(home: Province, name: str, at: int, new: int) -> Path:
    """The first rows of a file once more under new numbers, and some of them under their own with other amounts."""
    written = home.filings[at].read_text("gb18030")
    header, *rows = written.splitlines()[: 1 + max(new, CORRECTED)]
    fresh = ["9" + row[1:] for row in rows[:new]]
    known = [row.split(",") for row in rows[: CORRECTED // 2]]
    corrected = [",".join([*row[:11], "123.45", *row[12:]]) for row in known]
    path = home.out / "increment" / f"申报明细_{name}.csv"
    path.write_text("\n".join([header, *fresh, *corrected]) + "\n", "gb18030")
    return path


def questions(home: Province) -> Iterator[Figure]:
    """Other weights, another rule: for the last month, as somebody asks, and for all months at once."""
    yield from _asked(home.ran(BRANCHES, periods=home.months[-1:]), "one month", home.turns)
    yield from _asked(home.ran(BRANCHES), f"{len(home.months)} months", home.turns)


def _asked(ran: Ran, when: str, turns: int) -> Iterator[Figure]:
    """Each is answered by the array core, to the digit of a full evaluation."""
    plan, book, result = ran.plan, ran.book, ran.result
    heavier = plan.model_copy(update={"total": number(plan.total.value + 1)})
    id, rule = next((id, rule) for id, rule in book.indicators.items() if id in result.indicators and rule.full)
    other = replace(book, indicators={**book.indicators, id: rule.model_copy(update={"full": number(7)})})
    asked: list[tuple[str, RuleBook, Plan]] = [("other weights", book, heavier), ("another rule", other, plan)]
    for name, after, under in asked:
        again, whole = partial(reweigh, result, book, after, under), partial(evaluate, after, under, *_facts(result))
        assert sealed(again()) == sealed(whole()), "an answer that differs is worth nothing"
        took, full = least(again, whole, times=turns)
        print(f"  what-if, {name}, {when}: {took}; evaluating everything again: {full}")
        yield Figure(f"what-if: {name}, {when}", took.seconds * 1000, 50, unit="ms")


def _facts(result: Result) -> tuple[Panel, Totals]:
    return result.panel, result.scope.totals


def intervals(home: Province) -> Iterator[Figure]:
    """From the cases behind every indicator to the interval of every place."""
    ran = home.ran(BRANCHES, periods=("2026",), uncertainty=True)
    result, panel = ran.result, ran.result.panel
    ranked = np.flatnonzero(result.places.ranked)
    scores = [result.total.fraction(int(at)) or 0 for at in ranked]
    classes = [panel.class_names[int(panel.classes[at])] for at in ranked]
    moments = spent(lambda: errors(result))
    noise = errors(result).total[ranked]
    (drawn,) = least(lambda: standings(scores, noise, classes, seed=1, draws=DRAWS), times=home.turns)
    print(f"  standard errors of {len(ranked)} units × {len(result.indicators)} indicators, once a run: {moments}")
    yield Figure(f"places and intervals, {DRAWS:,} draws", drawn.seconds, 1, unit="s")
    yield Figure("standard errors, places and intervals", moments.seconds + drawn.seconds, 1, unit="s")
