"""The score as it stands now: a run kept in memory, brought up to date with every push, so that each push learns at
once what it changed (C37)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock
from typing import Any

import numpy as np

from steelyard.bureau.asking.running import run
from steelyard.bureau.folder import Bureau
from steelyard.bureau.runs.increment import Kept, increment, keep
from steelyard.bureau.runs.order import Order
from steelyard.bureau.sent import file_of, readable, text, unfit
from steelyard.bureau.showing import decimal
from steelyard.engine.arithmetic.numbers import Numbers
from steelyard.engine.evaluate import Result
from steelyard.engine.model.facts import FactTable
from steelyard.engine.problems import CATALOGUE, Problem, Refused, refuse
from steelyard.lake.intake import BatchReport, in_turn, intake
from steelyard.lake.intake.cage import Cage
from steelyard.lake.record.ledger import never_before
from steelyard.lake.scratch import beside

CATALOGUE.add(
    {
        "push-table-unknown": (
            "没有数据表“{table}”；现有：{allowed}",
            "there is no table '{table}'; there are: {allowed}",
        ),
    }
)

PLACES = 12
PATIENCE = 20.0
"""Seconds that a push waits while another process writes to the record."""
Against = Callable[[], Iterable[Problem]]


@dataclass(frozen=True)
class Effect:
    """One number that a push moved. ``indicator``: empty for the total; texts are exact decimals, None where there is
    no number; ``value``: what the indicator measures, before and after."""

    unit: str
    name: str
    period: str
    indicator: str
    points: tuple[str | None, str | None]
    value: tuple[str | None, str | None]


@dataclass(frozen=True)
class Pushed:
    """What became of a push. ``effects`` is None while the score is not in memory yet."""

    report: BatchReport
    effects: tuple[Effect, ...] | None


class Live:
    """One plan of one bureau. ``push`` loads rows; the first `open` weighs everything, which takes seconds, and so does
    the first after the rules were changed."""

    def __init__(self, bureau: Bureau, order: Order) -> None:
        self.bureau, self.order = bureau, replace(order, uncertainty=False, history=False)
        self._kept: Kept | None = None
        self._rules: Hashable = None
        self._lock = Lock()

    def open(self) -> None:
        """Weighs the plan as of now, unless that is there."""
        with self._lock:
            if self._now() is None:
                self._rules = self.bureau.rules_stamp()
                self._kept = keep(run(self.bureau, self.order))

    def _now(self) -> Kept | None:
        """What was weighed by other rules than those that stand now is no answer any more."""
        if self._kept is not None and self._rules != self.bureau.rules_stamp():
            self._kept = None
        return self._kept

    @property
    def standing(self) -> Result | None:
        return None if self._kept is None else self._kept.ran.result

    def push(
        self, table: str, rows: Sequence[Mapping[str, str]], now: datetime, cage: Cage | None = None,
        against: Against = tuple,
    ) -> Pushed:  # fmt: skip
        """``rows``: column -> text, by identifier or Chinese name, read as strictly as any file. ``now``: local time.
        ``against``: what speaks against them, asked while nobody else can write to the record.

        Raises `Refused`: ``push-table-unknown``, ``push-column-unknown``, ``push-empty``, ``push-many``, and what
        intake refuses. The same rows again are the same batch.
        """
        tables = self.bureau.tables()
        if table not in tables:
            raise refuse("push-table-unknown", table=table, allowed="、".join(tables))
        if problems := list(unfit(tables[table], rows)):
            raise Refused(problems)
        with self._lock:
            kept = self._now()
            before = None if kept is None else increment(kept)
            report = self._load(tables, table, rows, now, cage, against)
            if before is None:
                return Pushed(report, None)
            self._kept = increment(before)
            return Pushed(report, tuple(effects(before.ran.result, self._kept.ran.result, self._kept.ran.names)))

    def _load(
        self,
        tables: Mapping[str, FactTable],
        name: str,
        rows: Sequence[Mapping[str, str]],
        now: datetime,
        cage: Cage | None,
        against: Against,
    ) -> BatchReport:
        record, table = self.bureau.record, tables[name]

        def held(step: str) -> None:
            if step == "raw copied" and (problems := list(against())):
                raise Refused(problems)

        read = {**tables, name: readable(table)}
        with beside(record, "push") as folder:
            path = folder / file_of(table)
            path.write_text(text(table, rows), "utf-8", newline="")
            readers, calendar = list(read.values()), self.bureau.calendar()
            (done,) = in_turn(
                lambda: intake(
                    record, readers, [path], never_before(record, now), calendar=calendar, cage=cage, on_step=held
                ),
                PATIENCE,
            )
        if not isinstance(done, BatchReport):
            raise Refused(done.problems)
        return done


def effects(before: Result, after: Result, names: Mapping[str, str]) -> Iterator[Effect]:
    """Every total and every indicator that differs, by unit: the total first."""
    yield from _moved(after, names, "", (before.total, after.total), (None, None))
    for id, new in after.indicators.items():
        old = before.indicators[id]
        if new is not old and old.points is not None and new.points is not None:
            values = tuple(one if isinstance(one, Numbers) else None for one in (old.value, new.value))
            yield from _moved(after, names, id, (old.points, new.points), values)


def _moved(
    after: Result, names: Mapping[str, str], indicator: str, points: tuple[Numbers, Numbers], values: Any
) -> Iterator[Effect]:
    panel = after.panel
    for index in map(int, np.flatnonzero(_differs(*points))):
        period, unit = divmod(index, len(panel.subjects))
        code = panel.subjects[unit]
        old, new, was, now = (_text(one, index) for one in (*points, *values))
        yield Effect(code, names.get(code, code), panel.periods[period], indicator, (old, new), (was, now))


def _differs(old: Numbers, new: Numbers) -> Any:
    """Where two columns are not the same number, or not missing for the same reason."""
    same = old.numerator * np.asarray(new.denominator, object) == new.numerator * np.asarray(old.denominator, object)
    return ~np.asarray(same, bool) | (old.state != new.state)


def _text(column: Numbers | None, index: int) -> str | None:
    value = None if column is None else column.fraction(index)
    return None if value is None else str(decimal(value, PLACES))
