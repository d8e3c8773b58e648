"""The rows behind every total of an explanation, each with the file and the line, or the cell, where it stands."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pyarrow as pa

from steelyard.bureau.asking.explaining import Explained
from steelyard.bureau.runs.behind import counted, rows_around
from steelyard.bureau.runs.running import Ran
from steelyard.engine.explaining.explanation import Explanation, Total
from steelyard.engine.expressions.nodes import Aggregate
from steelyard.engine.expressions.resolving import resolve
from steelyard.engine.expressions.schema import TableSchema, schema_of
from steelyard.engine.periods import Period
from steelyard.engine.planning.listing import listing
from steelyard.engine.planning.scans import By
from steelyard.engine.planning.stretches import Stretch
from steelyard.engine.planning.totals import window_days
from steelyard.engine.wording.vocabulary import titles
from steelyard.lake.record.behind import Each, Spot, standing


@dataclass(frozen=True)
class Listed:
    """The rows that one total counts, in the order of files and lines, out of all rows of its days.

    ``table``: its Chinese name. ``columns``: name -> what people call it: key, unit, date, and what the total speaks
    of. A row holds one value for each. ``rows`` and ``spots`` go together; what is not looked at is not made.
    """

    table: str
    words: str
    number: Fraction | None
    columns: Mapping[str, str]
    rows: Sequence[tuple[Any, ...]]
    spots: Sequence[Spot]
    of: int


def listed(ran: Ran, explained: Explained) -> list[Listed]:
    """One list for each total that the explanation shows, parts of a pool included."""
    at = next(one for one in ran.periods if str(one) == explained.period)
    return lists_of(ran, explained.explanation, at, ran.members[explained.unit])


def lists_of(ran: Ran, explanation: Explanation, at: Period, codes: Collection[str], by: By = "unit") -> list[Listed]:
    """The same for the rows of any units or officers with these codes. Rows of the same days are read once."""
    known = schemas(ran)
    totals = [(found, resolve(found.aggregate, known)) for found in dict.fromkeys(_totals(explanation))]
    same: dict[tuple[str, Stretch], list[Aggregate]] = {}
    for _, total in totals:
        same.setdefault((total.table, window_days(total.window, at)), []).append(total)
    around = {
        of: rows_around(ran.snapshot, ran.tables[of[0]], codes, of[1], listing(known[of[0]], several, of[1]).names, by)
        for of, several in same.items()
    }
    return [
        _listed(ran, found, total, known[total.table], around[total.table, window_days(total.window, at)])
        for found, total in totals
    ]


def _totals(found: Explanation) -> Iterator[Total]:
    yield from found.totals
    for part in found.parts:
        yield from _totals(part)


def _listed(ran: Ran, found: Total, total: Aggregate, schema: TableSchema, around: pa.Table) -> Listed:
    table, rows = ran.tables[total.table], counted(total, schema, around)
    names = listing(schema, [total], window_days(total.window, ran.periods[0])).names
    called = titles(table)
    return Listed(
        table.name,
        found.words,
        found.number,
        {name: called.get(name, name) for name in names},
        Each(rows.select(names), lambda row: tuple(row.values())),
        standing(ran.snapshot, table, rows),
        around.num_rows,
    )


def schemas(ran: Ran) -> dict[str, TableSchema]:
    return {name: schema_of(table) for name, table in ran.tables.items()}
