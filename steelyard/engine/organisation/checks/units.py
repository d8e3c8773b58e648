"""Checks of units: dates, references, parents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import chain

from steelyard.engine.organisation.known import uncovered
from steelyard.engine.organisation.rows import Origin, Register, Unit
from steelyard.engine.organisation.structure import Structure
from steelyard.engine.problems import CATALOGUE, Problem

CATALOGUE.add(
    {
        "register-dates-reversed": (
            "止期 {last} 早于起期 {start}；止期是有效的最后一天，请更正",
            "the last day {last} is before the first day {start}; correct one of them",
        ),
        "register-unknown-code": (
            "“{column}”引用的 {code} 没有登记；请先登记或更正代码",
            "'{column}' refers to {code}, which is not registered; register it or correct the code",
        ),
        "unit-rows-overlap": (
            "单位 {unit} 自 {start} 起有两条同时有效的记录（另一条在 {other}），上级和分类因此不唯一；请给前一条填止期",
            "unit {unit} has two rows valid from {start} on (the other at {other}), so parent and class are unclear; "
            "give the earlier row an end",
        ),
        "unit-without-parent": (
            "单位 {unit} 在 {start} 至 {end}（不含）期间的上级 {parent} 不存在；请更正上级或起止日期",
            "parent {parent} of unit {unit} does not exist from {start} to before {end}; correct parent or dates",
        ),
        "unit-cycle": (
            "{on} 的上下级关系成环：{units}；请更正其中一个上级",
            "on {on} the parents go round in a circle: {units}; correct one of them",
        ),
        "unit-gap": (
            "单位 {unit} 在 {start} 至 {end}（不含）期间没有记录，之后又出现；如属漏登请补",
            "unit {unit} has no row from {start} to before {end} and comes back later; add one if it was left out",
        ),
    }
)

_ONE_DAY = timedelta(days=1)


def check_units(register: Register, units: Mapping[str, Sequence[Unit]]) -> Iterator[Problem]:
    yield from _reversed_dates(register)
    yield from _unknown_codes(register)
    for rows in units.values():
        yield from _unit_rows(rows)
    yield from _parents(register.units, units)
    yield from _cycles(register.units)


def _reversed_dates(register: Register) -> Iterator[Problem]:
    intervals: list[tuple[date, date | None, Origin]] = [
        *((unit.valid_from, unit.until, unit.origin) for unit in register.units),
        *((holding.start, holding.until, holding.origin) for holding in register.holdings),
    ]
    for start, end, origin in intervals:
        if end is not None and end <= start:
            yield origin.problem("register-dates-reversed", start=start, last=end - _ONE_DAY)


def _unknown_codes(register: Register) -> Iterator[Problem]:
    units = {unit.code for unit in register.units}
    posts = {post.code for post in register.posts}
    persons = {person.code for person in register.persons}
    for column, code, known, origin in chain(
        (("parent", unit.parent, units, unit.origin) for unit in register.units if unit.parent is not None),
        (("unit", attribute.unit, units, attribute.origin) for attribute in register.unit_attributes),
        (("unit", post.unit, units, post.origin) for post in register.posts),
        (("from_unit", row.from_unit, units, row.origin) for row in register.successions),
        (("to_unit", row.to_unit, units, row.origin) for row in register.successions),
        (("post", holding.post, posts, holding.origin) for holding in register.holdings),
        (("person", holding.person, persons, holding.origin) for holding in register.holdings),
    ):
        if code not in known:
            yield origin.problem("register-unknown-code", column=column, code=code)


def _unit_rows(rows: Sequence[Unit]) -> Iterator[Problem]:
    longest = rows[0]
    for unit in rows[1:]:
        if unit.valid_from < longest.end:
            params = {"unit": unit.code, "start": unit.valid_from, "other": longest.origin.place}
            yield unit.origin.problem("unit-rows-overlap", **params)
        elif unit.valid_from > longest.end:
            yield unit.origin.warning("unit-gap", unit=unit.code, start=longest.end, end=unit.valid_from)
        longest = max(longest, unit, key=lambda row: row.end)


def _parents(rows: Iterable[Unit], units: Mapping[str, Sequence[Unit]]) -> Iterator[Problem]:
    for unit in rows:
        if unit.parent is None or unit.parent not in units:
            continue
        for start, end in uncovered(unit.valid_from, unit.end, units[unit.parent]):
            params = {"unit": unit.code, "parent": unit.parent, "start": start, "end": end}
            yield unit.origin.problem("unit-without-parent", **params)


def _cycles(rows: Sequence[Unit]) -> Iterator[Problem]:
    """Parents change only on the first day of a row, so only those days are looked at."""
    seen: set[frozenset[str]] = set()
    for on in sorted({unit.valid_from for unit in rows}):
        structure = Structure.of(on, (unit for unit in rows if unit.valid_from <= on < unit.end))
        for circle in _circles(structure):
            if circle not in seen:
                seen.add(circle)
                first = structure.units[min(circle)]
                yield first.origin.problem("unit-cycle", on=on, units="、".join(sorted(circle)))


def _circles(structure: Structure) -> Iterator[frozenset[str]]:
    reached = {below for root in structure.roots for below in (root, *structure.descendants(root))}
    settled: set[str] = set()
    for start in sorted(structure.units.keys() - reached):
        path: list[str] = []
        code = start
        while code in structure.units and code not in path and code not in settled:
            path.append(code)
            code = structure.units[code].parent or ""
        if code in path:
            yield frozenset(path[path.index(code) :])
        settled.update(path)
