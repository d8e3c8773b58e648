"""The persons of a case: who held which post when, and what the file's plan for persons makes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from steelyard.engine.arithmetic.numbers import Numbers
from steelyard.engine.evaluate import Result
from steelyard.engine.expressions.wording import figure
from steelyard.engine.model.book import RuleBook
from steelyard.engine.model.persons import PersonsPlan
from steelyard.engine.organisation import Organisation, Stage, build, calendar_days, stages
from steelyard.engine.periods import Period
from steelyard.engine.persons.weighing import PersonScore, StageScore, UnitScore, stage_period, weigh_person
from steelyard.engine.problems import CATALOGUE, refuse
from steelyard.engine.trying.cases import Cases
from steelyard.engine.trying.tables import table

CATALOGUE.add(
    {
        "case-workdays": (
            "个人计划 {plan} 按工作日计日数占比，算例里没有工作日历；算例请用 days: calendar",
            "plan {plan} counts working days, and examples have no calendar; write days: calendar in examples",
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

    def cell(self, record: Mapping[str, str | None], column: str) -> str:
        """A figure of a person, or of the person's first stage in the unit that the row names."""
        person = self.people[str(record["person"])]
        if not record.get("unit"):
            return "无" if person.total is None else figure(person.total)
        stage = next(stage for stage in person.stages if stage.stage.unit == record["unit"])
        return stage_cell(stage, column)


def stage_cell(stage: StageScore, column: str) -> str:
    match column:
        case "frozen":
            return str(stage.frozen)
        case "days":
            return str(stage.stage.days)
        case "weight":
            return figure(stage.weight)
        case "points":
            return figure(stage.points)
        case _:
            return figure(stage.carried)


def stage_periods(cases: Cases, period: Period) -> tuple[Period, ...]:
    """The moments at which somebody's stage is frozen; the units must have scores there."""
    found = (stage_period(stage, period) for held in _stages(cases, period).values() for stage in held)
    return tuple(dict.fromkeys(found))


def accounts(cases: Cases, book: RuleBook, result: Result, period: Period) -> Accounts:
    """Everybody with a post, weighed by the file's only plan for persons."""
    (plan,) = book.persons.values()
    if plan.days == "workdays":
        raise refuse("case-workdays", plan.place("days"), plan=plan.id)
    posts = _organisation(cases).posts
    scores = lambda unit, when: _unit_score(result, unit, when)  # noqa: E731
    people = {
        person: weigh_person(plan, person, held, posts, period, scores, {})
        for person, held in _stages(cases, period).items()
    }
    return Accounts(plan, people)


def _unit_score(result: Result, unit: str, when: Period) -> UnitScore | None:
    index = result.panel.at(unit, str(when))
    total, full = result.total.fraction(index), _at(result.column("full"), index)
    if total is None or full is None:
        return None
    marks = {id: (_at(item.points, index), _at(item.full, index)) for id, item in result.indicators.items()}
    known = {id: (points, mark) for id, (points, mark) in marks.items() if points is not None and mark is not None}
    return UnitScore(known, total, full)


def _at(column: object, index: int) -> Fraction | None:
    return column.fraction(index) if isinstance(column, Numbers) else None


def _stages(cases: Cases, period: Period) -> dict[str, tuple[Stage, ...]]:
    office = _organisation(cases)
    return {person: stages(office, person, period, calendar_days) for person in office.persons}


def _organisation(cases: Cases) -> Organisation:
    written = table(cases.holdings, cases.place("holdings")).records()
    rows = [{key: cell or "" for key, cell in row.items()} for row in written]
    return build(
        {
            "units": [_row(code=code, name=code, level="unit", valid_from=_EVER) for code in _once(rows, "unit")],
            "posts": [_row(code=post, unit=row["unit"], name=post, duty=row["duty"]) for post, row in _posts(rows)],
            "persons": [_row(code=person, name=person) for person in _once(rows, "person")],
            "holdings": [_holding(row) for row in rows],
        }
    )


def _row(**cells: object) -> dict[str, object]:
    return {"known_at": _KNOWN, **cells}


def _once(rows: Sequence[Mapping[str, str]], column: str) -> list[str]:
    return list(dict.fromkeys(row[column] for row in rows))


def _posts(rows: Sequence[Mapping[str, str]]) -> list[tuple[str, Mapping[str, str]]]:
    return list({row["post"]: row for row in rows}.items())


def _holding(row: Mapping[str, str]) -> dict[str, object]:
    return _row(
        person=row["person"],
        post=row["post"],
        share=Decimal(row.get("share") or 1),
        **{"from": date.fromisoformat(row["from"]), "to": date.fromisoformat(row["to"]) if row["to"] else None},
    )
