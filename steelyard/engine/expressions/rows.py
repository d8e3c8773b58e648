"""A checked expression over one row, in whole numbers: what SQL has to compute and nothing more.

Every number is a ratio ``top / (bottom * divisor)``. Tops and divisors are integers that SQL computes; nothing is
ever divided there. Comparisons multiply crosswise, so they are exact on every engine.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from math import gcd, lcm
from typing import Literal

from steelyard.engine.expressions.schema import Kind

MAX_NUMBER = 10**38 - 1
"""The widest integer that DuckDB (HUGEINT) and Spark (DECIMAL(38,0)) both hold."""

MAX_ROWS = 10**10
"""Rows of one table behind one total that bounds are computed for; beyond it an engine reports an overflow."""

AtomKind = Literal["count", "sum", "min", "max", "distinct", "percentile", "first", "last"]


@dataclass(frozen=True, slots=True)
class Row:
    """One step over a row. ``op`` is ``column``, ``constant``, ``total`` or an operation on ``args``.

    A number is an integer of absolute value at most ``bound``. ``value``: of a column its name, of a constant itself.
    A column of decimals counts units of 10**-``scale``.
    """

    op: str
    args: tuple[Row, ...] = ()
    kind: Kind = "number"
    bound: int = 0
    value: int | str | date | Atom | None = None
    scale: int = 0
    size: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Atom:
    """One number per subject and stretch of time that a scan brings. All numbers are integers.

    ``count`` counts rows for which ``where`` is true and ``argument``, if any, is known. ``sum`` of nothing is 0;
    ``min`` and ``max`` of nothing are unknown. With ``inner``, the rows are first grouped by keys (`measures.Grouped`)
    and the kind is taken over the groups. ``level`` is the percentile as (numerator, denominator) of one.
    """

    kind: AtomKind
    argument: Row | None = None
    where: Row | None = None
    inner: Atom | None = None
    level: tuple[int, int] | None = None


def row(op: str, *args: Row, kind: Kind = "number", bound: int = 0) -> Row:
    return Row(op, args, kind, bound, size=1 + sum(arg.size for arg in args))


def constant(value: int) -> Row:
    return Row("constant", bound=abs(value), value=value)


def add(left: Row, right: Row) -> Row:
    return row("add", left, right, bound=left.bound + right.bound)


def subtract(left: Row, right: Row) -> Row:
    return row("subtract", left, right, bound=left.bound + right.bound)


def multiply(left: Row, right: Row) -> Row:
    """Constants are folded, so that a factor of 1 leaves no trace in the SQL."""
    if isinstance(left.value, int):
        left, right = right, left
    if isinstance(right.value, int):
        if isinstance(left.value, int):
            return constant(left.value * right.value)
        if right.value == 1:
            return left
        if left.op == "multiply" and isinstance(left.args[1].value, int):
            return multiply(left.args[0], constant(left.args[1].value * right.value))
    return row("multiply", left, right, bound=left.bound * right.bound)


@dataclass(frozen=True, slots=True)
class Ratio:
    """An exact number: ``top / (bottom * divisor)``, unknown where any part is; ``bottom`` > 0, ``divisor`` > 0."""

    top: Row
    bottom: int = 1
    divisor: Row | None = None

    @property
    def integer(self) -> int | None:
        """The value of a whole constant."""
        value = self.top.value
        return value if isinstance(value, int) and self.bottom == 1 and self.divisor is None else None

    def rows(self) -> tuple[Row, ...]:
        return (self.top,) if self.divisor is None else (self.top, self.divisor)


def ratio(top: int, bottom: int = 1) -> Ratio:
    return Ratio(constant(top), bottom)


def crossed(left: Ratio, right: Ratio) -> tuple[Row, Row, int, Row | None]:
    """Two numbers over one denominator: left top, right top, bottom, divisor."""
    bottom = lcm(left.bottom, right.bottom)
    first = multiply(left.top, constant(bottom // left.bottom))
    second = multiply(right.top, constant(bottom // right.bottom))
    if left.divisor == right.divisor:
        return first, second, bottom, left.divisor
    if right.divisor:
        first = multiply(first, right.divisor)
    if left.divisor:
        second = multiply(second, left.divisor)
    return first, second, bottom, _product(left.divisor, right.divisor)


def compared(operator: str, left: Ratio, right: Ratio) -> Row:
    """A condition; unknown where a part of either number is, a divisor that both share included."""
    first, second, _, divisor = crossed(left, right)
    if divisor and left.divisor == right.divisor:
        first, second = multiply(first, divisor), multiply(second, divisor)
    return row(operator, first, second, kind="boolean")


def plus(left: Ratio, right: Ratio) -> Ratio:
    first, second, bottom, divisor = crossed(left, right)
    if isinstance(first.value, int) and isinstance(second.value, int):
        return _reduced(first.value + second.value, bottom, divisor)
    return Ratio(add(first, second), bottom, divisor)


def negative(number: Ratio) -> Ratio:
    return times(number, ratio(-1))


def minus(left: Ratio, right: Ratio) -> Ratio:
    first, second, bottom, divisor = crossed(left, right)
    if isinstance(first.value, int) and isinstance(second.value, int):
        return _reduced(first.value - second.value, bottom, divisor)
    return Ratio(subtract(first, second), bottom, divisor)


def times(left: Ratio, right: Ratio) -> Ratio:
    top, bottom = multiply(left.top, right.top), left.bottom * right.bottom
    divisor = _product(left.divisor, right.divisor)
    return _reduced(top.value, bottom, divisor) if isinstance(top.value, int) else Ratio(top, bottom, divisor)


def over(left: Ratio, right: Ratio) -> Ratio:
    """``left / right``; where a computed ``right`` is 0, the result is unknown. A constant must not be 0."""
    turned = multiply(left.top, constant(right.bottom))
    if right.divisor:
        turned = multiply(turned, right.divisor)
    if isinstance(right.top.value, int):
        sign = 1 if right.top.value > 0 else -1
        top, bottom = multiply(turned, constant(sign)), left.bottom * abs(right.top.value)
        return Ratio(top, bottom, left.divisor)
    sign_of = row("sign", right.top, bound=1)
    size_of = row("magnitude", right.top, bound=right.top.bound)
    return Ratio(multiply(turned, sign_of), left.bottom, _product(left.divisor, size_of))


def _product(left: Row | None, right: Row | None) -> Row | None:
    return multiply(left, right) if left and right else left or right


def _reduced(top: int, bottom: int, divisor: Row | None) -> Ratio:
    common = gcd(top, bottom)
    return Ratio(constant(top // common), bottom // common, divisor)


def walk(found: Row | Atom | None) -> Iterator[Row]:
    """Every row step inside, those of totals within included."""
    if isinstance(found, Atom):
        for part in (found.argument, found.where, found.inner):
            yield from walk(part)
    elif found is not None:
        yield found
        for arg in found.args:
            yield from walk(arg)
        if isinstance(found.value, Atom):
            yield from walk(found.value)


def totals(*found: Row | Atom | None) -> tuple[Atom, ...]:
    """The totals that rows are compared with, each once, in order of appearance."""
    inside = (step.value for part in found for step in walk(part) if isinstance(step.value, Atom))
    return tuple(dict.fromkeys(inside))
