"""Row steps over a block of rows: what `engine.sql.steps` says in SQL, done at once for all rows.

Unknown is carried beside the values: a comparison with something unknown is unknown, ``and`` and ``or`` know what
follows anyway, ``least`` and ``greatest`` pass over it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import reduce
from typing import Any, TypeAlias, cast

import numpy as np
import numpy.typing as npt

from steelyard.engine.expressions.rows import Row
from steelyard.engine.expressions.schema import INTEGER_BOUND, Kind
from steelyard.engine.planning.rolling import largest
from steelyard.engine.totalling.column import Block, Column, Ints, Mask, both

Values: TypeAlias = npt.NDArray[Any]

EPOCH = date(1970, 1, 1).toordinal()
DAY = 86_400_000_000  # microseconds
FEW_WORDS = 4

_COMPARE: Mapping[str, Callable[..., Any]] = {
    "=": np.equal, "!=": np.not_equal, "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal,
}  # fmt: skip
_COUNT: Mapping[str, Callable[..., Any]] = {"add": np.add, "subtract": np.subtract, "multiply": np.multiply}


class Steps:
    """Each step of a block is done once, however many atoms share it."""

    def __init__(self, block: Block) -> None:
        self.block = block
        self._done: dict[Row, Column] = {}

    def column(self, row: Row) -> Column:
        found = self._done.get(row)
        if found is None:
            found = self._done[row] = self._step(row)
        return found

    def true(self, row: Row) -> Mask:
        """Where a condition is true; unknown is not."""
        return combined(row, True, self.holds)

    def known(self, row: Row) -> Mask:
        return _known(self.column(row))

    def holds(self, row: Row, wanted: bool) -> Mask:
        """Where a simple condition is known to hold, or known not to."""
        found = self.column(row)
        mask = found.values if wanted else ~found.values
        return mask if found.known is None else mask & found.known

    def _step(self, row: Row) -> Column:
        if row.op in _COMPARE:
            return self._compared(row)
        match row.op:
            case "column":
                return self.block.columns[str(row.value)]
            case "constant":
                return _constant(row)
            case "and" | "or" | "not":
                true, false = (combined(row, wanted, self.holds) for wanted in (True, False))
                return Column(true, true | false)
            case "is_null":
                known = self.column(row.args[0]).known
                return Column(np.zeros((), np.bool_) if known is None else ~known)
            case "in":
                words = {str(option.value) for option in row.args[1:]}
                return _by_word(self.column(row.args[0]), lambda word: word in words)
            case "year" | "month" | "days" | "later":
                return self._calendar(row)
            case "if":
                return self._chosen(row)
            case "least" | "greatest":
                return self._end(row)
            case _:
                return self._number(row)

    def _compared(self, row: Row) -> Column:
        left, right = (self.column(arg) for arg in row.args)
        if left.words is not None and right.words is not None:
            if len(right.words) == 1 and not right.values.ndim:
                word, compare = right.words[0], _COMPARE[row.op]
                return _by_word(left, lambda text: bool(compare(text, word)))
            left, right = _ranked(left, right)
        found = _COMPARE[row.op](_narrow(left.values), _narrow(right.values))
        return Column(np.asarray(found), both(left.known, right.known))

    def _number(self, row: Row) -> Column:
        parts = [self.column(arg) for arg in row.args]
        first, *others = (wide(part.values) for part in parts)
        known = both(*(part.known for part in parts))
        match row.op:
            case "sign":
                return Column(np.where(first < 0, np.int64(-1), np.int64(1)), known)
            case "magnitude":
                size = np.abs(first)
                return Column(size, both(known, cast(Mask, size != 0)))
            case "abs":
                return Column(np.abs(first), known)
            case _:
                return Column(_counted(row, first, *others), known)

    def _calendar(self, row: Row) -> Column:
        parts = [self.column(arg) for arg in row.args]
        known = both(*(part.known for part in parts))
        first = days(parts[0].values, row.args[0].kind)
        match row.op:
            case "year" | "month":
                return Column(_by_day(first, _year if row.op == "year" else _month), known)
            case "days":
                return Column(days(parts[1].values, row.args[1].kind) - first, known)
            case _:
                return Column(first + wide(parts[1].values), known)

    def _chosen(self, row: Row) -> Column:
        yes, no = (self.column(arg) for arg in row.args[1:])
        if yes.words is not None and no.words is not None:
            yes, no = _ranked(yes, no)
        true = self.true(row.args[0])
        return Column(np.where(true, yes.values, no.values), np.where(true, _known(yes), _known(no)), yes.words)

    def _end(self, row: Row) -> Column:
        fold = np.minimum if row.op == "least" else np.maximum
        parts = [self.column(arg) for arg in row.args]
        found, *others = parts
        for other in others:
            one, two = _known(found), _known(other)
            chosen = fold(np.where(one, found.values, other.values), np.where(two, other.values, found.values))
            found = Column(chosen, one | two)
        return found


def combined(row: Row, wanted: bool, holds: Callable[[Row, bool], Mask]) -> Mask:
    """Where a condition is known to hold, or known not to, from where each simple condition in it does."""
    if row.op == "not":
        return combined(row.args[0], not wanted, holds)
    if row.op in ("and", "or"):
        join = np.logical_and if (row.op == "and") == wanted else np.logical_or
        return reduce(join, [combined(arg, wanted, holds) for arg in row.args])
    return holds(row, wanted)


def simple(row: Row, wanted: bool = True) -> Iterator[tuple[Row, bool]]:
    """The simple conditions in a condition, each with what is asked of it."""
    if row.op == "not":
        yield from simple(row.args[0], not wanted)
    elif row.op in ("and", "or"):
        yield from (one for arg in row.args for one in simple(arg, wanted))
    else:
        yield row, wanted


def _counted(row: Row, left: Values, right: Values) -> Values:
    """Python's integers take over where the bound is too wide for 63 bits and the numbers at hand are too."""
    if row.bound > INTEGER_BOUND:
        one, two = largest(np.atleast_1d(left)), largest(np.atleast_1d(right))
        if (one * two if row.op == "multiply" else one + two) > INTEGER_BOUND:
            left = left.astype(object)
    return cast(Values, _COUNT[row.op](left, right))


