"""Procedure conformance: a declared model of a case checked against its event log; every violation names its proof.

The model is a list of plain rules: required steps, order, deadlines in days or working days, different officers.
Source: declarative process models, Pesic, Schonenberg & van der Aalst (2007), EDOC, templates existence, precedence
and response; four eyes (岗位不相容) as "different officers".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from steelyard.analysis.uncertainty import Noun
from steelyard.engine.problems import CATALOGUE, Language, Problem, Refused

CATALOGUE.add(
    {
        "conformance-unknown-step": (
            "程序规则引用了未声明的步骤“{step}”；已声明：{known}",
            "a procedure rule names the step {step}, which is not declared; declared are {known}",
        ),
        "case-step-missing": (
            "案件 {case}：缺少必经步骤“{step}”（{time} 已结束）",
            "case {case}: required step {step} is missing (ended {time})",
        ),
        "case-step-undeclared": (
            "案件 {case}：{time} 出现规程以外的步骤“{step}”",
            "case {case}: step {step} at {time} is not part of the procedure",
        ),
        "case-step-repeated": (
            "案件 {case}：步骤“{step}”于 {time} 第 {count} 次出现，最多 {most} 次",
            "case {case}: step {step} at {time} is number {count}, at most {most} allowed",
        ),
        "case-order": (
            "案件 {case}：“{step}”（{time}）发生时，“{first}”尚未完成",
            "case {case}: {step} at {time} came before {first}",
        ),
        "case-deadline": (
            "案件 {case}：“{first}”之后应在 {limit} {unit.zh}内完成“{step}”，截至 {time} 已 {taken} {unit.zh}",
            "case {case}: {step} was due within {limit} {unit.en} of {first}; by {time} it had taken {taken}",
        ),
        "case-same-officer": (
            "案件 {case}：“{first}”与“{step}”（{time}）由同一人 {officer} 办理",
            "case {case}: {first} and {step} (at {time}) were done by the same officer {officer}",
        ),
    }
)

Unit = Literal["days", "workdays"]
Workdays = Callable[[date, date], int]
UNIT_WORDS: Mapping[Unit, Noun] = {"days": Noun("天", "days"), "workdays": Noun("个工作日", "working days")}


@dataclass(frozen=True, slots=True)
class Event:
    """One row of the log. Events of one case at the same time keep the order of the log."""

    case: str
    step: str
    time: datetime
    officer: str


@dataclass(frozen=True, slots=True)
class Step:
    """A declared step. ``required`` is judged when the case has ended; ``most`` limits repetition."""

    name: str
    required: bool = False
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """``then`` may only happen after ``first`` has happened (precedence)."""

    first: str
    then: str


@dataclass(frozen=True, slots=True)
class Deadline:
    """``then`` follows every ``first`` within ``limit`` days or working days (response); the day of ``first`` is 0."""

    first: str
    then: str
    limit: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class FourEyes:
    """No officer does both steps in one case."""

    first: str
    then: str


@dataclass(frozen=True, slots=True)
class Procedure:
    """The model of one kind of case. A case has ended when one of the ``ends`` steps happened."""

    steps: tuple[Step, ...]
    ends: tuple[str, ...]
    rules: tuple[Order | Deadline | FourEyes, ...] = ()


@dataclass(frozen=True, slots=True)
class Violation:
    """One breach: the case, the step, the rule (code and its ``details``) and the time that proves it."""

    case: str
    step: str
    code: str
    time: datetime
    details: Mapping[str, object] = field(default_factory=dict)

    def text(self, language: Language = "zh") -> str:
        words = CATALOGUE.words(self.code, language)
        return words.format(case=self.case, step=self.step, time=f"{self.time:%Y-%m-%d %H:%M}", **self.details)


def conformance(
    procedure: Procedure, log: Iterable[Event], *, as_of: datetime, workdays: Workdays
) -> tuple[Violation, ...]:
    """All violations, by case, time and code. ``workdays(first, last)`` counts working days after ``first`` up to and
    including ``last``. Deadlines of steps that have not happened are judged at ``as_of``.

    Raises Refused when a rule names an undeclared step. Later events than ``as_of`` are ignored (not yet known)."""
    _declared(procedure)
    cases: dict[str, list[Event]] = {}
    for event in sorted((e for e in log if e.time <= as_of), key=lambda e: e.time):
        cases.setdefault(event.case, []).append(event)
    found = [breach for events in cases.values() for breach in _case(procedure, events, as_of, workdays)]
    return tuple(sorted(found, key=lambda v: (v.case, v.time, v.code, v.step, sorted(map(str, v.details.values())))))


def _declared(procedure: Procedure) -> None:
    known = [step.name for step in procedure.steps]
    named = [*procedure.ends, *(name for rule in procedure.rules for name in (rule.first, rule.then))]
    unknown = [name for name in dict.fromkeys(named) if name not in known]
    if unknown:
        params = {"known": "、".join(known)}
        raise Refused(Problem("conformance-unknown-step", params={"step": name, **params}) for name in unknown)


def _case(procedure: Procedure, events: Sequence[Event], as_of: datetime, workdays: Workdays) -> list[Violation]:
    found = _steps(procedure, events)
    for rule in procedure.rules:
        match rule:
            case Order():
                found += _order(rule, events)
            case Deadline():
                found += _deadline(rule, events, procedure.ends, as_of, workdays)
            case FourEyes():
                found += _four_eyes(rule, events)
    return found


def _steps(procedure: Procedure, events: Sequence[Event]) -> list[Violation]:
    case, declared = events[0].case, {step.name: step for step in procedure.steps}
    seen: dict[str, int] = {}
    found = []
    for event in events:
        seen[event.step] = count = seen.get(event.step, 0) + 1
        step = declared.get(event.step)
        if step is None:
            found.append(Violation(case, event.step, "case-step-undeclared", event.time))
        elif step.most is not None and count > step.most:
            details = {"count": count, "most": step.most}
            found.append(Violation(case, event.step, "case-step-repeated", event.time, details))
    ended = next((event.time for event in events if event.step in procedure.ends), None)
    missing = [] if ended is None else [s.name for s in procedure.steps if s.required and s.name not in seen]
    return found + [Violation(case, name, "case-step-missing", ended) for name in missing if ended is not None]


def _order(rule: Order, events: Sequence[Event]) -> list[Violation]:
    """Only the first premature ``then`` is a violation; once ``first`` has happened, the rest is in order."""
    for event in events:
        if event.step == rule.first:
            return []
        if event.step == rule.then:
            return [Violation(event.case, rule.then, "case-order", event.time, {"first": rule.first})]
    return []


def _deadline(
    rule: Deadline, events: Sequence[Event], ends: Sequence[str], as_of: datetime, workdays: Workdays
) -> list[Violation]:
    """Each ``first`` starts a clock that the next ``then`` stops; a case that ended without it stops at its end."""
    found = []
    for position, start in enumerate(events):
        if start.step == rule.first:
            stops = (e.time for e in events[position + 1 :] if e.step == rule.then or e.step in ends)
            time = next(stops, as_of)
            taken = (time.date() - start.time.date()).days
            if rule.unit == "workdays":
                taken = workdays(start.time.date(), time.date())
            if taken > rule.limit:
                details = {"first": rule.first, "limit": rule.limit, "taken": taken, "unit": UNIT_WORDS[rule.unit]}
                found.append(Violation(start.case, rule.then, "case-deadline", time, details))
    return found


def _four_eyes(rule: FourEyes, events: Sequence[Event]) -> list[Violation]:
    first = {event.officer for event in events if event.step == rule.first}
    return [
        Violation(e.case, e.step, "case-same-officer", e.time, {"first": rule.first, "officer": e.officer})
        for e in events
        if e.step == rule.then and e.officer in first
    ]
