"""From records to typed rows and findings: every column read, checks and registers consulted, each row judged once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from steelyard.engine.expressions.nodes import Name, walk
from steelyard.engine.model.facts import Column, FactTable
from steelyard.engine.problems import NOWHERE, refuse
from steelyard.lake.intake.columns.column import read_column
from steelyard.lake.intake.columns.conditions import Rows, tree
from steelyard.lake.intake.columns.marks import Cells, Mark, Mask, Read, as_mask
from steelyard.lake.intake.loading.records import Named, Records
from steelyard.lake.intake.sources.chunks import DATE, NUMBER
from steelyard.lake.record.types import arrow_type

Level = Literal["reject", "warn", "repair"]
RAW_CHARACTERS = 200  # the raw file is kept whole; a finding shows enough to recognise the cell


@dataclass(frozen=True, slots=True)
class Finding:
    row: int
    column: str
    level: Level
    code: str
    raw: str


@dataclass(frozen=True, slots=True)
class Part:
    """One chunk's result. ``totals``: sum of each number column over ``rows``; ``stated`` and ``unread``: sum and
    unreadable cells over all rows, the rejected ones included."""

    rows: Cells
    findings: list[Finding]
    counted: int
    rejected: int
    skipped: int
    blank: int
    totals: Mapping[str, Decimal]
    stated: Mapping[str, Decimal]
    unread: Mapping[str, int]
    footers: list[Mapping[str | int, str]]


class Judge:
    """Knows the table; judges chunk after chunk, on any thread. ``all_rows``: rejected rows are kept as well."""

    def __init__(
        self, table: FactTable, expressions: Rows, registers: Mapping[str, Cells], encoding: str, all_rows: bool = False
    ) -> None:
        self.table, self.expressions, self.registers, self.encoding = table, expressions, registers, encoding
        self.all_rows = all_rows
        self.derived_types = {
            name: _derived_type(name, text, expressions, table) for name, text in table.derive.items()
        }

    @property
    def types(self) -> dict[str, Cells]:
        """Stored columns and their types, derived ones last."""
        return {n: arrow_type(column.type) for n, column in self.table.columns.items()} | self.derived_types

    def part(self, found: Records, nulls: tuple[str, ...], typed_cells: bool, limit: int) -> Part:
        reads = {
            name: self._read(name, column, found.columns[name], nulls, typed_cells, limit)
            for name, column in self.table.columns.items()
        }
        columns = pa.table({name: read.values for name, read in reads.items()})
        marks = [(name, "reject", mark) for name, read in reads.items() for mark in read.wrong]
        columns = self._derive(columns, marks)
        marks += self._checks(columns)
        rejected = np.zeros(len(found.rows), dtype=bool)
        for _, level, mark in marks:
            if level == "reject":
                rejected |= mark.mask
        marks += [(n, "repair", Mark("cell-trimmed", r.repaired)) for n, r in reads.items() if r.repaired is not None]
        findings = [*self._broken(found), *self._findings(found, marks)]
        broken = len(found.broken)
        stated = sums(columns)
        rows = self._kept(columns, found, np.ones_like(rejected) if self.all_rows else ~rejected)
        return Part(
            rows=rows,
            findings=findings,
            counted=len(found.rows) + broken + found.skipped,
            rejected=int(rejected.sum()) + broken,
            skipped=found.skipped,
            blank=found.blank,
            totals=sums(rows.drop_columns("_row")) if rejected.any() else stated,
            stated=stated,
            unread={name: int(sum(mark.mask.sum() for mark in read.wrong)) for name, read in reads.items()},
            footers=list(found.footers),
        )

    def _read(
        self, name: str, column: Column, named: Named, nulls: tuple[str, ...], typed_cells: bool, limit: int
    ) -> Read:
        read = read_column(
            named.cells,
            column,
            encoding=self.encoding,
            nulls=nulls,
            typed_cells=typed_cells,
            limit=limit,
            codes=self.registers.get(name),
        )
        wrong = [*_spoilt(named, len(named.cells)), *_mistyped(named, column), *read.wrong]
        if name in self.table.key and not column.required:
            missing = as_mask(read.values.is_null())
            for mark in wrong:
                missing &= ~mark.mask
            wrong.append(Mark("cell-missing", missing))
        return Read(read.values, _once([mark for mark in wrong if mark.mask.any()]), read.repaired)

    def _derive(self, columns: Cells, marks: list[tuple[str, str, Mark]]) -> Cells:
        derived = {name: self.expressions.value(text, columns) for name, text in self.table.derive.items()}
        for name, text in self.table.derive.items():
            known = np.ones(columns.num_rows, dtype=bool)
            for node in walk(tree(text)):
                if isinstance(node, Name):
                    known &= as_mask(columns.column(self.expressions.names[node.text]).is_valid())
            mask = known & as_mask(derived[name].is_null())
            if mask.any():
                marks.append((name, "reject", Mark("derive-unknown", mask)))
        for name, values in derived.items():
            columns = columns.append_column(name, values)
        return columns

    def _checks(self, columns: Cells) -> Iterator[tuple[str, str, Mark]]:
        for check in self.table.checks:
            mask = self.expressions.violations(check.check, columns)
            if mask.any():
                yield check.say, check.level, Mark("check-failed", mask)

    def _broken(self, found: Records) -> Iterator[Finding]:
        for broken in found.broken:
            yield Finding(broken.row, "", "reject", broken.code, _shown(broken.raw, self.encoding))

    def _findings(self, found: Records, marks: list[tuple[str, str, Mark]]) -> Iterator[Finding]:
        for where, level, mark in marks:
            named = found.columns.get(where)
            for at in np.flatnonzero(mark.mask):
                raw = "" if named is None else _raw(named, int(at), self.encoding)
                yield Finding(int(found.rows[at]), where, level, mark.code, raw)  # type: ignore[arg-type]

    def _kept(self, columns: Cells, found: Records, keep: Mask) -> Cells:
        rows = columns.append_column("_row", pa.array(found.rows, pa.int32()))
        return rows if keep.all() else rows.filter(pa.array(keep))


def _derived_type(name: str, text: str, expressions: Rows, table: FactTable) -> Cells:
    schema = pa.schema([(n, arrow_type(column.type)) for n, column in table.columns.items()])
    found = expressions.value(text, schema.empty_table()).type
    if pa.types.is_date(found) or pa.types.is_integer(found):
        return found
    raise refuse("derive-not-integer", NOWHERE, column=name, type=str(found))


def _spoilt(named: Named, count: int) -> Iterator[Mark]:
    for code in sorted({code for code, _ in named.spoilt.values()}):
        mask = np.zeros(count, dtype=bool)
        mask[[at for at, (why, _) in named.spoilt.items() if why == code]] = True
        yield Mark(code, mask)


def _mistyped(named: Named, column: Column) -> Iterator[Mark]:
    """A workbook's number in a column of codes has lost its leading zeros already."""
    if named.kinds is not None and column.type.kind == "text":
        yield Mark("cell-number-for-text", named.kinds == NUMBER)
        yield Mark("cell-date-for-text", named.kinds == DATE)


def _once(marks: list[Mark]) -> tuple[Mark, ...]:
    """One reason a cell, the first found: a formula is not also missing."""
    if len(marks) < 2:
        return tuple(marks)
    seen, result = np.zeros(len(marks[0].mask), dtype=bool), []
    for mark in marks:
        fresh = mark.mask & ~seen
        seen |= mark.mask
        if fresh.any():
            result.append(Mark(mark.code, fresh))
    return tuple(result)


def _raw(named: Named, at: int, encoding: str) -> str:
    if at in named.spoilt:
        return named.spoilt[at][1][:RAW_CHARACTERS]
    return _shown(named.cells[at].as_py(), encoding)


def _shown(raw: bytes | str | None, encoding: str) -> str:
    text = raw.decode(encoding, "backslashreplace") if isinstance(raw, bytes) else raw or ""
    return text[:RAW_CHARACTERS]


def sums(columns: Cells) -> dict[str, Decimal]:
    """The exact sum of every number column."""
    numbers = [f.name for f in columns.schema if pa.types.is_integer(f.type) or pa.types.is_decimal(f.type)]
    return {name: Decimal(pc.sum(columns.column(name)).as_py() or 0) for name in numbers}
