"""What changes little must cost little: new rows, corrections, other weights, other targets, places and intervals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from bench.figures import Figure, least, spent
from bench.province import OUT, Province
from steelyard.analysis.places import standing
from steelyard.bureau.runs.increment import increment, keep
from steelyard.bureau.runs.results import Results
from steelyard.engine.expressions.nodes import number
from steelyard.engine.model.plan import Plan
from steelyard.engine.whatif import reweigh
from steelyard.lake.intake import intake

NEW, CORRECTED = 10_000, 100


def figures(home: Province) -> Iterator[Figure]:
    yield from increments(home)
    yield from questions(home)


def increments(home: Province) -> Iterator[Figure]:
    """A day's filings arrive: 10,000 new rows, 100 corrected ones."""
    copied = home.copy("increment")
    kept = keep(home.ran("branches_2026", copied))
    files = [_batch(home.world / "files" / "申报明细_202612.csv")]
    intake(copied.record, list(home.tables.values()), files, datetime(2027, 6, 1), calendar=copied.calendar())
    brought, full = least(lambda: increment(kept), lambda: home.ran("branches_2026", copied))
    fresh, whole = increment(kept).ran, home.ran("branches_2026", copied)
    assert Results(fresh).digest == Results(whole).digest, "an increment that differs is worth nothing"
    same = sum(fresh.result.indicators[id] is kept.ran.result.indicators[id] for id in fresh.result.indicators)
    print(f"  {NEW:,} new and {CORRECTED} corrected rows: {brought:.2f} s; {same} indicators were not touched")
    yield Figure("increment / full run", brought / full, 1 / 20)


def questions(home: Province) -> Iterator[Figure]:
    ran = home.ran("branches_2026")
    plan, book, result = ran.plan, ran.book, ran.result
    heavier = _reweighted(plan)
    id, rule = next((id, rule) for id, rule in book.indicators.items() if id in result.indicators and rule.full)
    other = replace(book, indicators={**book.indicators, id: rule.model_copy(update={"full": number(7)})})
    weights, target = least(
        lambda: reweigh(result, book, book, heavier), lambda: reweigh(result, book, other, plan), times=5
    )
    yield Figure("what-if: other weights", weights * 1000, 50, unit="ms")
    yield Figure("what-if: another rule", target * 1000, 50, unit="ms")
    last = slice(-len(result.panel.subjects), None)
    scores = [result.total.fraction(at) or 0 for at in range(result.panel.size)][last]
    noise = [float(score) / 100 + 0.1 for score in scores]
    yield Figure(
        "places and intervals, 10,000 draws", spent(lambda: standing(scores, noise, seed=1, draws=10_000)), 1, unit="s"
    )


def _reweighted(plan: Plan) -> Plan:
    """The same plan with one more point for the whole."""
    return plan.model_copy(update={"total": number(plan.total.value + 1)})


def _batch(month: Path) -> Path:
    """The first rows of a month once more under new numbers, and some of them under their own with other amounts."""
    header, *rows = month.read_text("gb18030").splitlines()[: NEW + 1]
    fresh = ["9" + row[1:] for row in rows]
    cells = [row.split(",") for row in rows[:CORRECTED]]
    corrected = [",".join([*row[:11], "123.45", *row[12:]]) for row in cells]
    path = OUT / "increment" / "申报明细_增量.csv"
    path.write_text("\n".join([header, *fresh, *corrected]) + "\n", "gb18030")
    return path
