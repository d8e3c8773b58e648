"""The door: a rule book, a panel of subjects and their exact totals go in; scores, places and lists come out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import cast

import numpy as np
import numpy.typing as npt

from steelyard.engine.arithmetic.compute import Column, number, truth
from steelyard.engine.arithmetic.numbers import Mask, Numbers
from steelyard.engine.arithmetic.truths import Texts
from steelyard.engine.expressions.nodes import Name, call
from steelyard.engine.expressions.windows import windowed
from steelyard.engine.model.book import RuleBook
from steelyard.engine.model.item import PUBLISHED, Indicator
from steelyard.engine.model.plan import Entry, Plan
from steelyard.engine.ranking.cuts import on_list, segment_of
from steelyard.engine.ranking.places import Places, placed
from steelyard.engine.scoring.recipe import Step
from steelyard.engine.weighing.drafts import drafts_of
from steelyard.engine.weighing.grading import graded
from steelyard.engine.weighing.items import Before, Weighed, rerun, run, weigh
from steelyard.engine.weighing.panel import Panel, Totals
from steelyard.engine.weighing.plans import member, plan_steps
from steelyard.engine.weighing.scope import Scope
from steelyard.engine.weighing.vetoing import of_total, vetoes, whom


@dataclass(frozen=True)
class Result:
    """Everything of one evaluation; all columns have the panel's shape (n,)."""

    panel: Panel
    plan: Plan
    indicators: Mapping[str, Weighed]
    steps: tuple[tuple[Step, Column], ...]
    total: Numbers
    places: Places
    lists: Mapping[str, Mask]
    segments: npt.NDArray[np.int64]
    grade: Texts | None
    scope: Scope
    barred: Mapping[str, Mask] = field(default_factory=dict)

    def column(self, name: str) -> Column | None:
        """The last step of that name."""
        return self._columns.get(name)

    @cached_property
    def _columns(self) -> dict[str, Column]:
        return {step.name: column for step, column in self.steps}


class Evaluation:
    """One evaluation in progress: indicators are weighed when first asked for, each exactly once.

    ``entries`` say how a plan takes an indicator (its full mark, for whom), whoever asks for it first.
    ``known`` are indicators weighed before, over the same panel and totals, by the same rule.
    """

    def __init__(
        self,
        book: RuleBook,
        panel: Panel,
        totals: Totals,
        entries: Iterable[Entry] = (),
        known: Mapping[str, Weighed] | None = None,
    ) -> None:
        self.book, self.panel = book, panel
        self.entries = {entry.indicator: entry for entry in entries}
        self.drafts = drafts_of(book)
        self.values = self.drafts.values
        self.scope = Scope(panel, totals, self._lookup)
        self.weighed: dict[str, Weighed] = dict(known or {})

    def indicator(self, id: str) -> Weighed:
        if id not in self.weighed:
            entry = self.entries.get(id)
            weighed = weigh(self._rule(id, entry), self.drafts, self.scope)
            self.weighed[id] = weighed if entry is None else self._only(weighed, entry)
        return self.weighed[id]

    def _rule(self, id: str, entry: Entry | None) -> Indicator:
        """With the full mark that the plan gives it."""
        rule = self.book.indicators[id]
        return rule if entry is None or entry.full is None else self.drafts.marked(rule, entry.full)

    def placed(self, step: Step) -> Step:
        """A step of the plan with its functions of time pushed down into totals."""
        return replace(step, tree=windowed(step.tree, self.values))

    def _lookup(self, what: str, id: str) -> Column:
        return cast(Column, self.indicator(id).column(what))

    def _only(self, weighed: Weighed, entry: Entry) -> Weighed:
        """个性指标: for subjects that are not named the indicator does not exist."""
        mine = whom(entry)
        if mine is None:
            return weighed
        tree = call("if", mine, Name(("points",)), call("outside"))
        step = Step("points", "适用范围", "applies to", tree, "points")
        inner = self.scope.inner({"points": cast(Numbers, weighed.points)})
        return replace(weighed, steps=(*weighed.steps, *run([step], inner)))


