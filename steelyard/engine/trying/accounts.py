"""The persons of a case: who held which post when, and what the file's plan for persons makes of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from steelyard.engine.arithmetic.numbers import Numbers
from steelyard.engine.evaluate import Result
from steelyard.engine.expressions.wording import figure
from steelyard.engine.given import accept
from steelyard.engine.model.book import RuleBook
from steelyard.engine.model.facts import ColumnType
from steelyard.engine.model.persons import PersonsPlan
from steelyard.engine.model.plan import Plan
from steelyard.engine.organisation import Organisation, Stage, build, calendar_days, stages
from steelyard.engine.periods import Period
from steelyard.engine.persons.carrying import earlier_plans, links_of
from steelyard.engine.persons.confirming import objections, read_assignments
from steelyard.engine.persons.weighing import PersonScore, StageScore, Terms, UnitScore, stage_period, weigh_person
from steelyard.engine.problems import CATALOGUE, refuse
from steelyard.engine.trying.cases import Cases, rows
from steelyard.engine.trying.expecting import Asked, Record
from steelyard.engine.trying.tables import Cell, table, typed

CATALOGUE.add(
    {
        "case-workdays": (
            "个人计划 {plan} 按工作日计日数占比，算例里没有工作日历；算例请用 days: calendar",
            "plan {plan} counts working days, and examples have no calendar; write days: calendar in examples",
        ),
        "case-persons-plan": (
            "试算个人（expect_persons）要有单位的计划和恰好一个个人计划（persons），现有 {count} 个",
            "expect_persons needs a plan of the units and exactly one plan for persons, there are {count}",
        ),
    }
)

_EVER = date(1900, 1, 1)
_KNOWN = datetime(1900, 1, 1)


@dataclass(frozen=True)
class Accounts:
    """Persons by name, in the order in which the case names them."""

    plan: PersonsPlan
    people: Mapping[str, PersonScore]

    def cell(self, record: Record, column: str) -> str:
        """A figure of a person, or of the person's first stage in the unit that the row names."""
        person = self.people[str(record["person"])]
        if not record.get("unit"):
            return "无" if person.total is None else figure(person.total)
        stage = next(stage for stage in person.stages if stage.stage.unit == record["unit"])
        return _OF_STAGE[column](stage)

    def asked(self, cases: Cases) -> Asked:
        place = cases.place("expect_persons")
        return Asked(place, table(cases.expect_persons, place), "person", self._words, self._figures)

    def _words(self, record: Record) -> Mapping[str, Collection[str]]:
        person = self.people.get(record.get("person") or "")
        units = () if person is None else [stage.stage.unit for stage in person.stages]
        return {"person": self.people, **({} if person is None else {"unit": units})}

    def _figures(self, record: Record) -> Collection[str]:
        return _OF_STAGE if record.get("unit") else ("total",)


_OF_STAGE: Mapping[str, Callable[[StageScore], str]] = {
    "frozen": lambda stage: str(stage.frozen),
    "days": lambda stage: str(stage.stage.days),
    "weight": lambda stage: figure(stage.weight),
    "points": lambda stage: figure(stage.points),
    "carried": lambda stage: figure(stage.carried),
}


def stage_periods(cases: Cases, book: RuleBook, plan: Plan | None, period: Period) -> tuple[Period, ...]:
    """The moments at which somebody's stage is frozen; the units must have scores there."""
    cuts = _terms(cases, book, plan).cuts
    found = (stage_period(stage, period) for held in _stages(cases, period, cuts).values() for stage in held)
    return tuple(dict.fromkeys(found))


def accounts(cases: Cases, book: RuleBook, result: Result | None, period: Period) -> Accounts:
    """Everybody with a post, weighed by the only plan for persons that rests on the tried one. Raises `Refused`."""
    plans = [] if result is None else _resting_on(book, result.plan)
    if result is None or len(plans) != 1:
        raise refuse("case-persons-plan", cases.place("expect_persons"), count=len(plans))
    (plan,) = plans
    if plan.days == "workdays":
        raise refuse("case-workdays", plan.place("days"), plan=plan.id)
    posts, terms = _organisation(cases).posts, _terms(cases, book, result.plan)
    scores = lambda unit, when: _unit_score(result, unit, when)  # noqa: E731
    people = {
        person: weigh_person(plan, person, held, posts, period, scores, {}, terms)
        for person, held in _stages(cases, period, terms.cuts).items()
    }
    return Accounts(plan, people)


def _resting_on(book: RuleBook, plan: Plan) -> list[PersonsPlan]:
    return [one for one in book.persons.values() if one.plan == plan.id]


def _terms(cases: Cases, book: RuleBook, tried: Plan | None) -> Terms:
    """Assignments stand among the facts of the case."""
    plan = next(iter(_resting_on(book, tried)), None) if tried is not None else None
    if plan is None:
        return Terms()
    earlier = earlier_plans(book.persons, plan)
    if plan.confirmed is None:
        return Terms(None, earlier)
    place = cases.place("given", plan.confirmed)
    posts, linked = _organisation(cases).posts, links_of(plan)
    confirmed = read_assignments({**row, "place": place} for row in rows(cases, plan.confirmed, None))
    found = objections(confirmed, posts, linked, plan.veto is not None)
    accept(problem for problem in found if problem.severity == "error")
    return Terms(confirmed.counting(posts, linked), earlier)


def _unit_score(result: Result, unit: str, when: Period) -> UnitScore | None:
    if unit not in result.panel.subjects:
        return None
    index = result.panel.at(unit, str(when))
    total, full = result.total.fraction(index), _at(result.column("full"), index)
    if total is None or full is None:
        return None
    marks = {id: (_at(item.points, index), _at(item.full, index)) for id, item in result.indicators.items()}
    known = {id: (points, mark) for id, (points, mark) in marks.items() if points is not None and mark is not None}
    return UnitScore(known, total, full)


def _at(column: object, index: int) -> Fraction | None:
    return column.fraction(index) if isinstance(column, Numbers) else None


def _stages(cases: Cases, period: Period, cuts: Callable[[str], Sequence[date]]) -> dict[str, tuple[Stage, ...]]:
    office = _organisation(cases)
    return {person: stages(office, person, period, calendar_days, cuts) for person in office.persons}


_HOLDINGS = {
    **dict.fromkeys(("person", "post", "duty", "unit"), ColumnType(kind="text")),
    **dict.fromkeys(("from", "to"), ColumnType(kind="date")),
    "share": ColumnType(kind="decimal", precision=18, scale=12),
}
FULL_TIME = Decimal(1)


def _organisation(cases: Cases) -> Organisation:
    """Raises `Refused` for cells that do not fit, and for all that no register may contain."""
    place = cases.place("holdings")
    held = typed(table(cases.holdings, place), _HOLDINGS, place)

    def told(**cells: Cell) -> dict[str, object]:
        return {"known_at": _KNOWN, "place": place, **cells}

    posts = {row["post"]: row for row in held}
    return build(
        {
            "units": [told(code=code, name=code, level="unit", valid_from=_EVER) for code in _once(held, "unit")],
            "posts": [told(code=post, unit=row["unit"], name=post, duty=row["duty"]) for post, row in posts.items()],
            "persons": [told(code=person, name=person) for person in _once(held, "person")],
            "holdings": [told(**{**row, "share": row["share"] or FULL_TIME}) for row in held],
        }
    )


def _once(held: Sequence[Mapping[str, Cell]], column: str) -> list[Cell]:
    return list(dict.fromkeys(row[column] for row in held if row[column] is not None))
