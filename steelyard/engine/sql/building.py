"""What all shapes of scans share: whose a row is, when it was, and the totals that it is compared with."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise

from sqlglot import exp

from steelyard.engine.expressions import rows
from steelyard.engine.expressions.rows import Atom, Row
from steelyard.engine.expressions.schema import Kind
from steelyard.engine.planning.runner import Dialect
from steelyard.engine.planning.scans import Scan, shape_rows
from steelyard.engine.planning.stretches import Stretch, month_number
from steelyard.engine.sql import folds
from steelyard.engine.sql.steps import Steps, cast, column, integer, known

MEMBERS = "_members"


class Builder(ABC):
    """Shared by all shapes: rows of the scan, whose they are, and the totals that they are compared with."""

    def __init__(self, scan: Scan, dialect: Dialect, alone: bool) -> None:
        """``alone``: every row counts for its own owners only, so none has to be handed on to a subject above."""
        self.scan, self.dialect = scan, dialect
        self.alone = alone or len(scan.owners) > 1
        self.owners = [f"_owner{index}" for index in range(len(scan.owners))]
        self.home = [*self.owners, "_slot"]
        self.inside = rows.totals(*scan.atoms, *shape_rows(scan))
        self.steps = Steps(dialect, {atom: f"_total{index}" for index, atom in enumerate(self.inside)})
        self.parts: list[tuple[str, exp.Select]] = []

    @abstractmethod
    def query(self) -> exp.Select:
        """The whole SELECT."""

    # -- the line of steps ------------------------------------------------------------------------------------------

    def then(self, name: str, select: exp.Select) -> str:
        self.parts.append((name, select))
        return name

    def finished(self, select: exp.Select) -> exp.Select:
        for name, part in self.parts:
            select = select.with_(exp.to_identifier(name, quoted=True), as_=part, copy=False)
        return select

    def picked(self) -> str:
        """Rows inside the stretches with their owners' codes, their slot and the columns that atoms speak of."""
        needed = _columns(self.scan, self.inside)
        owners = [named(column(owner), alias) for owner, alias in zip(self.scan.owners, self.owners, strict=True)]
        columns = [*owners, named(self._slot(), "_slot"), *map(column, needed)]
        return self.then("_picked", selected(columns, self.scan.table, self.inside_stretches()))

    def owned(self, source: str, carried: Sequence[str]) -> str:
        """The rows once for each subject that they count for."""
        if self.alone:
            return source
        kept = [column(name, source) for name in ("_slot", *carried)]
        select = selected([named(column("subject", MEMBERS), "_owner0"), *kept], source)
        on = exp.EQ(this=column("_owner0", source), expression=column("code", MEMBERS))
        return self.then("_owned", select.join(table(MEMBERS), on=on, copy=False))

    def compared(self, source: str, carried: Sequence[str]) -> str:
        """Beside each row the totals of its subject and stretch."""
        if not self.inside:
            return source
        plain = Steps(self.dialect)
        windows = [named(self._beside(atom, plain), name) for atom, name in self.steps.totals.items()]
        columns = map(column, (*self.home, *carried))
        return self.then("_compared", selected([*columns, *windows], source))

    def ready(self) -> str:
        """Rows as atoms want them: picked, owned by their subjects, with totals beside them."""
        carried = _columns(self.scan, self.inside)
        return self.compared(self.owned(self.picked(), carried), carried)

    def grouped(self, source: str, chosen: Iterable[exp.Expr], keys: Sequence[str] = ()) -> exp.Select:
        names = [*self.home, *keys]
        return selected([*map(column, names), *chosen], source, by=map(column, names))

    # -- pieces ------------------------------------------------------------------------------------------------------

    def _beside(self, atom: Atom, plain: Steps) -> exp.Expr:
        total = exp.Window(this=folds.rows(atom, plain), partition_by=[column(name) for name in self.home])
        return folds.zero(total) if atom.kind == "sum" else total

    def _slot(self) -> exp.Expr:
        if len(self.scan.stretches) == 1:
            return integer(0)
        if _month_by_month(self.scan.stretches):
            first = month_number(self.scan.stretches[0].start)
            return exp.Sub(this=month_of(column(self.scan.date)), expression=integer(first))
        slots = [
            exp.If(this=self._between(days), true=integer(index)) for index, days in enumerate(self.scan.stretches)
        ]
        return exp.Case(ifs=slots)

    def inside_stretches(self) -> exp.Expr:
        ranges: list[Stretch] = []
        for days in self.scan.stretches:
            if ranges and ranges[-1].end == days.start:
                days = Stretch(ranges.pop().start, days.end)
            ranges.append(days)
        owned = [known(column(owner)) for owner in self.scan.owners]
        return exp.and_(exp.or_(*map(self._between, ranges), copy=False), *owned, copy=False)

    def _between(self, days: Stretch) -> exp.Expr:
        when = column(self.scan.date)
        begun = exp.GTE(this=when, expression=_day(days.start, self.scan.dated))
        return exp.And(this=begun, expression=exp.LT(this=when.copy(), expression=_day(days.end, self.scan.dated)))


def _columns(scan: Scan, inside: Sequence[Atom]) -> list[str]:
    parts: tuple[Atom | Row, ...] = (*scan.atoms, *shape_rows(scan), *inside)
    steps = (step for part in parts for step in rows.walk(part))
    return sorted({str(step.value) for step in steps if step.op == "column"})


def outputs(scan: Scan) -> list[str]:
    """The columns of atoms, in the order of ``scan.atoms``."""
    return [f"a{index}" for index in range(len(scan.atoms))]


def labelled(scan: Scan) -> Iterable[tuple[Atom, str]]:
    return zip(scan.atoms, outputs(scan), strict=True)


def selected(
    columns: Iterable[exp.Expr], source: str, where: exp.Expr | None = None, by: Iterable[exp.Expr] = ()
) -> exp.Select:
    """One SELECT. Trees are handed over, not copied: each expression has one place."""
    found = exp.select(*columns, copy=False).from_(table(source), copy=False)
    if where is not None:
        found = found.where(where, copy=False)
    return found.group_by(*by, copy=False)


def month_of(when: exp.Expr) -> exp.Expr:
    """Months since year 0, as `planning.stretches.month_number` counts them."""
    month = exp.Add(this=exp.Mul(this=exp.Year(this=when), expression=integer(12)), expression=exp.Month(this=when))
    return cast(exp.Paren(this=exp.Sub(this=month, expression=integer(1))), "BIGINT")


def _month_by_month(stretches: Sequence[Stretch]) -> bool:
    """Single months one after the other: then a subtraction says which, instead of a comparison with each."""
    months = [days.months for days in stretches]
    if any(found is None or len(found) != 1 for found in months):
        return False
    return all(one.end == following.start for one, following in pairwise(stretches))


def table(name: str) -> exp.Table:
    return exp.Table(this=exp.to_identifier(name, quoted=True))


def named(found: exp.Expr, name: str) -> exp.Alias:
    return exp.Alias(this=found, alias=exp.to_identifier(name, quoted=True))


def _day(day: date, dated: Kind) -> exp.Expr:
    return cast(exp.Literal.string(day.isoformat()), "DATE" if dated == "date" else "TIMESTAMPNTZ")
