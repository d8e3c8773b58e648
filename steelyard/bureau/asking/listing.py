"""The rows behind every total of an explanation, each with the file and the line, or the cell, where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from steelyard.bureau.asking.explaining import Explained
from steelyard.bureau.asking.rows import members, schemas
from steelyard.bureau.runs.running import Ran
from steelyard.engine.explaining.explanation import Explanation, Total
from steelyard.engine.expressions.resolving import resolve
from steelyard.engine.planning.listing import listing
from steelyard.engine.planning.totals import window_days
from steelyard.engine.reference.rows import value
from steelyard.lake.record.behind import Spot, standing


@dataclass(frozen=True)
class Listed:
    """The rows that one total counts, in the order of files and lines, out of all rows of its days.

    ``table``: its Chinese name. ``columns``: name -> what people call it: key, unit, date, and what the total speaks
    of. A row holds one value for each. ``rows`` and ``spots`` go together.
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
    codes = members(ran)[explained.unit]
    totals = dict.fromkeys(_totals(explained.explanation))
    return [_listed(ran, total, codes, explained.period) for total in totals]


def _totals(found: Explanation) -> Iterator[Total]:
    yield from found.totals
    for part in found.parts:
        yield from _totals(part)


def _listed(ran: Ran, found: Total, codes: Sequence[str], period: str) -> Listed:
    known = schemas(ran)
    total = resolve(found.aggregate, known)
    table, schema = ran.tables[total.table], known[total.table]
    at = next(one for one in ran.periods if str(one) == period)
    asked = listing(schema, [total], window_days(total.window, at))
    around = list(standing(ran.snapshot, table, asked.owner, codes, asked.days.start, asked.days.end, asked.names))
    rows = [row for row, _ in around]
    counted = sorted(
        ((spot, row) for row, spot in around if total.where is None or value(total.where, row, rows, schema) is True),
        key=lambda pair: pair[0],
    )
    titles = {name: table.columns[name].name if name in table.columns else name for name in asked.names}
    return Listed(
        table.name,
        found.words,
        found.number,
        titles,
        [tuple(row[name] for name in asked.names) for _, row in counted],
        [spot for spot, _ in counted],
        len(rows),
    )
