"""What changes little must cost little: new rows, corrections, other weights, other targets, places and intervals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np

from bench.figures import Figure, least, spent
from bench.province import BRANCHES, Province
from bench.sealing import sealed
from steelyard.analysis.places import standings
from steelyard.bureau.runs.increment import increment, keep
from steelyard.bureau.sheets.uncertainty import errors
from steelyard.engine.evaluate import evaluate
from steelyard.engine.expressions.nodes import number
from steelyard.engine.model.book import RuleBook
from steelyard.engine.model.plan import Plan
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
    brought, full = least(lambda: increment(kept), lambda: home.ran(BRANCHES, copied), times=home.turns)
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
    """Other weights, another rule: asked of the array core, and answered as by a full evaluation."""
    ran = home.ran(BRANCHES)
    plan, book, result = ran.plan, ran.book, ran.result
    heavier = plan.model_copy(update={"total": number(plan.total.value + 1)})
    id, rule = next((id, rule) for id, rule in book.indicators.items() if id in result.indicators and rule.full)
    other = replace(book, indicators={**book.indicators, id: rule.model_copy(update={"full": number(7)})})
    asked: list[tuple[str, RuleBook, Plan]] = [("other weights", book, heavier), ("another rule", other, plan)]
    for name, after, under in asked:
        took, whole = least(
            lambda after=after, under=under: reweigh(result, book, after, under),  # type: ignore[misc]
            lambda after=after, under=under: evaluate(after, under, result.panel, result.scope.totals),  # type: ignore[misc]
            times=home.turns,
        )
        again, fresh = reweigh(result, book, after, under), evaluate(after, under, result.panel, result.scope.totals)
        assert sealed(again) == sealed(fresh), "an answer that differs is worth nothing"
        print(f"  what-if, {name}: {took}; evaluating everything again: {whole}")
        yield Figure(f"what-if: {name}", took.seconds * 1000, 50, unit="ms")


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
