"""What is wrong or missing in a plan on its way, and whose it is to mend; kept as long as nothing changes."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from threading import Lock

from steelyard.bureau.asking.checking import among
from steelyard.bureau.folder import Bureau, saying
from steelyard.engine.checking.door import check_context
from steelyard.engine.checking.policy.registry import POLICIES
from steelyard.engine.checking.registry import Stage
from steelyard.engine.model.book import RuleBook, read_book
from steelyard.engine.model.item import Indicator
from steelyard.engine.model.plan import Plan
from steelyard.engine.problems import Problem, Refused
from steelyard.engine.scoring.comparing.completion import Completion
from steelyard.engine.scoring.comparing.step import StepDeduct
from steelyard.engine.scoring.tables.threshold import Threshold
from steelyard.lake.record.snapshot import snapshot
from steelyard.reports.sheet import Words
from steelyard.web.library.rules import bureau
from steelyard.web.plans.models import CLOSED, Making, Pick
from steelyard.web.plans.text import FILE, mapping, plain, written

BEYOND: tuple[Stage, ...] = ("meaning",)
"""Marks that do not add up yet keep nobody from hearing what policy says."""
KEPT = 32
"""Texts whose check is remembered by a process."""
FIELDS = {
    "basis": Words("依据", "basis"),
    "owner": Words("考评部门", "department"),
    "evidence": Words("佐证类型", "evidence"),
    "target": Words("目标或标准", "target or standard"),
    "warn": Words("预警线", "threshold"),
}
"""What an indicator must state before it enters a plan (C7)."""


@dataclass(frozen=True)
class Told:
    """One finding. ``whose``: the department that mends it, empty: the office; ``waivable``: its code, where somebody
    with a name may allow it."""

    words: Words
    blocks: bool
    indicator: str = ""
    whose: str = ""
    waivable: str = ""


@dataclass(frozen=True)
class Lack:
    """An indicator that does not state all that it must."""

    indicator: str
    name: str
    whose: str
    fields: Sequence[Words]


@dataclass(frozen=True)
class Covered:
    """A priority task with the picks that carry it; ``elsewhere``: names of other plans of its year that do."""

    code: str
    name: str
    basis: str
    owner: str
    mandatory: bool
    picks: Sequence[str]
    elsewhere: Sequence[str]

    @property
    def missing(self) -> bool:
        return not self.picks and not self.elsewhere


_KNOWN: dict[Hashable, tuple[Told, ...]] = {}
_HELD = Lock()


def known(making: Making) -> tuple[Told, ...] | None:
    """What the check of the whole book says with this plan in it; None where nobody has looked at this text yet."""
    return _KNOWN.get(_mark(making, written(making)))


def looked(making: Making) -> tuple[Told, ...]:
    """The same, looked at now where it is not known: about a second for a province."""
    text = written(making)
    mark = _mark(making, text)
    with _HELD:  # several parts of a page ask at once: it is looked at once
        found = _KNOWN.get(mark)
        if found is None:
            found = tuple(_found(bureau(), text, making.code))
            while len(_KNOWN) >= KEPT:
                _KNOWN.pop(next(iter(_KNOWN)))
            _KNOWN[mark] = found
    return found


def _mark(making: Making, text: str) -> Hashable:
    """Checks ask the registers too: what was brought since may have other classes."""
    here = bureau()
    batch = snapshot(here.record).batch if here.record.is_dir() else 0
    return here, here.rules_stamp(), batch, making.code, text


def _found(here: Bureau, text: str, code: str) -> Iterator[Told]:
    book = here.book()
    try:
        plan = read_book([*saying(here.rules(), book=""), (FILE, text)]).plans[code]
        with_it = replace(book, plans={**book.plans, code: plan})
        problems: Sequence[Problem] = check_context(among(here, with_it, here.tables()), beyond=BEYOND)
    except Refused as refused:
        problems = refused.problems
    yield from (_told(one, book) for one in problems if _concerns(one, code))


def _concerns(problem: Problem, code: str) -> bool:
    """Every error stands in the way of issuing, of the rest what is about this plan. Coverage of priority tasks has a
    part of its own, which knows of the other plans on their way."""
    if problem.code == "task-not-covered":
        return False
    return problem.severity == "error" or problem.place.file == FILE or code in (
        problem.params.get("plan"), problem.params.get("home")
    )  # fmt: skip


def _told(problem: Problem, book: RuleBook) -> Told:
    indicator = str(problem.params.get("about", ""))
    rule = book.indicators.get(indicator)
    return Told(
        Words(problem.text("zh"), problem.text("en")), problem.severity == "error", indicator,
        "" if rule is None else rule.owner, problem.code if problem.code in POLICIES else "",
    )  # fmt: skip


# ---- what is missing ----


def lacking(picks: Sequence[Pick], book: RuleBook) -> list[Lack]:
    """Picked indicators without basis, department, evidence, target or threshold. What only adds or takes away states
    neither of the last two (加减分项), and what people judge has no value that could come near a threshold."""
    found = []
    for pick in picks:
        rule = book.indicators.get(pick.indicator)
        fields = [] if rule is None else [FIELDS[key] for key in _missing(rule, pick.group.role == "base")]
        if rule is not None and fields:
            found.append(Lack(rule.id, rule.name, rule.owner, fields))
    return found


def _missing(rule: Indicator, base: bool) -> Iterator[str]:
    yield from (key for key in ("basis", "owner", "evidence") if not getattr(rule, key).strip())
    if base and rule.warn is None and rule.value is not None:
        yield "warn"
    if base and not _measured(rule):
        yield "target"


def _measured(rule: Indicator) -> bool:
    """Whether it says what counts as good: a target, a schedule, parts of its own, or a method with its own table."""
    stated = rule.target is not None or rule.checkpoints is not None or bool(rule.items)
    return stated or (rule.score is not None and not isinstance(rule.score.method, StepDeduct | Completion | Threshold))


# ---- coverage ----


def covered(making: Making, picks: Sequence[Pick], book: RuleBook, year: str) -> list[Covered]:
    """Every priority task of the year; the mandatory ones that nobody carries first."""
    mine, others = {pick.indicator for pick in picks}, list(_others(making, book, year))
    found = [
        Covered(task.id, task.name, task.basis, task.owner, task.mandatory,
                [id for id in task.indicators if id in mine],
                [name for name, ids in others if ids & set(task.indicators)])
        for task in book.tasks.values() if task.year == year
    ]  # fmt: skip
    return sorted(found, key=lambda one: (not (one.mandatory and one.missing), not one.mandatory, not one.missing))


def _others(making: Making, book: RuleBook, year: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Plans of the year in force, and those on their way."""
    for plan in book.plans.values():
        if plan.year == year and plan.id != making.code:
            yield plan.name, frozenset(entry.indicator for entry in plan.entries)
    open_ = Making.objects.exclude(stage__in=CLOSED).exclude(pk=making.pk).prefetch_related("picks")
    for one in open_:
        if plain(mapping(one.head).get("year")) == year:
            yield f"{one.name}…", frozenset(pick.indicator for pick in one.picks.all())


# ---- the plan as a noun ----


@lru_cache(maxsize=8)
def _plan(text: str, code: str, general: tuple[tuple[str, str], ...]) -> Plan | None:
    try:
        return read_book([*general, (FILE, text)]).plans.get(code)
    except Refused:
        return None


def plan_of(making: Making) -> Plan | None:
    """None while its head cannot be read as one."""
    return plan_in(written(making), making.code)


def plan_in(text: str, code: str) -> Plan | None:
    """None where the text says no such plan under the conventions of today."""
    return _plan(text, code, tuple(saying(bureau().rules(), book="")))


def year_of(plan: Plan | None, today: date) -> str:
    return str(today.year) if plan is None else plan.year


def standing_in_the_way(told: Sequence[Told], lacks: Sequence[Lack], tasks: Sequence[Covered]) -> Mapping[str, int]:
    """How much of each kind has to be mended or allowed before the plan can be issued."""
    return {
        "problems": sum(one.blocks for one in told),
        "lacks": len(lacks),
        "tasks": sum(one.mandatory and one.missing for one in tasks),
    }
