"""One row step -> one SQL expression. Only declared columns, literals and a short list of operations come out.

Numbers are integers: BIGINT, or the widest integer of the engine where the known bound needs it, so that nothing
overflows that the bounds allow, and what no bound foresaw stops with an error instead of a wrong digit.
"""

from __future__ import annotations

from datetime import date

from sqlglot import exp

from steelyard.engine.expressions.rows import Atom, Row
from steelyard.engine.expressions.schema import INTEGER_BOUND
from steelyard.engine.planning.runner import Dialect

WIDE: dict[Dialect, str] = {"duckdb": "INT128", "spark": "DECIMAL(38, 0)"}

_BINARY: dict[str, type[exp.Binary]] = {
    "add": exp.Add, "subtract": exp.Sub, "multiply": exp.Mul,
    "=": exp.EQ, "!=": exp.NEQ, "<": exp.LT, "<=": exp.LTE, ">": exp.GT, ">=": exp.GTE,
}  # fmt: skip
_MIRRORED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def column(name: str, table: str | None = None) -> exp.Column:
    return exp.column(name, table=table, quoted=True)


def integer(value: int) -> exp.Expr:
    return exp.Literal.number(value)


def known(found: exp.Expr) -> exp.Expr:
    return exp.Not(this=exp.Is(this=found, expression=exp.Null()))


def cast(found: exp.Expr, kind: str) -> exp.Expr:
    return exp.Cast(this=found, to=exp.DataType.build(kind))


