"""Which rows were known at a moment: of each key the row that was known last."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Protocol, TypeVar

from steelyard.engine.organisation.rows import Origin, Register, Unit
from steelyard.engine.problems import CATALOGUE, Problem, Refused

CATALOGUE.add(
    {
        "register-row-doubled": (
            "登记表 {table} 的 {key} 在同一时刻有两种说法；另一处在 {other}，请留一处",
            "{key} of register table {table} is told in two ways at the same moment, the other at {other}; keep one",
        ),
    }
)


class _Row(Protocol):
    @property
    def origin(self) -> Origin: ...


RowType = TypeVar("RowType", bound=_Row)
GroupKey = TypeVar("GroupKey")
_Key = tuple[Any, ...]

_KEYS: dict[str, Callable[[Any], _Key]] = {
    "units": lambda row: (row.code, row.valid_from),
    "unit_attributes": lambda row: (row.unit, row.attribute, row.valid_from),
    "successions": lambda row: (row.on, row.from_unit, row.to_unit),
    "posts": lambda row: (row.code,),
    "persons": lambda row: (row.code,),
    "holdings": lambda row: (row.person, row.start, row.post),
}


def known(register: Register, at: datetime | None) -> Register:
    """The register as known at a moment (None: all that was ever known). Raises `Refused`.

    The answer does not depend on the order of the rows.
    """
    problems: list[Problem] = []
    tables = {table: tuple(_latest(table, getattr(register, table), at, key, problems)) for table, key in _KEYS.items()}
    if problems:
        raise Refused(problems)
    return Register(**tables)


def _latest(
    table: str, rows: Iterable[RowType], at: datetime | None, key: Callable[[RowType], _Key], problems: list[Problem]
) -> Iterator[RowType]:
    latest: dict[_Key, RowType] = {}
    for row in sorted(rows, key=lambda row: (row.origin.known_at, row.origin.place)):
        if at is not None and row.origin.known_at > at:
            continue
        earlier = latest.get(key(row))
        if earlier is not None and _contradict(earlier, row):
            params = {"table": table, "key": " ".join(map(str, key(row))), "other": earlier.origin.place}
            problems.append(Problem("register-row-doubled", row.origin.place, params))
        latest[key(row)] = row
    return (latest[each] for each in sorted(latest) if not latest[each].origin.withdrawn)


def _contradict(earlier: RowType, later: RowType) -> bool:
    """Two rows of one moment that say different things. Said twice in the same words is no harm."""
    if earlier.origin.known_at != later.origin.known_at:
        return False
    same_place = replace(earlier.origin, place=later.origin.place)
    return bool(replace(earlier, origin=same_place) != later)  # type: ignore[type-var]


def grouped(rows: Iterable[RowType], key: Callable[[RowType], GroupKey]) -> dict[GroupKey, tuple[RowType, ...]]:
    """Rows by what they share, keeping their order."""
    found: dict[GroupKey, list[RowType]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return {code: tuple(own) for code, own in found.items()}


def exists(units: Mapping[str, Sequence[Unit]], code: str, on: date) -> bool:
    return any(unit.valid_from <= on < unit.end for unit in units.get(code, ()))


def uncovered(start: date, end: date, rows: Sequence[Unit]) -> Iterator[tuple[date, date]]:
    """The parts of [start, end) in which none of the rows holds; rows in the order of time."""
    for row in rows:
        if row.valid_from > start:
            yield start, min(row.valid_from, end)
        start = max(start, row.end)
        if start >= end:
            return
    yield start, end
