"""Register rows: plain mappings in, typed rows out, with every problem of shape at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias

from steelyard.engine.problems import CATALOGUE, Place, Problem, Refused

CATALOGUE.add(
    {
        "register-table": (
            "没有登记表“{table}”；可用：{choices}",
            "there is no register table '{table}'; known: {choices}",
        ),
        "register-missing": (
            "登记表 {table} 的“{column}”不能为空；请补上",
            "'{column}' of register table {table} must not be empty; fill it in",
        ),
        "register-value": (
            "登记表 {table} 的“{column}”应为{wanted_zh}，现为 {value}；请更正",
            "'{column}' of register table {table} must be {wanted_en}, not {value}; correct it",
        ),
    }
)

PlainRow: TypeAlias = Mapping[str, object]

EVER = date.min
"""First day of a unit that was told without one; `dating` finds it from the successions."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Since when a row is known, where it was written, and whether it takes an earlier row of its key back."""

    known_at: datetime
    place: Place
    withdrawn: bool

    def problem(self, code: str, /, **params: object) -> Problem:
        return Problem(code, self.place, params)

    def warning(self, code: str, /, **params: object) -> Problem:
        return Problem(code, self.place, params, "warning")


@dataclass(frozen=True, slots=True)
class Unit:
    code: str
    name: str
    level: str
    parent: str | None
    unit_class: str | None
    valid_from: date
    until: date | None
    origin: Origin

    @property
    def end(self) -> date:
        """The first day after, `datetime.date.max` while the row still holds."""
        return self.until or date.max


@dataclass(frozen=True, slots=True)
class Attribute:
    """Holds from ``valid_from`` until the next row of the same unit and attribute."""

    unit: str
    attribute: str
    value: Decimal
    valid_from: date
    origin: Origin


@dataclass(frozen=True, slots=True)
class Succession:
    """``share`` of the predecessor passes on and makes ``back_share`` of the successor; None: not stated."""

    from_unit: str
    to_unit: str
    on: date
    share: Decimal | None
    back_share: Decimal | None
    origin: Origin


@dataclass(frozen=True, slots=True)
class Post:
    """``department``: the part of its unit (科室) where it is, None where the source says none."""

    code: str
    unit: str
    name: str
    duty: str | None
    department: str | None
    origin: Origin


@dataclass(frozen=True, slots=True)
class Person:
    code: str
    name: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Holding:
    """A person on a post; ``share`` of full time."""

    person: str
    post: str
    start: date
    until: date | None
    share: Decimal
    origin: Origin

    @property
    def end(self) -> date:
        return self.until or date.max


@dataclass(frozen=True, slots=True)
class Register:
    """All rows of all tables, each table in the order of its keys."""

    units: tuple[Unit, ...] = ()
    unit_attributes: tuple[Attribute, ...] = ()
    successions: tuple[Succession, ...] = ()
    posts: tuple[Post, ...] = ()
    persons: tuple[Person, ...] = ()
    holdings: tuple[Holding, ...] = ()


class _Column(NamedTuple):
    name: str
    kind: str
    required: bool = True


class _Table(NamedTuple):
    make: Callable[..., Any]
    columns: tuple[_Column, ...]  # in the order of the row type's fields


_TABLES: Mapping[str, _Table] = {
    "units": _Table(
        Unit,
        (
            *(_Column("code", "text"), _Column("name", "text"), _Column("level", "text")),
            *(_Column("parent", "text", False), _Column("class", "text", False)),
            *(_Column("valid_from", "first_day", False), _Column("valid_to", "last_day", False)),
        ),
    ),
    "unit_attributes": _Table(
        Attribute,
        (
            _Column("unit", "text"),
            _Column("attribute", "text"),
            _Column("value", "number"),
            _Column("valid_from", "date"),
        ),
    ),
    "successions": _Table(
        Succession,
        (
            *(_Column("from_unit", "text"), _Column("to_unit", "text"), _Column("on", "date")),
            *(_Column("share", "number", False), _Column("back_share", "number", False)),
        ),
    ),
    "posts": _Table(
        Post,
        (
            *(_Column("code", "text"), _Column("unit", "text"), _Column("name", "text")),
            *(_Column("duty", "text", False), _Column("department", "text", False)),
        ),
    ),
    "persons": _Table(Person, (_Column("code", "text"), _Column("name", "text"))),
    "holdings": _Table(
        Holding,
        (
            *(_Column("person", "text"), _Column("post", "text"), _Column("from", "date")),
            *(_Column("to", "last_day", False), _Column("share", "number")),
        ),
    ),
}

