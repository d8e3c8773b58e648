"""What somebody is told at a step: the standard, what is assessed, until when, and which points are at stake (C50).

Made of the duty of the post (岗责) and the rules as they stand. Nothing is kept by asking: see `prompting`.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from django.utils import timezone

from steelyard.bureau.folder import Bureau
from steelyard.engine.model.basis import Duty, DutyItem, Trigger
from steelyard.engine.model.book import RuleBook
from steelyard.engine.problems import CATALOGUE, Refused, refuse
from steelyard.reports import formats
from steelyard.reports.sheet import Words
from steelyard.web.cascade.models import Post
from steelyard.web.entries.periods import whole_book
from steelyard.web.library import rules
from steelyard.web.people.models import Unit
from steelyard.web.prompts.models import AtStake

CATALOGUE.add(
    {
        "prompt-post-unknown": (
            "{unit} 没有“{post}”这个岗位，也没有叫这个名字的岗责；请用登记册里的岗位代码、岗位名称或岗责名称",
            "{unit} has no post '{post}', and no duty goes by that name; use a code or a name of the register of posts",
        ),
        "prompt-step-unknown": (
            "“{duty}”没有写“{process}·{step}”这个触发环节；已写的：{allowed}。请绩效办在岗责里补写，或更正环节名称",
            "'{duty}' has no trigger '{process}, {step}'; it has: {allowed}. Add it to the duty, or correct the names",
        ),
    }
)

Step = tuple[str, str, str]
"""Name of a duty, process, step."""


@dataclass(frozen=True)
class Asked:
    """Where a case stands. ``post``: its code, its name in the unit, or the name of its duty."""

    unit: Unit
    process: str
    step: str
    post: str
    received: datetime


@dataclass(frozen=True)
class Stake:
    """``cases`` more that go wrong cost ``points``; both None where no result says so yet."""

    indicator: str
    name: str
    points: str | None
    cases: int | None
    now: str | None

    @property
    def words(self) -> Words:
        """``再错 1 件失 0.5 分（现得 8.5 分）``."""
        if self.points is None or self.now is None:
            return Words("还没有公布的结果，暂不能测算", "no published result says what is at stake yet")
        lost, now = (formats.points(Decimal(one)) for one in (self.points, self.now))
        each = f"one more case costs {lost}" if self.cases == 1 else f"{self.cases} more cases cost {lost}"
        return Words(f"再错 {self.cases} 件失 {lost} 分（现得 {now} 分）", f"{each} points (now {now})")


@dataclass(frozen=True)
class Told:
    """``due`` is None where the step has no limit, or (``unknown``) its year's holidays are not announced yet;
    ``left``: working minutes until then, less than none once it is over."""

    duty: Duty
    item: DutyItem
    trigger: Trigger
    due: datetime | None
    unknown: bool
    left: int | None
    stakes: tuple[Stake, ...]


def tell(asked: Asked, now: datetime) -> Told:
    """Raises `Refused`: ``prompt-post-unknown``, ``prompt-step-unknown``, ``no-calendar``."""
    here = rules.bureau()
    book = whole_book(here, here.rules_stamp())
    duty, item, trigger = _triggered(here, book, asked)
    due = due_of(trigger.workdays, trigger.workminutes, asked.received)
    limited = trigger.workdays is not None or trigger.workminutes is not None
    left = None if due is None else _left(now, due)
    return Told(duty, item, trigger, due, limited and due is None, left, tuple(_stakes(book, trigger, asked.unit)))


def _triggered(here: Bureau, book: RuleBook, asked: Asked) -> tuple[Duty, DutyItem, Trigger]:
    name, by_step = _duty_of(book, asked), steps(here, here.rules_stamp())
    found = by_step.get((name, asked.process, asked.step))
    if found is None:
        allowed = "、".join(f"{process}·{step}" for duty, process, step in by_step if duty == name) or "—"
        raise refuse("prompt-step-unknown", duty=name, process=asked.process, step=asked.step, allowed=allowed)
    return found


@lru_cache(maxsize=2)
def steps(here: Bureau, stamp: Hashable) -> Mapping[Step, tuple[Duty, DutyItem, Trigger]]:
    """Every trigger of the book."""
    return {
        (duty.name, trigger.process, trigger.step): (duty, item, trigger)
        for duty in whole_book(here, stamp).duties.values()
        for item in duty.items
        for trigger in item.triggers
    }


def _duty_of(book: RuleBook, asked: Asked) -> str:
    """As the register of posts has it; a post by its code wins over one by its name."""
    posts = Post.objects.filter(unit=asked.unit, ended=False)
    for one in (posts.filter(code=asked.post).first(), posts.filter(name=asked.post).order_by("code").first()):
        if one is not None and one.duty:
            return one.duty
    if any(duty.name == asked.post for duty in book.duties.values()):
        return asked.post
    raise refuse("prompt-post-unknown", unit=asked.unit.name, post=asked.post)


def due_of(workdays: int | None, workminutes: int | None, received: datetime) -> datetime | None:
    """The end of the limit in working time: the close of its last day, or the last of its minutes. None without a
    limit, and beyond the days that are announced: they are never guessed."""
    if workdays is None and workminutes is None:
        return None
    calendar, local = rules.calendar(), timezone.localtime(received).replace(tzinfo=None)
    try:
        if workminutes is not None:
            found = calendar.add_workminutes(local, workminutes)
        else:
            assert workdays is not None
            found = calendar.close(calendar.add_workdays(local.date(), workdays))
    except Refused:
        return None
    return timezone.make_aware(found)


def _left(now: datetime, due: datetime) -> int | None:
    moments = (timezone.localtime(one).replace(tzinfo=None) for one in (now, due))
    try:
        return rules.calendar().workminutes(*moments)
    except Refused:
        return None


def _stakes(book: RuleBook, trigger: Trigger, unit: Unit) -> list[Stake]:
    """What costs most stands first; what nothing is known of, last."""
    rows = AtStake.objects.filter(unit=unit.pk, indicator__in=trigger.indicators).order_by("staked")
    known = {row.indicator: row for row in rows}
    found = []
    for id in trigger.indicators:
        row = known.get(id)
        told = (row.points, row.cases, row.now) if row else (None, None, None)
        found.append(Stake(id, book.indicators[id].name if id in book.indicators else id, *told))
    return sorted(found, key=lambda one: one.cases or 10**9)
