"""数据清洗的影响: the scores of every unit beside those that it would have had without one kind of cleaning (C28).

Registers stay as they are: who is assessed, and whose rows count for whom, is the same in every comparison.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from steelyard.bureau.asking.running import run
from steelyard.bureau.asking.touched import CORRECT, REJECT, REPAIR
from steelyard.bureau.folder import Bureau
from steelyard.bureau.runs.order import Order
from steelyard.bureau.runs.running import Ran
from steelyard.bureau.runs.totals import totals_of
from steelyard.bureau.subjects.registers import EVERYBODY
from steelyard.bureau.telling import Progress, silent
from steelyard.engine.arithmetic.numbers import Numbers
from steelyard.engine.evaluate import Result, evaluate
from steelyard.engine.planning.subjects import Subjects
from steelyard.engine.planning.totals import Wanted
from steelyard.engine.weighing.needs import needed, plan_trees
from steelyard.lake.intake.cage import Cage
from steelyard.lake.intake.job import Office
from steelyard.lake.intake.rejected import rejected_rows
from steelyard.lake.record.batch import Batch
from steelyard.lake.record.snapshot import TableSource
from steelyard.lake.scratch import Scratch

KINDS = (CORRECT, REJECT, REPAIR)
SAID = {CORRECT: "更正", REJECT: "拒收", REPAIR: "修整"}
_GONE = pa.schema([("_batch", pa.int32()), ("_row", pa.int32()), ("_by", pa.int32()), ("_by_row", pa.int32())])


@dataclass(frozen=True, slots=True)
class Effect:
    """A number of one unit as published, and as it would be without one kind of cleaning. None: no number.

    ``indicator`` is empty for the total; only totals have places.
    """

    unit: str
    name: str
    period: str
    indicator: str
    kind: str
    now: Fraction | None
    without: Fraction | None
    place: int
    place_without: int

    @property
    def change(self) -> Fraction | None:
        """What the cleaning brought (or cost) the unit."""
        return None if self.now is None or self.without is None else self.now - self.without


@dataclass(frozen=True)
class Cleaning:
    """``rows``: how many rows each kind concerns in the tables that the plan reads; ``units``: how many are assessed.

    ``effects``: whatever differs, by period, unit, kind and indicator, the total first.
    """

    ran: Ran
    rows: Mapping[str, int]
    effects: tuple[Effect, ...]


def cleaning(bureau: Bureau, order: Order, progress: Progress = silent) -> Cleaning:
    """Evaluates the plan, and again without corrections, with rejected rows let in, and without repaired rows.

    A correction undone: the row as it was first said. A rejected row let in: as far as it can be read, cells that
    cannot are unknown. A repair undone: its row would have been rejected. Raises `Refused` as a run does.
    """
    plain = replace(order, uncertainty=False, history=False)
    ran = run(bureau, plain, progress)
    counts: dict[str, int] = {}
    effects: list[Effect] = []
    with Scratch("cleaning") as folder:
        for kind in KINDS:
            sources, counts[kind] = _Without(ran, kind, folder, _facts(ran)).sources()
            if sources:
                progress(
                    f"再算一遍：去掉{SAID[kind]}（{counts[kind]} 行）",
                    f"once more without '{kind}' ({counts[kind]} rows)",
                )
                effects += _effects(ran, kind, _again(ran, sources))
    effects.sort(key=lambda one: (one.period, one.unit, KINDS.index(one.kind), one.indicator))
    return Cleaning(ran, counts, tuple(effects))


def _facts(ran: Ran) -> list[str]:
    """The tables that the plan reads, registers left out."""
    wanted = {total.table for total in needed(ran.book, [e.indicator for e in ran.plan.entries], plan_trees(ran.plan))}
    names = (name for name, table in ran.tables.items() if {name, table.name} & wanted)
    return [name for name in names if name in ran.snapshot.sources and name not in EVERYBODY]


def _again(ran: Ran, sources: Mapping[str, TableSource]) -> Result:
    """The same evaluation over other rows of some tables."""
    facts = replace(ran.snapshot, sources={**ran.snapshot.sources, **sources})
    wanted = needed(ran.book, [entry.indicator for entry in ran.plan.entries], plan_trees(ran.plan))
    panel = ran.result.panel
    subjects = Subjects.rolled(panel.subjects, ran.parents)
    (totals,) = totals_of(facts, ran.tables, [Wanted(wanted, ran.periods, subjects)], ran.order)
    return evaluate(ran.book, ran.plan, panel, totals)


@dataclass(frozen=True)
class _Without:
    """Sources as they would be without one kind of cleaning; their files lie in ``folder``."""

    ran: Ran
    kind: str
    folder: Path
    tables: list[str]

    def sources(self) -> tuple[dict[str, TableSource], int]:
        """Changed sources, and how many rows that concerns."""
        found: dict[str, TableSource] = {}
        count = 0
        made = {CORRECT: self._first_said, REPAIR: self._unrepaired}
        with Cage() as cage:
            for name in self.tables:
                changed, rows = made[self.kind](name) if self.kind in made else self._let_in(name, cage)
                count += rows
                if changed is not None:
                    found[name] = changed
        return found, count

    def _first_said(self, name: str) -> tuple[TableSource | None, int]:
        """Rows that replaced others are left out, so that the first of each key stands again."""
        source = self.ran.snapshot.sources[name]
        if source.superseded is None:
            return None, 0
        pairs = pq.read_table(source.superseded)
        gone = pa.table([pairs.column(name) for name in ("_by", "_by_row", "_by", "_by_row")], schema=_GONE)
        return self._leaving_out(source, name, gone), pairs.num_rows

    def _unrepaired(self, name: str) -> tuple[TableSource | None, int]:
        """A row that would have been rejected replaces nothing either: what it replaced stands again."""
        source = self.ran.snapshot.sources[name]
        rows = {(batch.number, row) for batch in self._batches(name) for row in self._found(batch, REPAIR)}
        if not rows:
            return None, 0
        pairs = [] if source.superseded is None else pq.read_table(source.superseded).to_pylist()
        gone = [tuple(pair[name] for name in _GONE.names) for pair in pairs]
        gone = [pair for pair in gone if pair[2:] not in rows] + [(*row, *row) for row in sorted(rows)]
        columns = [pa.array(column, pa.int32()) for column in zip(*gone, strict=True)]
        return self._leaving_out(source, name, pa.table(columns, schema=_GONE)), len(rows)

    def _leaving_out(self, source: TableSource, name: str, gone: pa.Table) -> TableSource:
        path = self.folder / f"{self.kind}-{name}.parquet"
        unique = gone.group_by(["_batch", "_row"]).aggregate([("_by", "min"), ("_by_row", "min")])
        unique = unique.rename_columns(["_batch", "_row", "_by", "_by_row"]).select(_GONE.names)
        pq.write_table(unique.sort_by([("_batch", "ascending"), ("_row", "ascending")]), path)
        return replace(source, superseded=path)

    def _let_in(self, name: str, cage: Cage) -> tuple[TableSource | None, int]:
        source, table, record = self.ran.snapshot.sources[name], self.ran.tables[name], self.ran.bureau.record
        calendar = self.ran.calendar
        office = Office.of(calendar) if calendar else None
        files: list[Path] = []
        count = 0
        for batch in self._batches(name):
            path = self.folder / f"{self.kind}-{batch.number}.parquet"
            if rows := rejected_rows(record, table, batch, cage, path, office):
                files.append(path)
                count += rows
        return (replace(source, files=(*source.files, *files)), count) if files else (None, 0)

    def _batches(self, name: str) -> Iterator[Batch]:
        return (batch for batch in self.ran.snapshot.batches if batch.table == name and batch.findings)

    def _found(self, batch: Batch, level: str) -> list[int]:
        assert batch.findings
        rows = pq.read_table(self.ran.bureau.record / batch.findings.path, columns=["_row", "level"]).to_pylist()
        rejected = {row["_row"] for row in rows if row["level"] == REJECT}
        return [row["_row"] for row in rows if row["level"] == level and row["_row"] not in rejected]


def _effects(ran: Ran, kind: str, other: Result) -> Iterator[Effect]:
    """Whatever came out otherwise."""
    panel, names = ran.result.panel, ran.names
    columns = [("", ran.result.total, other.total)]
    columns += [(id, now, then) for id, now, then in _points(ran.result, other)]
    for index in panel.assessed.nonzero()[0].tolist():
        unit, period = panel.subjects[index % len(panel.subjects)], panel.periods[index // len(panel.subjects)]
        places = int(ran.result.places.place[index]), int(other.places.place[index])
        for id, now, then in columns:
            before, after = now.fraction(index), then.fraction(index)
            moved = not id and places[0] != places[1]
            if before != after or moved:
                own = places if not id else (0, 0)
                yield Effect(unit, names.get(unit, unit), period, id, kind, before, after, *own)


def _points(now: Result, then: Result) -> Iterator[tuple[str, Numbers, Numbers]]:
    for id, weighed in now.indicators.items():
        other = then.indicators[id]
        if weighed.points is not None and other.points is not None:
            yield id, weighed.points, other.points


def counted(found: Cleaning) -> Mapping[str, int]:
    """How many units' totals each kind changed."""
    return Counter(one.kind for one in found.effects if not one.indicator and one.now != one.without)
