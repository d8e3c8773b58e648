"""The door of watching: a plan up to a month goes in, what fired comes out, row by row and gathered to issues."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from steelyard.analysis.uncertainty import Flags, Ints
from steelyard.bureau.folder import Bureau
from steelyard.bureau.runs.order import Order
from steelyard.bureau.telling import Progress, silent
from steelyard.bureau.watching.gathering import issues
from steelyard.bureau.watching.limiting import Warning, first_seen, warnings, worse_is_up
from steelyard.bureau.watching.risking import Risks
from steelyard.bureau.watching.series import Series, Watchable, watchable
from steelyard.bureau.watching.settings import Terms, terms_of
from steelyard.bureau.watching.signalling import Ready, Signal, blocks, false_alarms, ready, signals
from steelyard.bureau.watching.watched import Row, Watched
from steelyard.engine.calendar import Calendar

DRAWS = 3
"""Drawn orders of the months by which false alarms are measured."""


def watch(bureau: Bureau, order: Order, until: str, progress: Progress = silent) -> Watched:
    """What of a plan needs looking at, after the months up to ``until``. Raises `Refused` with what is wrong."""
    terms = terms_of(bureau)
    return looked(watchable(bureau, order, until, progress), terms, bureau.calendar(), progress)


def looked(of: Watchable, terms: Terms, calendar: Calendar | None = None, progress: Progress = silent) -> Watched:
    """The same of a run that is there. ``calendar``: without it no last day is told."""
    count = sum(one.index.size for one in of.series)
    progress(f"开始查看 {count} 个序列", f"looking at {count} series")
    every = [one for block in blocks(of.series, terms) for one in ready(block)]
    judged, rows = 0, [*_limits(of, terms), *_at_risk(of, Risks(of, terms, calendar))]
    for one in every:
        told, found = signals(one, len(of.months), of.past)
        judged += told
        rows += _signals(of, one, found)
    rows.sort(key=lambda row: (row.unit, row.indicator, row.item, row.rule))
    return Watched(
        of.ran.plan.id, str(of.months[-1]), str(of.months[-1].end), of.ran.snapshot.batch, count, judged,
        terms.chance, _measured(of, every), tuple(rows), tuple(issues(of, rows)),
    )  # fmt: skip


def _measured(of: Watchable, every: Sequence[Ready]) -> float | None:
    """False alarms at a point, counted where nothing can have happened: the months in drawn orders."""
    found = [false_alarms(one, len(of.months), DRAWS, seed) for seed, one in enumerate(every)]
    alarms, points = (sum(one[at] for one in found) for at in (0, 1))
    return _plain(alarms / points) if points else None


def _limits(of: Watchable, terms: Terms) -> Iterator[Row]:
    """Who stands beyond a warning limit."""
    for warning in warnings(of, terms):
        fired = np.stack([warning.fired(month) for month in range(of.count)])
        since = first_seen(fired)
        for one in warning.series:
            yield from _beyond(of, warning, one, fired[-1], since)


def _at_risk(of: Watchable, risks: Risks) -> Iterator[Row]:
    """Whose chance to meet the target of the year is below what the bureau asks for."""
    for one in of.series:
        for at, seen, colour in risks.at_risk(one):
            yield risks.told(one, _row(of, one, at, str(of.months[-1].to_date), float(seen.now[at])), at, seen, colour)


def _beyond(of: Watchable, warning: Warning, one: Series, fired: Flags, since: Ints) -> Iterator[Row]:
    period = of.to_date(of.count - 1)
    chance = warning.chance(one, period)
    for at, unit in enumerate(one.index.tolist()):
        if fired[unit] and np.isfinite(one.value[period, at]):
            yield replace(
                _row(of, one, at, str(of.months[-1].to_date), float(one.value[period, at])),
                rule="limit",
                limit=None if warning.limit is None else _plain(warning.limit[period, unit]),
                chance=None if chance is None else _plain(chance[at]),
                first_seen=str(of.months[of.past + int(since[unit])]),
            )


def _signals(of: Watchable, one: Ready, found: list[Signal]) -> Iterator[Row]:
    """Those on the side that is worse, and the others where somebody wants to see them."""
    for signal in found:
        series = of.series[signal.series]
        worse = signal.up == worse_is_up(series.indicator.warn, series.leaf.rule.direction)
        if worse or one.block.terms.both:
            yield replace(
                _row(of, series, signal.unit, str(of.months[-1]), signal.value),
                rule=signal.rule, side="worse" if worse else "better", expected=_plain(signal.expected),
                limit=None if signal.limit is None else _plain(signal.limit), chance=_plain(signal.chance),
                first_seen=str(of.months[signal.since]),
            )  # fmt: skip


def _row(of: Watchable, one: Series, at: int, period: str, value: float) -> Row:
    """Of a unit of the series, or of a whole class where ``at`` is -1 - class."""
    panel = of.ran.result.panel
    unit = "" if at < 0 else panel.subjects[int(one.index[at])]
    within = panel.class_names[-1 - at if at < 0 else int(of.classes[one.index[at]])]
    return Row(
        unit, of.ran.names.get(unit, unit), within, one.indicator.id, one.item, one.name, one.indicator.owner or "",
        period, "limit", "worse", _plain(value),
    )  # fmt: skip


def _plain(value: float) -> float:
    """Eight digits: more say nothing of what is estimated."""
    return float(f"{float(value):.8g}")
