"""The rows behind a total as a database finds them: the other way, which the product's own is held against.

Every cell travels as text, so that no engine rounds it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction

from sqlglot import exp

from steelyard.engine.expressions.schema import Kind
from steelyard.engine.planning.listing import Cell, Listing, ordered
from steelyard.engine.planning.runner import Dialect
from steelyard.engine.sql.asking import Asking
from steelyard.engine.sql.building import MEMBERS, named, table
from steelyard.engine.sql.steps import cast, column

_DATED: Mapping[Kind, str] = {"date": "DATE", "datetime": "TIMESTAMPNTZ"}
_READ: Mapping[Kind, Callable[[str], Cell]] = {
    "number": Fraction,
    "text": str,
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "boolean": lambda text: text == "true",
}


def listed(listing: Listing, runner: Asking, members: Sequence[str]) -> list[list[Cell]]:
    """The rows of these members in the listing's days, in the one order of `ordered`."""
    runner.members([(code, code) for code in members])
    answer = runner.answer(render_listing(listing, runner.dialect))
    columns = [
        [None if text is None else _READ[kind](str(text)) for text in answer[f"c{index}"]]
        for index, (_, kind) in enumerate(listing.columns)
    ]
    return ordered(listing, [list(row) for row in zip(*columns, strict=True)])


def render_listing(listing: Listing, dialect: Dialect) -> str:
    """The SQL text; columns come as ``c0``, ``c1`` … in the listing's order."""
    inner, rows = "_members", listing.table
    cells = [named(cast(column(name, rows), "TEXT"), f"c{index}") for index, name in enumerate(listing.names)]
    on = exp.EQ(this=column(listing.owner, rows), expression=column("code", inner))
    when, kind = column(listing.dated, rows), _DATED[dict(listing.columns)[listing.dated]]
    start, end = (cast(exp.Literal.string(day.isoformat()), kind) for day in (listing.days.start, listing.days.end))
    inside = exp.And(this=exp.GTE(this=when, expression=start), expression=exp.LT(this=when.copy(), expression=end))
    return exp.select(*cells).from_(table(rows)).join(table(MEMBERS), on=on).where(inside).sql(dialect=dialect)
