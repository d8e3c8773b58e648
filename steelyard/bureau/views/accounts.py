"""Persons' accounts as a run left them: the head line of each, and the ledger behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq


@dataclass(frozen=True, slots=True)
class Carried:
    """One line of an account. ``indicator`` is empty for the unit's total; numbers are exact text (``181/365``).

    ``role``, ``share``: as what the post was confirmed, where the plan asks for it.
    """

    indicator: str
    worth: str | None
    points: str | None
    unit_points: str | None = None
    unit_full: str | None = None
    role: str | None = None
    share: str | None = None


@dataclass(frozen=True, slots=True)
class StageOf:
    """Days on one post, and what they carried. ``weight``: their share of all days, exact text."""

    number: int
    unit: str
    post: str
    first_day: date
    last_day: date
    days: int
    weight: str
    frozen: str
    lines: tuple[Carried, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """``head``: the person's row, with total, place among equal duties, and grade."""

    head: Mapping[str, Any]
    stages: tuple[StageOf, ...]
    own: tuple[Carried, ...]


@lru_cache(maxsize=4)
def everybody(folder: Path) -> tuple[Mapping[str, Any], ...]:
    """One row a person; nothing where the run weighed nobody."""
    path = folder / "persons.parquet"
    return tuple(pq.read_table(path).to_pylist()) if path.is_file() else ()


@lru_cache(maxsize=64)
def accounts_of(folder: Path, person: str) -> Account | None:
    """The account of a person, None for whoever was not assessed."""
    head = next(iter(_rows_of(person, folder / "persons.parquet")), None)
    if head is None:
        return None
    return _account(head, _rows_of(person, folder / "accounts.parquet"))


def _account(head: Mapping[str, Any], rows: list[dict[str, Any]]) -> Account:
    numbers = sorted({row["stage"] for row in rows if row["stage"]})
    stages = tuple(_stage([row for row in rows if row["stage"] == number]) for number in numbers)
    return Account(head, stages, tuple(_carried(row) for row in rows if not row["stage"]))


def accounts_of_all(folder: Path) -> dict[str, Account]:
    """Everybody's, for whoever reads many: one look at each file."""
    path, found = folder / "accounts.parquet", dict[str, list[dict[str, Any]]]()
    for row in pq.read_table(path, use_threads=False).to_pylist() if path.is_file() else ():
        found.setdefault(row["person"], []).append(row)
    return {head["person"]: _account(head, found.get(head["person"], [])) for head in everybody(folder)}


def _rows_of(person: str, path: Path) -> list[dict[str, Any]]:
    """Only groups of rows that may hold the person are read."""
    if not path.is_file():
        return []
    rows: list[dict[str, Any]] = pq.read_table(path, filters=[("person", "=", person)], use_threads=False).to_pylist()
    return rows


def _stage(rows: list[dict[str, Any]]) -> StageOf:
    first = rows[0]
    return StageOf(
        number=first["stage"],
        unit=first["unit"],
        post=first["post"],
        first_day=first["first_day"],
        last_day=first["last_day"],
        days=first["days"],
        weight=first["weight"],
        frozen=first["frozen"],
        lines=tuple(_carried(row) for row in rows),
    )


def _carried(row: Mapping[str, Any]) -> Carried:
    of_unit = row["unit_points"], row["unit_full"]
    return Carried(row["indicator"] or "", row["worth"], row["points"], *of_unit, row.get("role"), row.get("share"))


def number(text: str | None) -> Decimal | None:
    """An exact text as a decimal for reading: ``181/365`` -> 0.495890410958904109589041096."""
    if text is None:
        return None
    above, _, below = text.partition("/")
    return Decimal(above) / Decimal(below or 1)
