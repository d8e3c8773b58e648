"""One example weighed by the engine, with its rows in tables that a runner answers about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa

from steelyard.engine.arithmetic.numbers import State, numbers
from steelyard.engine.evaluate import Result, evaluate
from steelyard.engine.planning.runner import Runner
from steelyard.engine.planning.subjects import Subjects
from steelyard.engine.planning.totals import PanelTotals, Wanted, read_totals
from steelyard.engine.reference.books import Twin, weigh
from steelyard.engine.reference.worlds import World
from steelyard.engine.weighing.needs import needed, plan_trees
from steelyard.engine.weighing.panel import Panel
from tests.engine.random_books import Given
from tests.engine.small_worlds import CLASSES, value_at

KINDS = ("value", "target", "full", "points", "label")


def arrow(rows: Sequence[Mapping[str, Any]], column: str) -> pa.Table:
    kinds = {"unit": pa.string(), "on": pa.date32(), "kind": pa.string(), column: pa.int64()}
    return pa.Table.from_pylist([dict(row) for row in rows], pa.schema(kinds))


def tables(given: Given) -> dict[str, pa.Table]:
    return {name: arrow(rows, "score" if name == "review" else "amount") for name, rows in given.facts.rows.items()}


def panel(given: Given) -> Panel:
    everyone = [unit for period in given.periods for unit in given.units[period]]
    names = {name for unit in everyone for name in unit.attributes}
    return Panel(
        tuple(unit.code for unit in given.units[given.periods[0]]),
        tuple(str(period) for period in given.periods),
        tuple(period.end - timedelta(days=1) for period in given.periods),
        CLASSES,
        np.array([-1 if unit.group is None else CLASSES.index(unit.group) for unit in everyone], dtype=np.intp),
        np.array([State.KNOWN if unit.exists else State.ABSENT for unit in everyone], dtype=np.uint8),
        {name: numbers([unit.attributes.get(name) for unit in everyone]) for name in sorted(names)},
    )


def totals(given: Given, runner: Runner) -> PanelTotals:
    wanted = needed(given.book, [entry.indicator for entry in given.plan.entries], plan_trees(given.plan))
    subjects = Subjects.alone(panel(given).subjects)
    asked = [Wanted(wanted, given.periods, subjects)]
    return read_totals(asked, given.facts.tables, runner, given.facts.sparse)[0]


def by_engine(given: Given, runner: Runner) -> Result:
    return evaluate(given.book, given.plan, panel(given), totals(given, runner))


def by_twin(given: Given) -> list[Twin]:
    worlds = (World(period, given.units[period], given.facts) for period in given.periods)
    return [weigh(given.book, given.plan, world) for world in worlds]


Found = dict[str, dict[str, Any]]


def of_engine(result: Result) -> Found:
    """All that was found about each unit in each period, in plain words and fractions."""
    found: Found = {}
    count = len(result.panel.subjects)
    for index in range(result.panel.size):
        one: dict[str, Any] = {}
        for id, weighed in result.indicators.items():
            for kind in KINDS:
                column = weighed.column(kind)
                if column is not None:
                    one[f"{id}.{kind}"] = value_at(column, index)
        segment = int(result.segments[index])
        one |= {"total": value_at(result.total, index), "place": int(result.places.place[index])}
        one |= {"segment": result.plan.segments[segment].name if segment >= 0 else None}
        one |= {"grade": "" if result.grade is None else value_at(result.grade, index)}
        one |= {f"list:{name}": bool(mask[index]) for name, mask in result.lists.items()}
        found[f"{result.panel.subjects[index % count]} {result.panel.periods[index // count]}"] = one
    return found


def of_twin(given: Given, twins: Sequence[Twin]) -> Found:
    found: Found = {}
    for period, twin in zip(given.periods, twins, strict=True):
        for place, unit in enumerate(given.units[period]):
            one: dict[str, Any] = {
                f"{id}.{kind}": scores[place][kind]
                for id, scores in twin.indicators.items()
                for kind in KINDS
                if kind in scores[place]
            }
            one |= {"total": twin.total[place], "place": twin.places[place], "segment": twin.segments[place]}
            one |= {"grade": twin.grades[place] if graded(given) else ""}
            one |= {f"list:{name}": listed[place] for name, listed in twin.lists.items()}
            found[f"{unit.code} {period}"] = one
    return found


def graded(given: Given) -> bool:
    return bool(given.plan.grades) or any(veto.grade for veto in given.plan.veto)


def differences(engine: Found, twin: Found) -> list[str]:
    return [
        f"{who} {key}: engine {engine[who].get(key)}, twin {twin[who].get(key)}"
        for who in twin
        for key in sorted({*engine[who], *twin[who]})
        if key in twin[who] or not key.endswith(".value")  # ratings are a value of their own only in the engine
        if not _same(engine[who].get(key), twin[who].get(key))
    ]


def _same(a: object, b: object) -> bool:
    numbers = isinstance(a, Fraction | int) and isinstance(b, Fraction | int)
    return a == b and (numbers or type(a) is type(b))