class Steps:
    """Renders rows for one dialect. ``totals`` names the column that holds each total that rows are compared with."""

    def __init__(self, dialect: Dialect, totals: dict[Atom, str] | None = None) -> None:
        self.dialect: Dialect = dialect
        self.totals = totals or {}

    def sql(self, row: Row) -> exp.Expr:
        if row.op in _MIRRORED:
            return self._compare(row)
        match row.op:
            case "column":
                return self._column(row)
            case "constant":
                return self._constant(row)
            case "total":
                assert isinstance(row.value, Atom)
                return column(self.totals[row.value])
            case "and" | "or":
                join = exp.and_ if row.op == "and" else exp.or_
                return exp.Paren(this=join(*(self.sql(arg) for arg in row.args)))
            case "not":
                return exp.Not(this=exp.Paren(this=self.sql(row.args[0])))
            case "is_null":
                return exp.Is(this=self.bare(row.args[0]), expression=exp.Null())
            case "in":
                return exp.In(this=self.sql(row.args[0]), expressions=[self.sql(arg) for arg in row.args[1:]])
            case "year" | "month" | "days" | "later":
                return self._calendar(row)
            case _:
                return self._number(row)

    def wide(self, row: Row) -> bool:
        return row.bound > INTEGER_BOUND

    def typed(self, row: Row) -> exp.Expr:
        """A number whose SQL type is wide where its bound needs it."""
        return self._widened(self.sql(row), row) if self.wide(row) else self.sql(row)

    def known(self, row: Row) -> exp.Expr:
        return known(self.bare(row))

    def bare(self, row: Row) -> exp.Expr:
        """Something that is unknown exactly where the row is, as short as possible."""
        while row.op == "multiply" and row.args[1].op == "constant":
            row = row.args[0]
        return column(str(row.value)) if row.op == "column" else exp.Paren(this=self.sql(row))

    def _column(self, row: Row) -> exp.Expr:
        found = column(str(row.value))
        if row.kind != "number":
            return found
        if row.scale:
            if self.dialect == "duckdb" and row.bound * 10**row.scale >= 10**18:
                found = cast(found, f"DECIMAL(38, {row.scale})")  # type: ignore[assignment]  # or its product is too wide
            factor = cast(integer(10**row.scale), f"DECIMAL({row.scale + 1}, 0)")
            found = exp.Mul(this=found, expression=factor)  # type: ignore[assignment]
        return cast(found, "BIGINT")

    def _constant(self, row: Row) -> exp.Expr:
        if isinstance(row.value, int):
            return integer(row.value)
        if isinstance(row.value, date):
            return cast(exp.Literal.string(row.value.isoformat()), "DATE")
        return exp.Literal.string(str(row.value))

    def _compare(self, row: Row) -> exp.Expr:
        left, right = row.args
        if _plain_decimal(right, left):
            return _BINARY[_MIRRORED[row.op]](this=column(str(right.value)), expression=_decimal(left, right.scale))
        if _plain_decimal(left, right):
            return _BINARY[row.op](this=column(str(left.value)), expression=_decimal(right, left.scale))
        if left.op == right.op == "column" and left.scale == right.scale:
            return _BINARY[row.op](this=column(str(left.value)), expression=column(str(right.value)))
        sides = [exp.Paren(this=self.sql(arg)) if arg.kind == "boolean" else self.sql(arg) for arg in row.args]
        return _BINARY[row.op](this=sides[0], expression=sides[1])

    def _number(self, row: Row) -> exp.Expr:
        args = [self.sql(arg) for arg in row.args]
        if self.wide(row):
            args = [self._widened(arg, at) for arg, at in zip(args, row.args, strict=True)]
        match row.op:
            case "add" | "subtract" | "multiply":
                return exp.Paren(this=_BINARY[row.op](this=args[0], expression=args[1]))
            case "sign":
                negative = exp.LT(this=args[0], expression=integer(0))
                return exp.Case(ifs=[exp.If(this=negative, true=integer(-1))], default=integer(1))
            case "magnitude":
                return exp.Nullif(this=exp.Abs(this=args[0]), expression=integer(0))
            case "abs":
                return exp.Abs(this=args[0])
            case "if":
                chosen = exp.Case(ifs=[exp.If(this=args[0], true=args[1])], default=args[2])
                return self._settled(chosen, row)
            case _:  # least, greatest: both engines pass over NULL when they are called by their own names
                return self._settled(exp.Anonymous(this=row.op.upper(), expressions=args), row)

    def _widened(self, found: exp.Expr, row: Row) -> exp.Expr:
        """Operations with a wide bound are wide already; literals take the width of what they meet."""
        wide = row.op == "constant" or (self.wide(row) and row.op != "column")
        return found if wide or row.kind != "number" else cast(found, WIDE[self.dialect])

    def _settled(self, found: exp.Expr, row: Row) -> exp.Expr:
        """Literals alone would make a narrow integer, whose products overflow early."""
        if row.kind != "number":
            return found
        return cast(found, WIDE[self.dialect] if self.wide(row) else "BIGINT")

    def _calendar(self, row: Row) -> exp.Expr:
        first, *rest = (self._day(arg) for arg in row.args)
        match row.op:
            case "year":
                return cast(exp.Year(this=first), "BIGINT")
            case "month":
                return cast(exp.Month(this=first), "BIGINT")
            case "days":
                return cast(exp.DateDiff(this=rest[0], expression=first, unit=exp.var("DAY")), "BIGINT")
            case _ if self.dialect == "duckdb":
                return exp.Paren(this=exp.Add(this=first, expression=rest[0]))
            case _:
                return exp.Anonymous(this="DATE_ADD", expressions=[first, rest[0]])

    def _day(self, row: Row) -> exp.Expr:
        return cast(self.sql(row), "DATE") if row.kind == "datetime" else self.sql(row)


def _plain_decimal(left: Row, right: Row) -> bool:
    """A decimal column against a constant of its own size: compared as they are stored, files can skip blocks."""
    return left.op == "column" and left.scale > 0 and right.op == "constant" and right.bound <= left.bound


def _decimal(row: Row, scale: int) -> exp.Expr:
    assert isinstance(row.value, int)
    digits = f"{abs(row.value):0{scale + 1}}"
    return exp.Literal.number(f"{'-' if row.value < 0 else ''}{digits[:-scale]}.{digits[-scale:]}")