def days(values: npt.NDArray[Any], kind: Kind) -> npt.NDArray[np.int64]:
    """Days since 1970."""
    return wide(values) // DAY if kind == "datetime" else wide(values)


def _by_day(days: Ints, found: Callable[[Ints], Ints]) -> Ints:
    """What is found out about days is found out once for each, where they are not too far apart."""
    first, last = int(days.min(initial=0)), int(days.max(initial=0))
    if last - first > days.size:
        return found(days)
    return found(np.arange(first, last + 1)).take(days - first)


def _year(days: Ints) -> Ints:
    return days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970


def _month(days: Ints) -> Ints:
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12 + 1


def wide(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Numbers with room to count on: 63 bits, or Python's integers where they are that already."""
    return values if values.dtype == object else values.astype(np.int64, copy=False)


def _narrow(values: npt.NDArray[Any]) -> Any:
    """One number for all rows is compared in the width of theirs."""
    return values if values.ndim else values.item()


def _constant(row: Row) -> Column:
    if isinstance(row.value, date):
        return Column(np.array(row.value.toordinal() - EPOCH, np.int64))
    if isinstance(row.value, int):
        return Column(np.array(row.value, object if abs(row.value) > INTEGER_BOUND else np.int64))
    return Column(np.zeros((), np.int64), None, (str(row.value),))


def _known(column: Column) -> Mask:
    return np.ones((), np.bool_) if column.known is None else column.known


def _by_word(column: Column, holds: Callable[[str], bool]) -> Column:
    """What holds for a text is found out once for each word; of a few words, rows are compared with each."""
    assert column.words is not None
    each = np.fromiter((holds(word) for word in column.words), np.bool_, len(column.words))
    met = np.flatnonzero(each).tolist()
    if len(met) > FEW_WORDS:
        return Column(each.take(column.values), column.known)
    none = np.zeros(column.values.shape, np.bool_)
    return Column(reduce(np.logical_or, (column.values == word for word in met), none), column.known)


def _ranked(left: Column, right: Column) -> tuple[Column, Column]:
    """Two columns of texts over one list of words, which is in order."""
    words = sorted({*(left.words or ()), *(right.words or ())})
    place = {word: index for index, word in enumerate(words)}
    over = [np.array([place[word] for word in column.words or ()], np.int64) for column in (left, right)]
    return Column(over[0][left.values], left.known, words), Column(over[1][right.values], right.known, words)
