"""The declaration of a fact table: what a business file must look like before one row of it counts.

Pure nouns. `steelyard.engine.model.declared` reads them from YAML; intake, the world and the rule checker share them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BeforeValidator, Field, StringConstraints

from steelyard.engine.shape import Written

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
Heading = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Encoding = Literal["utf-8", "gb18030"]
Format = Literal["csv", "xlsx", "parquet"]
Kind = Literal["text", "integer", "decimal", "date", "datetime", "boolean"]

RESERVED = ("_batch", "_row", "_known_at")
MAX_PRECISION = 18
HAND = re.compile("自报|填报|月报|季报|旬报|报表|台账|手工")


class ColumnType(Written):
    """``text``, ``integer``, ``decimal(p,s)``, ``date``, ``datetime`` or ``boolean``."""

    kind: Kind
    precision: int = 0
    scale: int = 0

    def __str__(self) -> str:
        return f"decimal({self.precision},{self.scale})" if self.kind == "decimal" else self.kind


_DECIMAL = re.compile(r"decimal\(([1-9][0-9]?),\s*([0-9]{1,2})\)\Z")


def _column_type(value: Any) -> Any:
    """``decimal(18,2)`` as written; already shaped values pass (a declaration travels into the cage as JSON)."""
    if not isinstance(value, str):
        return value
    match = _DECIMAL.match(value)
    if not match:
        return {"kind": value}
    precision, scale = int(match[1]), int(match[2])
    if precision > MAX_PRECISION or scale > precision:
        raise ValueError(f"decimal(p,s): s <= p <= {MAX_PRECISION}")
    return {"kind": "decimal", "precision": precision, "scale": scale}


Type: TypeAlias = Annotated[ColumnType, BeforeValidator(_column_type)]


class Rewrite(Written):
    """Cells that ``pattern`` fits wholly are read as ``into``, where ``\\1`` … ``\\9`` are its groups.

    ``2010 to 2011`` becomes ``2010-04-01``. A cell that no pattern fits is read as it stands.
    """

    pattern: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    into: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Column(Written):
    """One column: its Chinese name, the headings it has in files, and what its cells may say.

    ``formats``: dates as %Y %m %d %H %M %S with literal text between (``%-m`` for one or two digits).
    ``trim``: outer spaces are taken off, and the batch lists every cell that this changed. ``lines``: a text may have
    several lines.
    """

    name: Heading
    aliases: tuple[Heading, ...] = ()
    type: Type
    required: bool = False
    formats: tuple[str, ...] = ()
    thousands: Annotated[str, StringConstraints(min_length=1, max_length=1)] | None = None
    allowed: tuple[str, ...] = ()
    true: tuple[str, ...] = ("是", "true", "TRUE", "1")
    false: tuple[str, ...] = ("否", "false", "FALSE", "0")
    trim: bool = False
    lines: bool = False
    rewrite: tuple[Rewrite, ...] = ()
    about: str | None = None


class Check(Written):
    """A condition that every row must meet. Unknown (null) passes: `required` speaks of missing values."""

    check: Annotated[str, StringConstraints(min_length=1)]
    level: Literal["reject", "warn"]
    say: Annotated[str, StringConstraints(min_length=1)]


def _group(written: Any) -> Any:
    """The number of a group; numbers of a file are decimals."""
    return int(written) if isinstance(written, Decimal) and written == int(written) else written


class Spread(Written):
    """Headings that hold values: every heading that ``pattern`` fits wholly becomes one row.

    ``into`` fills columns from the heading: a number is a group of the pattern, a text may use ``\\1`` … ``\\9``.
    """

    pattern: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    into: Mapping[Identifier, Annotated[int | str, BeforeValidator(_group)]]


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, dict) else value


class Unpivot(Written):
    """Wide to long. ``skip``: texts that say that there is no such row (``[z]``: the unit did not exist)."""

    keep: tuple[Identifier, ...]
    columns: Annotated[tuple[Spread, ...], BeforeValidator(_as_list), Field(min_length=1)]
    value: Identifier
    skip: tuple[str, ...] = ()


class Feed(Written):
    """How one kind of file carries the table. The first feed whose ``match`` fits the file's name is taken.

    ``absent``: declared columns that this feed does not have; ``ignore``: headings (globs) known to be of no use.
    ``lines``: with ``many`` a quoted cell may hold line breaks; by default a line is a record, whatever its quotes say.
    """

    match: Annotated[str, StringConstraints(min_length=1)]
    format: Format
    encoding: Encoding = "utf-8"
    delimiter: Annotated[str, StringConstraints(min_length=1, max_length=1)] = ","
    lines: Literal["one", "many"] = "one"
    header: Annotated[int, Field(ge=1, le=1000)] = 1
    sheet: str | None = None
    footer: Annotated[str, StringConstraints(min_length=1)] | None = None
    nulls: tuple[str, ...] = ()
    fixed: Mapping[Identifier, str] = Field(default_factory=dict)
    absent: tuple[Identifier, ...] = ()
    ignore: tuple[str, ...] = ()
    unpivot: Unpivot | None = None


class FactTable(Written):
    """One kind of business record from one source system. ``names`` are the Chinese names of derived columns.

    ``sparse``: periods without any row are normal (vetoes, disasters); for any other table they mean that the data
    have not arrived, and what rests on them is awaited, not zero.
    ``rows``: a row is a case, or the ``totals`` that somebody else added up; then nothing tells how far chance moves a
    place, and none is told.
    ``by_hand``: people fill the rows in for the sake of being counted (自报、台账); told by the words of the
    declaration where it is not written. ``minutes``: what that takes one unit in a year; not known where not stated.
    """

    table: Identifier
    name: Heading
    source: str
    about: str | None = None
    columns: Mapping[Identifier, Column] = Field(min_length=1)
    key: tuple[Identifier, ...] = ()
    unit: Identifier | None = None
    officer: Identifier | None = None
    date: Identifier | None = None
    derive: Mapping[Identifier, str] = Field(default_factory=dict)
    names: Mapping[Identifier, Heading] = Field(default_factory=dict)
    checks: tuple[Check, ...] = ()
    references: Mapping[Identifier, Identifier] = Field(default_factory=dict)
    files: tuple[Feed, ...] = ()
    sparse: bool = False
    rows: Literal["cases", "totals"] = "cases"
    by_hand: bool | None = None
    minutes: Decimal | None = Field(default=None, ge=0)

    @property
    def filled_by_hand(self) -> bool:
        """As declared, else as the words of the declaration tell."""
        told = f"{self.name} {self.source} {self.about or ''}"
        return HAND.search(told) is not None if self.by_hand is None else self.by_hand

    def mentioned(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Every column name that the declaration uses, with the path where it says so."""
        yield from ((("key", index), name) for index, name in enumerate(self.key))
        for field in ("unit", "officer", "date"):
            if name := getattr(self, field):
                yield (field,), name
        yield from ((("references", name), name) for name in self.references)
        for index, feed in enumerate(self.files):
            yield from (((*path, name), name) for path, name in _mentioned_by(feed, ("files", index)))


def _mentioned_by(feed: Feed, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    yield from (((*path, "fixed"), name) for name in feed.fixed)
    yield from (((*path, "absent"), name) for name in feed.absent)
    if feed.unpivot:
        yield from (((*path, "unpivot", "keep"), name) for name in feed.unpivot.keep)
        yield (*path, "unpivot"), feed.unpivot.value
        for index, spread in enumerate(feed.unpivot.columns):
            yield from (((*path, "unpivot", "columns", index, "into"), name) for name in spread.into)