def evaluate(
    book: RuleBook,
    plan: Plan,
    panel: Panel,
    totals: Totals,
    known: Mapping[str, Weighed] | None = None,
    before: Before | None = None,
) -> Result:
    """Scores, totals, places, lists, segments and grades of a plan. The book has passed the check.

    ``before``: the steps of a plan over the same panel; those that would say the same again keep their columns.
    """
    work = Evaluation(book, panel, totals, plan.entries, known)
    for entry in plan.entries:
        work.indicator(entry.indicator)
    scope = work.scope.inner(names_of(work.weighed))
    steps = _steps_of(plan, work)
    done = run(steps, scope) if before is None else rerun(steps, scope, before)
    return _ranked(plan, panel, work, tuple(done), scope)


def _steps_of(plan: Plan, work: Evaluation) -> list[Step]:
    """From the points of indicators to the total; drawn once for all who ask the book about this plan."""
    drawn = work.book.worked_out.get(f"plan {plan.id}")
    if drawn is None or drawn[0] is not plan:
        rules = [work.book.indicators[entry.indicator] for entry in plan.entries]
        members = [member(rule, entry) for rule, entry in zip(rules, plan.entries, strict=True)]
        zeroing = [*plan.veto, *of_total(zip(rules, plan.entries, strict=True))]
        drawn = plan, [work.placed(step) for step in plan_steps(plan, members, zeroing)]
        work.book.worked_out[f"plan {plan.id}"] = drawn
    return cast(list[Step], drawn[1])


def names_of(weighed: Mapping[str, Weighed]) -> dict[str, Column]:
    """What a plan calls the columns of its indicators: ``id.points``, ``id.full``, ``id.value``, ``id.label``."""
    names: dict[str, Column] = {}
    for id, item in weighed.items():
        for kind in PUBLISHED:
            column = item.column(kind)
            if column is not None:
                names[f"{id}.{kind}"] = column
    return names


def _ranked(plan: Plan, panel: Panel, work: Evaluation, steps: tuple[tuple[Step, Column], ...], scope: Scope) -> Result:
    total = cast(Numbers, scope.steps["total"])
    score = total if plan.ranking.on == "rounded" else cast(Numbers, scope.steps["exact"])
    criteria = [score, *(number(windowed(tree, work.values), scope) for tree in plan.ranking.next)]
    everyone = panel.groups.group if plan.ranking.within == "class" else panel.everyone
    places = placed(criteria, everyone)
    scope.steps["place"] = _counted(places.place, total)
    scope.steps["class_size"] = _counted(places.size, total)
    barred = _barred(plan, work, scope)
    lists = {}
    for cut in plan.lists:
        inside = places if cut.within == plan.ranking.within else placed(criteria, _group(panel, cut.within))
        lists[cut.list] = on_list(cut, inside, score, barred.get(cut.list, np.zeros(panel.size, dtype=np.bool_)))
    grade = _grade(plan, work, scope)
    segments = segment_of(plan.segments, places, plan.segment_rounding)
    return Result(panel, plan, work.weighed, steps, total, places, lists, segments, grade, scope, barred)


def _group(panel: Panel, within: str) -> npt.NDArray[np.intp]:
    return panel.groups.group if within == "class" else panel.everyone


def _counted(values: npt.NDArray[np.int64], like: Numbers) -> Numbers:
    return Numbers(values, 1, like.state)


def _barred(plan: Plan, work: Evaluation, scope: Scope) -> dict[str, Mask]:
    """Whom a veto keeps off which list."""
    barred: dict[str, Mask] = {}
    found = [(veto, scope) for veto in plan.veto]
    for id, weighed in work.weighed.items():
        inner = scope.inner({step.name: column for step, column in weighed.steps})
        found += [(veto, inner) for veto in vetoes(work.book.indicators[id], work.entries.get(id))]
    for veto, where in found:
        for name in veto.bars:
            met = truth(windowed(veto.when, work.values), where).met
            barred[name] = barred.get(name, np.zeros(scope.size, dtype=np.bool_)) | met
    return barred


def _grade(plan: Plan, work: Evaluation, scope: Scope) -> Texts | None:
    if not plan.grades and not any(veto.grade for veto in plan.veto):
        return None
    tree = graded(plan.grades, plan.veto, Name(("total",)))
    (done,) = run([work.placed(Step("grade", "等次", "grade", tree, "text"))], scope)
    return cast(Texts, done[1])
