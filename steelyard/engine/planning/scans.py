"""Aggregates -> scans. All additive aggregates on one table share one scan, by subject and month."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Generic, Literal, TypeAlias, TypeVar

from steelyard.engine.expressions.measures import Grouped, Measure, Ordered, Plain, Shape, Spread, measure
from steelyard.engine.expressions.nodes import Aggregate, Window
from steelyard.engine.expressions.resolving import resolve
from steelyard.engine.expressions.rows import Atom, Row
from steelyard.engine.expressions.schema import Kind, TableSchema
from steelyard.engine.planning.stretches import Stretch, batches, stretch
from steelyard.engine.problems import CATALOGUE, Problem, Refused

CATALOGUE.add(
    {
        "planning-no-column": (
            "事实表 {table} 没有声明 {field} 列，无法按{what_zh}汇总；请在事实表声明中补上 {field}",
            "fact table {table} declares no {field} column, so it cannot be totalled by {what_en}; "
            "add {field} to its declaration",
        ),
    }
)

By: TypeAlias = Literal["unit", "officer", "officer_in_unit"]
P = TypeVar("P", bound=Hashable)

_OWNERS: dict[By, tuple[Literal["unit", "officer"], ...]] = {
    "unit": ("unit",), "officer": ("officer",), "officer_in_unit": ("unit", "officer"),
}  # fmt: skip
_WORDS = {"unit": ("单位", "unit"), "officer": ("人员", "officer"), "date": ("时间", "time")}


@dataclass(frozen=True, slots=True)
class Scan:
    """One reading of one table: one SQL query.

    ``owners``: columns that say whose a row is. A ``monthly`` scan groups by their codes and by month over the one
    stretch; any other gives each subject (by ``_members`` when there is one owner) a row for each stretch.
    """

    table: str
    owners: tuple[str, ...]
    date: str
    dated: Kind
    shape: Shape
    atoms: tuple[Atom, ...]
    stretches: tuple[Stretch, ...]
    monthly: bool = False


def shape_rows(scan: Scan) -> tuple[Row, ...]:
    """What the shape of a scan reads of rows, beside its atoms."""
    match scan.shape:
        case Grouped(keys=keys):
            return keys
        case Spread(argument=argument, where=where):
            return (argument,) if where is None else (argument, where)
        case Ordered(argument=argument, where=where, order=order):
            return (argument, *order) if where is None else (argument, where, *order)
        case _:
            return ()


Home: TypeAlias = tuple[str, Shape, Stretch | None]
"""Where an atom is found: table, shape, and the stretch (None: in the months of the monthly scan)."""


@dataclass(frozen=True)
class Plan(Generic[P]):
    """``wanted``: what each aggregate in each period is made of. ``homes``: scan and slot where its atoms are."""

    scans: tuple[Scan, ...]
    wanted: Mapping[tuple[Aggregate, P], tuple[Measure, Stretch]]
    homes: Mapping[Home, tuple[int, int]]

    @cached_property
    def by_aggregate(self) -> Mapping[Aggregate, Mapping[P, tuple[Measure, Stretch]]]:
        """``wanted`` by aggregate first. It is the same object in every period, so each is looked at only once."""
        same: dict[int, tuple[Aggregate, dict[P, tuple[Measure, Stretch]]]] = {}
        for (aggregate, period), found in self.wanted.items():
            same.setdefault(id(aggregate), (aggregate, {}))[1][period] = found
        return dict(same.values())


def plan(
    aggregates: Iterable[Aggregate],
    tables: Mapping[str, TableSchema],
    periods: Iterable[P],
    *,
    by: By = "unit",
    windows: Callable[[Window, P], Stretch] = stretch,  # type: ignore[assignment]
) -> Plan[P]:
    """The scans that bring every aggregate for every period, each table read as seldom as possible.

    ``windows`` turns a window into days; a caller that knows schedules of checkpoints hands in its own.
    Raises `Refused` with all problems of names, types, windows and missing columns.
    """
    known, problems = _measures(dict.fromkeys(aggregates), tables, by)
    periods = tuple(dict.fromkeys(periods))
    spans: dict[Window, list[Stretch]] = {}
    for window in dict.fromkeys(aggregate.window for aggregate in known):
        try:
            spans[window] = [windows(window, period) for period in periods]
        except Refused as refused:
            problems += refused.problems
    if problems:
        raise Refused(_once(problems))
    scans, homes = _scans([(found, spans[aggregate.window]) for aggregate, found in known.items()], tables, by)
    wanted = {
        (aggregate, period): (found, days)
        for aggregate, found in known.items()
        for period, days in zip(periods, spans[aggregate.window], strict=True)
    }
    return Plan(scans, wanted, homes)


def _measures(
    aggregates: Iterable[Aggregate], tables: Mapping[str, TableSchema], by: By
) -> tuple[dict[Aggregate, Measure], list[Problem]]:
    known: dict[Aggregate, Measure] = {}
    problems: list[Problem] = []
    for aggregate in aggregates:
        try:
            resolved = resolve(aggregate, tables)
            known[aggregate] = measure(resolved, tables[resolved.table])
            problems += _missing(tables[resolved.table], by)
        except Refused as refused:
            problems += refused.problems
    return known, problems


def _missing(table: TableSchema, by: By) -> list[Problem]:
    fields = [field for field in (*_OWNERS[by], "date") if getattr(table, field) is None]
    words = [(field, *_WORDS[field]) for field in fields]
    return [
        Problem("planning-no-column", params={"table": table.name, "field": field, "what_zh": zh, "what_en": en})
        for field, zh, en in words
    ]


def _once(problems: list[Problem]) -> list[Problem]:
    return list({(problem.code, problem.place, problem.text()): problem for problem in problems}.values())


def _scans(
    wanted: Iterable[tuple[Measure, Sequence[Stretch]]], tables: Mapping[str, TableSchema], by: By
) -> tuple[tuple[Scan, ...], dict[Home, tuple[int, int]]]:
    monthly: dict[str, tuple[dict[Atom, None], set[Stretch]]] = {}
    whole: dict[tuple[str, Shape], tuple[dict[Atom, None], set[Stretch]]] = {}
    for found, spans in wanted:
        in_months = {days for days in spans if found.additive and days.months is not None}
        others = {days for days in spans if days not in in_months}
        if in_months:
            _note(monthly.setdefault(found.table, ({}, set())), found, in_months)
        if others:
            _note(whole.setdefault((found.table, found.shape), ({}, set())), found, others)
    scans: list[Scan] = []
    homes: dict[Home, tuple[int, int]] = {}
    for table, (atoms, stretches) in monthly.items():
        homes[table, Plain(), None] = len(scans), 0
        outer = Stretch(min(s.start for s in stretches), max(s.end for s in stretches))
        scans.append(replace(_scan(tables[table], by, Plain(), atoms, (outer,)), monthly=True))
    for (table, shape), (atoms, stretches) in whole.items():
        for batch in batches(stretches):
            homes |= {(table, shape, days): (len(scans), slot) for slot, days in enumerate(batch)}
            scans.append(_scan(tables[table], by, shape, atoms, batch))
    return tuple(scans), homes


def _note(noted: tuple[dict[Atom, None], set[Stretch]], found: Measure, spans: set[Stretch]) -> None:
    atoms, stretches = noted
    atoms.update(dict.fromkeys(found.atoms))
    stretches |= spans


def _scan(table: TableSchema, by: By, shape: Shape, atoms: Iterable[Atom], stretches: tuple[Stretch, ...]) -> Scan:
    owners = tuple(str(getattr(table, owner)) for owner in _OWNERS[by])
    assert table.date is not None
    return Scan(table.name, owners, table.date, table.columns[table.date].kind, shape, tuple(atoms), stretches)
