"""Everybody who held a post in a period, weighed by a plan for persons; places and grades among equal duties."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cache

import numpy as np

from steelyard.bureau.people.confirmed import terms
from steelyard.bureau.people.inputs import Inputs, inputs
from steelyard.bureau.people.own import Own, own_indicators
from steelyard.bureau.runs.running import Ran, run_book
from steelyard.bureau.telling import Progress, silent
from steelyard.engine.arithmetic.numbers import Mask, Numbers, numbers
from steelyard.engine.arithmetic.truths import Texts
from steelyard.engine.calendar import Calendar
from steelyard.engine.evaluate import Result
from steelyard.engine.expressions.nodes import Name
from steelyard.engine.given import accept
from steelyard.engine.model.persons import PersonsPlan
from steelyard.engine.organisation import Counting, Stage, calendar_days, stages
from steelyard.engine.periods import Period
from steelyard.engine.persons.influence import influence
from steelyard.engine.persons.weighing import PersonScore, Scores, Terms, UnitScore, stage_period, weigh_person
from steelyard.engine.problems import CATALOGUE, Problem, Refused, refuse
from steelyard.engine.ranking.cuts import on_list
from steelyard.engine.ranking.places import Places, placed
from steelyard.engine.scoring.recipe import Step
from steelyard.engine.weighing.grading import graded
from steelyard.engine.weighing.items import run

CATALOGUE.add(
    {
        "persons-no-calendar": (
            "个人计划 {plan} 按工作日计日数占比，但没有 calendar.yaml；请补上工作日历，或写 days: calendar",
            "plan {plan} counts working days, but there is no calendar.yaml; add one, or write days: calendar",
        ),
    }
)
NO_DUTY = "—"
TOLD = 20
"""So many confirmed shares that make no whole are told one by one; the run keeps them all."""


@dataclass(frozen=True)
class People:
    """A plan for persons in one period. ``scores`` by person in the order of codes; columns have that order too.

    ``duties``: everybody's peer group, the duty of the last post. ``unassessed``: whose days that count were
    all in units without a score. ``unlinked``: whose posts carry no indicator of their unit. ``units``: what a unit had
    reached at some moment. ``inputs``: what of it people typed in. ``doubts``: confirmed shares that do not make a
    whole yet.
    """

    plan: PersonsPlan
    period: Period
    scores: Mapping[str, PersonScore]
    duties: Mapping[str, str]
    own: Own
    total: Numbers
    places: Places
    lists: Mapping[str, Mask]
    grades: Texts | None
    unassessed: tuple[str, ...]
    unlinked: tuple[str, ...]
    units: Scores
    inputs: Inputs
    terms: Terms = field(default_factory=Terms)
    doubts: tuple[Problem, ...] = ()

    def influence(self, unit: str, indicator: str = "") -> dict[str, Fraction]:
        """What one more point of a unit, or of one of its indicators, is worth to each of its people."""
        found = {person: influence(score, unit, indicator) for person, score in self.scores.items()}
        return {person: points for person, points in found.items() if points}


def assess(ran: Ran, progress: Progress = silent) -> tuple[People, ...]:
    """All plans for persons that rest on the plan of the run, for its periods that begin with the year.

    A stage score is what the unit had reached by then, which is counted from the year's first day.
    Raises `Refused`.
    """
    plans = [plan for _, plan in sorted(ran.book.persons.items()) if plan.plan == ran.plan.id]
    found = []
    for plan in plans:
        for period in ran.periods:
            if period.start != replace(period, kind="year", index=0, cumulative=False).start:
                progress(
                    f"{plan.name}：{period} 不是自年初起的周期，个人不计",
                    f"{plan.name}: {period} does not begin with the year, persons are not weighed",
                )
                continue
            people = _assess(ran, plan, period, progress)
            for doubt in people.doubts[:TOLD]:
                progress(doubt.line("zh"), doubt.line("en"))
            counts = len(people.scores), len(people.unassessed)
            progress(
                f"{plan.name} {period}：{counts[0]} 人，未列入 {counts[1]} 人；{people.inputs.told('zh')}",
                f"{plan.name} {period}: {counts[0]} persons, {counts[1]} not assessed; {people.inputs.told('en')}",
            )
            found.append(people)
    return tuple(found)


def ready(ran: Ran) -> None:
    """Raises `Refused` for what `assess` would lack, before any long work has begun."""
    for plan in ran.book.persons.values():
        if plan.plan == ran.plan.id:
            counting_of(ran, plan)
            if plan.confirmed is not None:
                terms_of(ran, plan)


def terms_of(ran: Ran, plan: PersonsPlan) -> tuple[Terms, tuple[Problem, ...]]:
    """What a plan rests on besides itself, and what of it makes no whole yet. Raises `Refused` for contradictions."""
    found, problems = terms(ran.snapshot, ran.everybody, ran.book, plan)
    accept(problem for problem in problems if problem.severity == "error")
    return found, problems


def _assess(ran: Ran, plan: PersonsPlan, period: Period, progress: Progress) -> People:
    org, counting, (resting, doubts) = ran.everybody, counting_of(ran, plan), terms_of(ran, plan)
    held = {person: stages(org, person, period, counting, resting.cuts) for person in sorted(org.persons)}
    held = {person: own for person, own in held.items() if own}
    nodes = {stage_period(stage, period) for own in held.values() for stage in own}
    units = _UnitScores(ran, {link.indicator for link in plan.links}, nodes, progress)
    scored = {person: own for person, own in held.items() if _scored(own, units, period)}
    duties = {person: org.posts[own[-1].post].duty or NO_DUTY for person, own in scored.items()}
    own = own_indicators(ran, plan, duties, period)
    scores = _weighed(
        scored,
        lambda person, parts: weigh_person(plan, person, parts, org.posts, period, units, own.marks(person), resting),
    )
    total = numbers(score.total for score in scores.values())
    lists, places = _lists(plan, own, total)
    unlinked = tuple(person for person, score in scores.items() if not _linked(score))
    unassessed = tuple(person for person in held if person not in scored)
    grades = _grades(plan, own, total)
    found = (scores, duties, own, total, places, lists, grades, unassessed, unlinked, units)
    return People(plan, period, *found, inputs(ran, plan, period, len(scores)), resting, doubts)


def _scored(own: Sequence[Stage], units: Scores, period: Period) -> bool:
    """Whether any day that counts was in a unit with a score."""
    return any(stage.weight and units(stage.unit, stage_period(stage, period)) for stage in own)


def _weighed(
    held: Mapping[str, Sequence[Stage]], weigh: Callable[[str, Sequence[Stage]], PersonScore]
) -> dict[str, PersonScore]:
    """Everybody. Raises `Refused` with everything that keeps anybody from being weighed, each once."""
    scores: dict[str, PersonScore] = {}
    problems: dict[str, Problem] = {}
    for person, parts in held.items():
        try:
            scores[person] = weigh(person, parts)
        except Refused as refused:
            problems.update((problem.line(), problem) for problem in refused.problems)
    accept(problems.values())
    return scores


def counting_of(ran: Ran, plan: PersonsPlan) -> Counting:
    return counting(plan, ran.calendar)


def counting(plan: PersonsPlan, calendar: Calendar | None) -> Counting:
    """Raises `Refused` (``persons-no-calendar``)."""
    if plan.days == "calendar":
        return calendar_days
    if calendar is None:
        raise refuse("persons-no-calendar", plan.place("days"), plan=plan.id)
    return calendar.days_within


def _linked(score: PersonScore) -> bool:
    return any(entry.indicator for stage in score.stages for entry in stage.entries)


def _lists(plan: PersonsPlan, own: Own, total: Numbers) -> tuple[dict[str, Mask], Places]:
    places = placed([total], own.panel.groups.group)
    everyone = placed([total], own.panel.everyone)
    nobody = np.zeros(len(total), dtype=np.bool_)
    found = {cut.list: on_list(cut, places if cut.within == "class" else everyone, total, nobody) for cut in plan.lists}
    return found, places


def _grades(plan: PersonsPlan, own: Own, total: Numbers) -> Texts | None:
    if not plan.grades:
        return None
    tree = graded(plan.grades, [], Name(("total",)))
    ((_, column),) = run([Step("grade", "等次", "grade", tree, "text")], own.scope.inner({"total": total}))
    return column  # type: ignore[return-value]


class _UnitScores:
    """The plan of the units over all periods at which somebody's stage was frozen, in one evaluation.

    Of the indicators only those that some post carries are kept.
    """

    def __init__(self, ran: Ran, linked: set[str], periods: set[Period], progress: Progress) -> None:
        self.linked = sorted(linked)
        self.result = self._evaluated(ran, sorted(periods, key=lambda period: (period.end, str(period))), progress)
        self.subjects = {code: at for at, code in enumerate(self.result.panel.subjects)}
        self.periods = {text: at for at, text in enumerate(self.result.panel.periods)}
        self.full = self.result.column("full")
        self._found = cache(self._score)

    def __call__(self, unit: str, period: Period) -> UnitScore | None:
        return self._found(unit, str(period)) if unit in self.subjects else None

    def _evaluated(self, ran: Ran, periods: Sequence[Period], progress: Progress) -> Result:
        if {str(period) for period in periods} <= set(ran.result.panel.periods):
            return ran.result
        progress(f"开始计算阶段成绩，{len(periods)} 个节点", f"weighing the stages of persons, {len(periods)} dates")
        texts = tuple(str(period) for period in periods)
        order = replace(ran.order, plan=ran.plan.id, periods=texts, as_of_batch=ran.snapshot.batch)
        order = replace(order, uncertainty=False, history=False)
        return run_book(ran.bureau, order, ran.book, ran.tables, silent).result

    def _score(self, unit: str, period: str) -> UnitScore | None:
        index = self.periods[period] * len(self.subjects) + self.subjects[unit]
        total = self.result.total.fraction(index)
        full = self.full.fraction(index) if isinstance(self.full, Numbers) else None
        if total is None or full is None:
            return None
        marks = {
            id: (points, mark)
            for id, item in ((id, self.result.indicators[id]) for id in self.linked if id in self.result.indicators)
            if item.points is not None
            and item.full is not None
            and (points := item.points.fraction(index)) is not None
            and (mark := item.full.fraction(index)) is not None
        }
        return UnitScore(marks, total, full)
