"""Puts the bundle of one published result together and seals it. ``docs/proof.md`` describes every key."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, cast

from steelyard.engine.arithmetic.compute import number
from steelyard.engine.arithmetic.numbers import Numbers
from steelyard.engine.evaluate import Result
from steelyard.engine.expressions.nodes import Name, Node
from steelyard.engine.expressions.schema import TableSchema
from steelyard.engine.expressions.wording import Vocabulary
from steelyard.engine.model.book import RuleBook
from steelyard.engine.model.item import PUBLISHED
from steelyard.engine.periods import Period
from steelyard.engine.planning.listing import Cell, Listing
from steelyard.engine.proof.calculation import Calculation, Names, Section, in_order, ranked_figures, referred
from steelyard.engine.proof.canonical import Plain, digest, plain
from steelyard.engine.proof.merkle import Tree
from steelyard.engine.proof.results import result_of, shown
from steelyard.engine.scoring.recipe import Step
from steelyard.engine.weighing.grading import graded

__all__ = ["FORMAT", "Leaf", "Matter", "Rows", "bundle", "result_of", "shown"]

FORMAT = "steelyard-proof/1"

Rows: TypeAlias = Callable[[Listing], list[list[Cell]]]
"""Every row of the subject in a listing's days, in the one order of `planning.listing.ordered`."""


@dataclass(frozen=True)
class Leaf:
    """Where a published result stands in the run's tree. ``indicator`` is empty for the total."""

    indicator: str
    index: int
    result: Mapping[str, Plain]


@dataclass(frozen=True)
class Matter:
    """What a proof rests on. ``members``: codes whose rows count for the subject; ``run``: the run's manifest."""

    result: Result
    book: RuleBook
    schemas: Mapping[str, TableSchema]
    periods: Sequence[Period]
    members: Mapping[str, Sequence[str]]
    run: Mapping[str, Plain]
    names: Mapping[str, str] = field(default_factory=dict)
    vocabulary: Vocabulary = field(default_factory=Vocabulary)


def bundle(matter: Matter, index: int, leaf: Leaf, tree: Tree, rows: Rows) -> Section:
    """Everything that a stranger with a calculator needs to weigh one result of place ``index`` again."""
    panel = matter.result.panel
    code = panel.subjects[index % len(panel.subjects)]
    period = matter.periods[index // len(panel.subjects)]
    work = Calculation(matter.result, index, period, matter.schemas, matter.vocabulary)
    wanted = [leaf.indicator] if leaf.indicator else _of_plan(matter.result)
    items = [_item(matter, work, id) for id in in_order(wanted, matter.result, index)]
    plan = None if leaf.indicator else _plan(matter.result, work)
    unsealed: Section = {
        "format": FORMAT,
        "run": dict(matter.run),
        "subject": {"code": code, "name": matter.names.get(code, ""), "class": _class(matter.result, index)},
        "period": {
            "name": str(period),
            "first_month": period.system.first_month,
            "named_after": period.system.named_after,
        },
        "members": cast(Plain, sorted(matter.members[code])),
        "attributes": work.attributes,
        "figures": [list(texts) for texts in work.figures],
        "totals": cast(Plain, list(work.totals.values())),
        "items": cast(Plain, items),
        "plan": plan,
        "rows": [_rows(asked, rows(asked)) for asked in work.listings()],
        "leaf": {
            "indicator": leaf.indicator,
            "index": leaf.index,
            "path": cast(Plain, tree.path(leaf.index)),
            "result": dict(leaf.result),
        },
    }
    return {**unsealed, "seal": digest(unsealed)}


def _item(matter: Matter, work: Calculation, id: str) -> Section:
    return work.item(matter.result.indicators[id], matter.book.indicators[id].basis)


def _class(result: Result, index: int) -> str:
    return result.panel.class_names[int(result.panel.classes[index])]


def _rows(asked: Listing, cells: list[list[Cell]]) -> Section:
    return {
        "table": asked.table,
        "from": asked.days.start.isoformat(),
        "to": asked.days.end.isoformat(),
        "owner": asked.owner,
        "date": asked.dated,
        "key": list(asked.key),
        "columns": [{"name": name, "type": kind} for name, kind in asked.columns],
        "rows": [[plain(cell) for cell in row] for row in cells],
    }


# -- the plan -------------------------------------------------------------------------------------------------------


def _of_plan(result: Result) -> list[str]:
    """The plan's indicators, and those that its own steps and criteria read."""
    trees = [*(step.tree for step, _ in result.steps), *result.plan.ranking.next, *_grades(result)]
    return [*(entry.indicator for entry in result.plan.entries), *referred(trees)]


def _grades(result: Result) -> list[Node]:
    if result.grade is None:
        return []
    return [graded(result.plan.grades, result.plan.veto, Name(("total",)))]


def _plan(result: Result, work: Calculation) -> Section:
    """From the indicators' points to total, place and grade."""
    names: Names = {
        f"{id}.{kind}": column
        for id, weighed in result.indicators.items()
        for kind in PUBLISHED
        if (column := weighed.column(kind)) is not None
    }
    steps = [work.step(step, column, names) for step, column in result.steps]
    ranking = _ranking(result, work, names)
    names |= {name: result.scope.steps[name] for name in ("place", "class_size")}
    grades = [
        work.step(Step("grade", "等次", "grade", tree), cast(Numbers, result.grade), names) for tree in _grades(result)
    ]
    return {
        "plan": result.plan.id,
        "name": result.plan.name,
        "steps": cast(Plain, steps),
        "ranking": ranking,
        "grade": grades[0] if grades else None,
    }


def _ranking(result: Result, work: Calculation, names: Names) -> Section:
    plan, panel = result.plan, result.panel
    first = Name(("total",)) if plan.ranking.on == "rounded" else Name(("exact",))
    criteria: list[Node] = [first, *plan.ranking.next]
    group = panel.groups.group if plan.ranking.within == "class" else panel.everyone
    columns = [number(tree, result.scope.inner(names)) for tree in criteria]
    return {
        "criteria": [work.tree(tree, names) for tree in criteria],
        "figures": ranked_figures(columns, group, work.index),
    }
