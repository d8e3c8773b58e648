"""Scans of rows that must be grouped, counted by value, or put in order before they are folded."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from steelyard.engine.expressions import rows
from steelyard.engine.expressions.measures import Grouped, Ordered, Spread
from steelyard.engine.expressions.rows import Atom
from steelyard.engine.planning.runner import Dialect
from steelyard.engine.planning.scans import Scan
from steelyard.engine.sql import folds
from steelyard.engine.sql.building import Builder, labelled, named, selected
from steelyard.engine.sql.steps import Steps, column, integer


class GroupedScan(Builder):
    """First by keys, then over the groups. Rows are grouped before they are spread to upper levels, if that can be.

    A group counts for a condition when one of its rows meets it (``_present``); a condition that all atoms share
    (``only``) picks the rows instead. Many distinct counts of one column thus share one grouping.
    """

    def __init__(self, scan: Scan, dialect: Dialect, alone: bool) -> None:
        super().__init__(scan, dialect, alone)
        assert isinstance(scan.shape, Grouped)
        self.shape = scan.shape
        self.keys = [f"_key{index}" for index in range(len(scan.shape.keys))]
        inside = [(atom.kind, atom.inner) for atom in scan.atoms if atom.inner]
        inner = dict.fromkeys(atom for outer, atom in inside if outer != "count" or atom.kind in ("min", "max"))
        where = list(dict.fromkeys(atom.where for _, atom in inside))
        self.inner = {atom: f"_inner{index}" for index, atom in enumerate(inner)}
        self.only = where[0] if len(where) == 1 else None
        present = [] if self.only else [condition for condition in where if condition]
        self.present = {condition: f"_present{index}" for index, condition in enumerate(present)}

    def query(self) -> exp.Select:
        merges = not self.inside and all(atom.kind != "distinct" for atom in self.inner)
        if merges and not self.alone:
            first = self.then("_first", self._first(self.picked()))
            carried = [*self.keys, *self.present.values(), *self.inner.values()]
            groups = self.then("_groups", self._again(self.owned(first, carried)))
        else:
            groups = self.then("_groups", self._first(self.ready()))
        atoms = [named(self._outer(atom), name) for atom, name in labelled(self.scan)]
        return self.finished(self.grouped(groups, atoms))

    def _first(self, source: str) -> exp.Select:
        keyed = [self.steps.sql(key) for key in self.shape.keys]
        counted = [self.steps.known(key) for key in self.shape.keys]
        counted += [self.steps.sql(self.only)] if self.only else []
        present = [named(exp.Max(this=_flag(self.steps.sql(where))), name) for where, name in self.present.items()]
        inner = [named(self._inner(atom), name) for atom, name in self.inner.items()]
        columns = [*map(column, self.home), *map(named, keyed, self.keys), *present, *inner]
        by = [*map(column, self.home), *(key.copy() for key in keyed)]
        return selected(columns, source, exp.and_(*counted, copy=False), by)

    def _again(self, source: str) -> exp.Select:
        merge = {"count": exp.Sum, "sum": exp.Sum, "min": exp.Min, "max": exp.Max}
        present = [named(exp.Max(this=column(name)), name) for name in self.present.values()]
        inner = [named(merge[atom.kind](this=column(name)), name) for atom, name in self.inner.items()]
        return self.grouped(source, [*present, *inner], self.keys)

    def _inner(self, atom: Atom) -> exp.Expr:
        found = folds.rows(atom if self.only is None else replace(atom, where=None), self.steps)
        return found if atom.kind in ("min", "max") else folds.zero(found)

    def _outer(self, atom: Atom) -> exp.Expr:
        assert atom.inner is not None
        inner, present = atom.inner, self.present.get(atom.inner.where) if atom.inner.where else None
        where = exp.EQ(this=column(present), expression=integer(1)) if present else None
        if inner not in self.inner:
            return folds.zero(folds.fold("count", None, where, self.dialect))
        bound = rows.MAX_ROWS if inner.argument is None else inner.argument.bound * rows.MAX_ROWS
        sometimes = column(self.inner[inner]) if inner.kind in ("min", "max") else None
        value = folds.Value(column(self.inner[inner]), bound, sometimes)
        return folds.zero(folds.fold(atom.kind, value, where, self.dialect))


class SpreadScan(Builder):
    """How often each value occurs, then the running count over the values: no row is sorted."""

    def query(self) -> exp.Select:
        assert isinstance(self.scan.shape, Spread)
        value = self.steps.typed(self.scan.shape.argument)
        where = _where(self.scan.shape, self.steps)
        if self.inside or self.alone:
            counts = self.then("_counts", self._counted(self.ready(), value, where))
        else:
            first = self.then("_first", self._counted(self.picked(), value, where))
            again = [named(exp.Sum(this=column("_times")), "_times")]
            owned = self.owned(first, ["_value", "_times"])
            counts = self.then("_counts", self.grouped(owned, again, ["_value"]))
        ranked = self.then("_ranked", self._ranked(counts))
        atoms = [named(self._level(atom), name) for atom, name in labelled(self.scan)]
        return self.finished(self.grouped(ranked, atoms))

    def _counted(self, source: str, value: exp.Expr, where: exp.Expr) -> exp.Select:
        times = named(exp.Count(this=exp.Star()), "_times")
        columns = [*map(column, self.home), named(value, "_value"), times]
        return selected(columns, source, where, [*map(column, self.home), value.copy()])

    def _ranked(self, source: str) -> exp.Select:
        home = [column(name) for name in self.home]
        times = exp.Sum(this=column("_times"))
        order = exp.Order(expressions=[exp.Ordered(this=column("_value"), desc=False, nulls_first=False)])
        upto = exp.Window(this=times, partition_by=home, order=order)
        every = exp.Window(this=times.copy(), partition_by=[name.copy() for name in home])
        kept = [column(name) for name in (*self.home, "_value", "_times")]
        return selected([*kept, named(upto, "_upto"), named(every, "_all")], source)

    def _level(self, atom: Atom) -> exp.Expr:
        """The value at place ceil(all * n / d): the first whose running count times d reaches all * n."""
        if atom.level is None:
            return folds.zero(exp.Sum(this=column("_times")))
        numerator, denominator = atom.level
        wanted = exp.Mul(this=column("_all"), expression=integer(numerator))
        before = exp.Paren(this=exp.Sub(this=column("_upto"), expression=column("_times")))
        above = exp.LT(this=exp.Mul(this=before, expression=integer(denominator)), expression=wanted)
        reached = exp.Mul(this=column("_upto"), expression=integer(denominator))
        chosen = exp.And(this=above, expression=exp.LTE(this=wanted.copy(), expression=reached))
        return folds.zero(exp.Max(this=exp.Case(ifs=[exp.If(this=chosen, true=column("_value"))])))


class OrderedScan(Builder):
    """The value that stands beside the first or the last (order, key, value): no row is sorted."""

    def query(self) -> exp.Select:
        shape = self.scan.shape
        assert isinstance(shape, Ordered)
        source = self.ready()
        ends = [named(self._end(atom, shape), name) for atom, name in labelled(self.scan)]
        columns, by = [*map(column, self.home), *ends], map(column, self.home)
        return self.finished(selected(columns, source, _where(shape, self.steps), by))

    def _end(self, atom: Atom, shape: Ordered) -> exp.Expr:
        if atom.kind == "count":
            return exp.Count(this=exp.Star())
        value = self.steps.typed(shape.argument)
        function = exp.ArgMax if atom.kind == "last" else exp.ArgMin
        return function(this=value, expression=exp.Tuple(expressions=[*self._place(shape), value.copy()]))

    def _place(self, shape: Ordered) -> list[exp.Expr]:
        """An unknown key stands before a known one, on every engine: whether it is known is compared first."""
        first, *keys = shape.order
        found = [self.steps.sql(first)]
        for key in keys:
            found += [_flag(self.steps.known(key)), self.steps.sql(key)]
        return found


def _where(shape: Spread | Ordered, steps: Steps) -> exp.Expr:
    conditions = [] if shape.where is None else [steps.sql(shape.where)]
    conditions.append(steps.known(shape.argument))
    if isinstance(shape, Ordered):
        conditions.append(steps.known(shape.order[0]))
    return exp.and_(*conditions, copy=False)


def _flag(condition: exp.Expr) -> exp.Expr:
    return exp.Case(ifs=[exp.If(this=condition, true=integer(1))], default=integer(0))