_ORIGIN = (_Column("known_at", "moment"), _Column("withdrawn", "truth", False))
_PLAIN: Mapping[str, type] = {"text": str, "date": date, "first_day": date, "truth": bool}
"""A value of exactly this type fits, as nearly all do."""

_WANTED: Mapping[str, tuple[str, str]] = {
    "text": ("文字", "text"),
    "date": ("日期", "a date"),
    "first_day": ("日期", "a date"),
    "last_day": ("日期", "a date"),
    "number": ("精确小数", "an exact decimal"),
    "moment": ("日期时间", "a date and time"),
    "truth": ("是或否", "true or false"),
}


def read_register(tables: Mapping[str, Sequence[PlainRow]]) -> Register:
    """``valid_to`` and ``to`` are the last day on which a row holds; empty or 9999-12-31 means it still does.
    A unit with an empty ``valid_from`` has its ends from the successions (`dating.dated`).

    Besides the columns of its table a row carries

    - ``known_at``: datetime since which it is known (required);
    - ``withdrawn``: True when it takes back the row of the same key that was known before;
    - ``place``: `Place` it came from; without it, the table's name and the row's number.

    Other columns are left alone. Raises `Refused` with every problem.
    """
    problems = [
        Problem("register-table", params={"table": table, "choices": "、".join(_TABLES)})
        for table in sorted(tables.keys() - _TABLES.keys())
    ]
    read = {name: tuple(_rows(name, tables.get(name, ()), problems)) for name in _TABLES}
    if problems:
        raise Refused(problems)
    return Register(**read)


def _rows(table: str, rows: Sequence[PlainRow], problems: list[Problem]) -> list[Any]:
    reader = _RowReader(table, problems)
    return [reader.row(row, number) for number, row in enumerate(rows, 1)]


class _RowReader:
    def __init__(self, table: str, problems: list[Problem]) -> None:
        self.table = table
        self.problems = problems
        self._make, columns = _TABLES[table]
        self._columns = [(column, column.name, _PLAIN.get(column.kind)) for column in columns]

    def row(self, row: PlainRow, number: int) -> object:
        written = row.get("place")
        place = written if isinstance(written, Place) else Place(self.table, number)
        values = [
            value if (value := row.get(name)) and type(value) is plain else self._value(value, column, place)
            for column, name, plain in self._columns
        ]
        known_at, withdrawn = (self._value(row.get(column.name), column, place) for column in _ORIGIN)
        return self._make(*values, Origin(known_at, place, bool(withdrawn)))

    def _value(self, value: object, column: _Column, place: Place) -> Any:
        """What does not fit at first sight."""
        if value is None or value == "":
            if column.required:
                self._report("register-missing", place, column=column.name)
            return EVER if column.kind == "first_day" else None
        if column.kind == "number" and isinstance(value, int) and not isinstance(value, bool):
            return Decimal(value)
        if not _fits(column.kind, value):
            chinese, english = _WANTED[column.kind]
            self._report("register-value", place, column=column.name, value=value, wanted_zh=chinese, wanted_en=english)
        elif column.kind == "last_day":
            return _day_after(value)
        return value

    def _report(self, code: str, place: Place, **params: object) -> None:
        self.problems.append(Problem(code, place, {"table": self.table, **params}))


def _day_after(last: Any) -> date | None:
    """Registers write 9999-12-31 for what has no end."""
    return None if last == date.max else last + timedelta(days=1)


def _fits(kind: str, value: object) -> bool:
    match kind:
        case "text":
            return isinstance(value, str)
        case "date" | "first_day" | "last_day":
            return isinstance(value, date) and not isinstance(value, datetime)
        case "number":
            return isinstance(value, Decimal) and value.is_finite()
        case "moment":
            return isinstance(value, datetime) and value.tzinfo is None
        case _:
            return isinstance(value, bool)
