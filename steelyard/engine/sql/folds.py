"""Atoms -> SQL aggregates. Each leaves a whole number and never NULL; emptiness is told by a count beside it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from steelyard.engine.expressions.rows import MAX_NUMBER, MAX_ROWS, Atom, Row
from steelyard.engine.expressions.schema import INTEGER_BOUND
from steelyard.engine.planning.runner import Dialect
from steelyard.engine.sql.steps import WIDE, Steps, cast, column, integer, known

FUNCTIONS: dict[str, type[exp.AggFunc]] = {"sum": exp.Sum, "min": exp.Min, "max": exp.Max}


@dataclass(frozen=True, slots=True)
class Value:
    """What is folded: its SQL, the bound of its size, and what is NULL when it is unknown (None: it never is)."""

    sql: exp.Expr
    bound: int
    bare: exp.Expr | None


def rows(atom: Atom, steps: Steps) -> exp.Expr:
    """An atom over rows; ``sum``, ``min`` and ``max`` of nothing are NULL."""
    where = None if atom.where is None else steps.sql(atom.where)
    value = None
    if atom.argument is not None:
        value = Value(steps.typed(atom.argument), atom.argument.bound, steps.bare(atom.argument))
    return fold(atom.kind, value, where, steps.dialect)


def plain(atom: Atom, steps: Steps) -> exp.Expr:
    """An atom over rows, 0 where there is nothing."""
    if atom.kind == "sum" and steps.dialect == "duckdb" and atom.argument and _stored(atom.argument):
        return _stored_sum(atom.argument, None if atom.where is None else steps.sql(atom.where))
    return zero(rows(atom, steps))


def fold(kind: str, value: Value | None, where: exp.Expr | None, dialect: Dialect) -> exp.Expr:
    """One aggregate call."""
    if kind == "count":
        return _count(value, where)
    assert value is not None
    if kind == "distinct":
        return exp.Count(this=exp.Distinct(expressions=[_chosen(value.sql, where)]))
    sql = value.sql
    if kind == "sum" and dialect == "spark" and INTEGER_BOUND // MAX_ROWS < value.bound <= INTEGER_BOUND:
        sql = cast(sql, WIDE[dialect])
    return FUNCTIONS[kind](this=_chosen(sql, where, integer(0) if kind == "sum" else None))


def zero(found: exp.Expr) -> exp.Expr:
    if isinstance(found, exp.Count):
        return found
    return exp.Coalesce(this=found, expressions=[integer(0)])


def _count(value: Value | None, where: exp.Expr | None) -> exp.Expr:
    """DuckDB counts a CASE in half the time of adding up a condition; it has no gap where nothing was counted."""
    bare = None if value is None else value.bare
    if where is None:
        return exp.Count(this=exp.Star() if bare is None else bare)
    return exp.Count(this=_chosen(integer(1), where if bare is None else exp.and_(where, known(bare))))


def _chosen(value: exp.Expr, where: exp.Expr | None, otherwise: exp.Expr | None = None) -> exp.Expr:
    if where is None:
        return value
    return exp.Case(ifs=[exp.If(this=where.copy(), true=value)], default=otherwise)


def _stored(argument: Row) -> bool:
    """A column of decimals whose total still leaves room for its digits after the point."""
    room = argument.bound * MAX_ROWS * 10**argument.scale <= MAX_NUMBER
    return argument.op == "column" and argument.scale > 0 and room


def _stored_sum(argument: Row, where: exp.Expr | None) -> exp.Expr:
    """Decimals are added as they are stored and turned into whole units once, on the total."""
    added = zero(exp.Sum(this=_chosen(column(str(argument.value)), where, integer(0))))
    return cast(exp.Mul(this=added, expression=integer(10**argument.scale)), WIDE["duckdb"])
