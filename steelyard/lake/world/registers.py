"""The registers of the organisation as files: units, attributes, successions, posts, persons, holdings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

from steelyard.lake.world.draws import Integers
from steelyard.lake.world.feeds import Written, digest
from steelyard.lake.world.people import holding_rows, person_rows, post_rows
from steelyard.lake.world.province import REORGANISED, Province
from steelyard.lake.world.table import World

Encoding = Literal["utf-8", "utf-8-sig", "gb18030"]

_OPENED = "2026-01-05"  # the first export of the year
_REFORMED = "2026-07-06"  # the reorganisation is registered
_CLOSED = "2027-01-05"

_DELIVERIES = (
    *((table, _OPENED) for table in ("units", "unit_attributes", "posts", "persons", "holdings")),
    *((table, _REFORMED) for table in ("units", "unit_attributes", "successions", "posts")),
    ("holdings", _CLOSED),
)
"""A register before those that point to it."""

_DATED: dict[str, tuple[int, int | None]] = {"units": (5, 6), "unit_attributes": (3, None), "holdings": (2, 3)}
"""Where a register says since when and until when a row holds. Posts have no dates: they go with their unit."""

_FILES: dict[str, tuple[str, Encoding, str]] = {
    "units": ("机构.csv", "utf-8-sig", "机构代码,机构名称,层级,上级机构代码,机构类别,启用日期,停用日期"),
    "unit_attributes": ("机构属性.csv", "gb18030", "机构代码,属性,数值,生效日期"),
    "successions": ("机构沿革.csv", "utf-8", "原机构代码,新机构代码,变更日期,份额"),
    "posts": ("岗位.csv", "gb18030", "岗位代码,机构代码,岗位名称,岗位职责,部门"),
    "persons": ("人员.csv", "utf-8", "人员代码,姓名,出生年份,入职年份"),
    "holdings": ("任职.csv", "utf-8", "人员代码,岗位代码,任职日期,离任日期,份额"),
}


def write_registers(world: World, folder: Path) -> list[Written]:
    """The registers as they stood when the year began, and each again when it had changed.

    Dates of end are the last day included; empty means still in force, as far as was known when the file was written.
    """
    full = dict(_registers(world))
    first = _known_first(full)
    return [
        _write(folder, table, (first if arrived == _OPENED else full)[table], arrived) for table, arrived in _DELIVERIES
    ]


def _known_first(full: Mapping[str, list[list[str]]]) -> dict[str, list[list[str]]]:
    """What the registers said at the beginning of the year."""
    first = {
        table: [_as_known(row, until) for row in full[table] if row[since] <= _OPENED]
        for table, (since, until) in _DATED.items()
    }
    units = {row[0] for row in first["units"]}
    return first | {"posts": [row for row in full["posts"] if row[1] in units], "persons": full["persons"]}


def _as_known(row: list[str], until: int | None) -> list[str]:
    """An end that lies ahead is not written yet."""
    return row if until is None or row[until] <= _OPENED else [*row[:until], "", *row[until + 1 :]]


def _registers(world: World) -> Iterator[tuple[str, list[list[str]]]]:
    province, people = world.province, world.people
    yield "units", [[u.code, u.name, u.level, u.parent, u.kind, u.since, u.until] for u in province.units]
    yield "unit_attributes", list(_attributes(province))
    shares = [
        [one.old, one.new, REORGANISED, f"{one.share // 10_000}.{one.share % 10_000:04d}"]
        for one in province.successions()
    ]
    yield "successions", shares
    yield "posts", post_rows(province)
    yield "persons", person_rows(province, people, world.seed)
    yield "holdings", holding_rows(province, people)


def _attributes(province: Province) -> Iterator[list[str]]:
    """Sums over the grounds of each branch, audit bureau and city; last year's taxpayers were one in twenty fewer.

    A city's place among the units is its number, so that the grounds' cities can stand for their units.
    """
    measures = {
        "staff": province.staff,
        "taxpayers": province.taxpayers,
        "area": province.area,
        "revenue": province.revenue,
    }
    for name, values in measures.items():
        last_year = values if name in ("staff", "area") else values * 19 // 20
        yield from _in_force(province, name, last_year, province.before, "2025-01-01")
        yield from _in_force(province, name, values, province.before, "2026-01-01")
        yield from _in_force(province, name, values, province.after, REORGANISED)
        yield from _in_force(province, name, last_year, province.city, "2025-01-01")
        yield from _in_force(province, name, values, province.city, "2026-01-01")


def _in_force(province: Province, name: str, values: Integers, unit_of: Integers, since: str) -> Iterator[list[str]]:
    """At the reorganisation only the units that gained or lost something are stated anew."""
    touched = set(province.after[province.before != province.after].tolist()) if since == REORGANISED else None
    sums: dict[int, int] = {}
    for unit, value in zip(unit_of.tolist(), values.tolist(), strict=True):
        sums[unit] = sums.get(unit, 0) + value
    for unit in sorted(sums):
        if touched is None or unit in touched:
            yield [province.units[unit].code, name, str(sums[unit]), since]


def _write(folder: Path, table: str, rows: list[list[str]], arrived: str) -> Written:
    name, encoding, head = _FILES[table]
    text = "".join(line + "\n" for line in [head, *(",".join(row) for row in rows)])
    changes = arrived == _OPENED and table != "persons"
    path = folder / (name.replace(".csv", "_2026年初.csv") if changes else name)
    path.write_bytes(text.encode(encoding))
    return Written(path.name, table, "register", arrived, len(rows), *digest(path))
