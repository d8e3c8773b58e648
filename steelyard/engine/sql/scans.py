"""A scan -> one SELECT, read as a line of steps (CTEs), each of which does one thing.

The result has ``_owner0`` (and ``_owner1``), ``_slot`` and one column ``a0``, ``a1`` … per atom. Names that start with
an underscore cannot collide: declared tables and columns start with a letter.
"""

from __future__ import annotations

from sqlglot import exp

from steelyard.engine.expressions.measures import Grouped, Ordered, Plain, Spread
from steelyard.engine.planning.runner import Dialect
from steelyard.engine.planning.scans import Scan
from steelyard.engine.sql import folds, shapes
from steelyard.engine.sql.building import Builder, labelled, month_of, named, selected
from steelyard.engine.sql.steps import column, integer


def render(scan: Scan, dialect: Dialect, *, alone: bool = False, pretty: bool = False) -> str:
    """The SQL text of a scan. Every identifier is quoted; the dialect is always named.

    ``alone``: no row counts for anybody but its owner (`Subjects.alone`), which spares a second grouping.
    """
    builder = (_Monthly if scan.monthly else _SHAPES[type(scan.shape)])(scan, dialect, alone)
    return builder.query().sql(dialect=dialect, pretty=pretty, copy=False)


class _Monthly(Builder):
    """Straight from the table: by owner's code and month."""

    def query(self) -> exp.Select:
        owners = [named(column(owner), alias) for owner, alias in zip(self.scan.owners, self.owners, strict=True)]
        number = month_of(column(self.scan.date))
        atoms = [named(folds.plain(atom, self.steps), name) for atom, name in labelled(self.scan)]
        columns = [*owners, named(number, "_slot"), *atoms]
        ordinals = [integer(index + 1) for index in range(len(self.home))]
        return selected(columns, self.scan.table, self.inside_stretches(), ordinals)


class _Plain(Builder):
    def query(self) -> exp.Select:
        source = self.ready()
        atoms = [named(folds.plain(atom, self.steps), name) for atom, name in labelled(self.scan)]
        return self.finished(self.grouped(source, atoms))


_SHAPES: dict[type, type[Builder]] = {
    Plain: _Plain, Grouped: shapes.GroupedScan, Spread: shapes.SpreadScan, Ordered: shapes.OrderedScan,
}  # fmt: skip
