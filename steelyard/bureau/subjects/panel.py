"""Lays out who is assessed when, from the organisation as it is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal

import numpy as np

from steelyard.engine.arithmetic.numbers import Numbers, State, numbers
from steelyard.engine.expressions.nodes import Name, Node, walk
from steelyard.engine.organisation import Organisation, UnitTable, unit_table
from steelyard.engine.periods import Period
from steelyard.engine.weighing.panel import Panel


def unit_panel(
    organisation: Organisation, classes: Sequence[str], periods: Sequence[Period], attributes: Iterable[str]
) -> Panel:
    """Every unit that is in one of the classes in one of the periods, absent where it did not exist."""
    tables = [unit_table(organisation, period) for period in periods]
    subjects = sorted({code for table in tables for code in _members(table, classes)})
    return Panel(
        tuple(subjects),
        tuple(str(period) for period in periods),
        tuple(period.end - timedelta(days=1) for period in periods),
        tuple(classes),
        np.concatenate([_classes(table, subjects, classes) for table in tables]),
        np.concatenate([_states(table, subjects) for table in tables]),
        {name: attribute_column(name, tables, subjects) for name in attributes},
    )


def unit_names(organisation: Organisation, periods: Sequence[Period]) -> Mapping[str, str]:
    """The name that each unit bore last."""
    names: dict[str, str] = {}
    for period in periods:
        table = unit_table(organisation, period)
        names.update(zip(table.codes, table.names, strict=True))
    return names


def attribute_names(trees: Iterable[Node]) -> tuple[str, ...]:
    """The attributes of the subject that the trees read: ``staff``, ``staff.last_year:1``."""
    found: dict[str, None] = {}
    for tree in trees:
        for node in walk(tree):
            if isinstance(node, Name) and node.parts[0] == "unit":
                found[".".join(node.parts[1:])] = None
    return tuple(found)


def _members(table: UnitTable, classes: Sequence[str]) -> list[str]:
    wanted = {table.classes.index(name) for name in classes if name in table.classes}
    return [code for code, index in zip(table.codes, table.class_index, strict=True) if int(index) in wanted]


def _positions(table: UnitTable) -> dict[str, int]:
    return {code: index for index, code in enumerate(table.codes)}


def _classes(
    table: UnitTable, subjects: Sequence[str], classes: Sequence[str]
) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    here = _positions(table)
    ours = {index: classes.index(name) for index, name in enumerate(table.classes) if name in classes}
    found = [ours.get(int(table.class_index[here[code]]), -1) if code in here else -1 for code in subjects]
    return np.array(found, dtype=np.intp)


def _states(table: UnitTable, subjects: Sequence[str]) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    here = _positions(table)
    return np.array([State.KNOWN if code in here else State.ABSENT for code in subjects], dtype=np.uint8)


def attribute_column(name: str, tables: Sequence[UnitTable], subjects: Sequence[str]) -> Numbers:
    """One column over all periods; ``staff.last_year:1`` looks at the same unit a year (or period) earlier."""
    base, _, moved = name.partition(".")
    values: list[Decimal | None] = []
    for table in tables:
        table = _earlier(table, moved) if moved else table
        here = dict(zip(table.codes, table.attribute(base), strict=True))
        values.extend(here.get(code) for code in subjects)
    return numbers(values)


def _earlier(table: UnitTable, moved: str) -> UnitTable:
    kind, _, count = moved.partition(":")
    period = table.period
    for _ in range(int(count)):
        period = period.last_year if kind == "last_year" else period.previous
    return unit_table(table.organisation, period)
