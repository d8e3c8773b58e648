"""Prompts that a business system asks for: told, kept once, and ended when the step is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from steelyard.engine.problems import CATALOGUE, Problem, Refused, refuse
from steelyard.web.people.models import Token
from steelyard.web.prompts.models import OBJECT, OVERDUE, Prompt, State
from steelyard.web.prompts.telling import Asked, Told, tell

CATALOGUE.add(
    {
        "prompt-object": (
            "请写明办的是哪一件（编号），最长 {most} 个字",
            "say by its number which case it is, in {most} characters at most",
        ),
        "prompt-future": (
            "{what}晚于现在（{now}）；请核对业务系统的时钟和时区",
            "{what} lies after now ({now}); check the clock and the time zone of the business system",
        ),
        "prompt-before": (
            "办结时间 {finished} 早于接收时间 {received}；请更正",
            "it cannot be finished at {finished}, before it was received at {received}; correct that",
        ),
        "prompt-none": (
            "“{process}·{step}”没有为“{object}”提示过；请先在环节开始时请求提示",
            "nobody was prompted for '{object}' at '{process}, {step}'; ask for the prompt when the step begins",
        ),
        "prompt-done": (
            "这一件已登记在 {finished} 办结，不能改成 {other}；登记错了请更正业务数据",
            "it is already finished at {finished}, not {other}; correct the facts if that was wrong",
        ),
    }
)


@dataclass(frozen=True)
class Case:
    """``object``: the number by which the business system knows it; ``officer``: the code of who handles it, or
    nothing; ``token``: by which it was asked, None in a demonstration."""

    object: str
    officer: str
    token: Token | None


def prompt(asked: Asked, case: Case, now: datetime) -> tuple[Prompt, Told]:
    """The same receipt again is the same prompt. Raises `Refused`."""
    told = tell(asked, now)
    if problems := list(_wrong(asked, case, now)):
        raise Refused(problems)
    known = {"unit": asked.unit, "process": asked.process, "step": asked.step, "object": case.object}
    limit = {"workdays": told.trigger.workdays, "workminutes": told.trigger.workminutes, "due": told.due}
    where = {"post": asked.post, "duty": told.duty.id, "item": told.item.item}
    with transaction.atomic():
        made, new = Prompt.objects.get_or_create(
            **known, received=_cut(asked.received),
            defaults={**where, **limit, "officer": case.officer, "token": case.token, "at": now},
        )  # fmt: skip
        if not new:
            Prompt.objects.filter(pk=made.pk).update(shown=F("shown") + 1)
    return made, told


def _wrong(asked: Asked, case: Case, now: datetime) -> list[Problem]:
    found = []
    if not case.object.strip() or len(case.object) > OBJECT:
        found.append(Problem("prompt-object", params={"most": OBJECT}))
    if asked.received > now:
        found.append(Problem("prompt-future", params={"what": asked.received.isoformat(), "now": now.isoformat()}))
    return found


def finish(found: Prompt, finished: datetime, now: datetime) -> Prompt:
    """In time or not is decided here, by the deadline that was told. The same again changes nothing."""
    if finished > now:
        raise refuse("prompt-future", what=finished.isoformat(), now=now.isoformat())
    finished = _cut(finished)
    with transaction.atomic():
        held = Prompt.objects.select_for_update(no_key=True, of=("self",)).get(pk=found.pk)
        if finished < held.received:
            raise refuse("prompt-before", finished=finished.isoformat(), received=held.received.isoformat())
        if held.finished is not None and held.finished != finished:
            raise refuse("prompt-done", finished=held.finished.isoformat(), other=finished.isoformat())
        if held.finished is None:
            held.finished, held.state = finished, State.DONE_LATE if late(held, finished) else State.DONE
            held.to_carry = held.state in OVERDUE or held.sent_id is not None or held.to_carry
            held.save(update_fields=("finished", "state", "to_carry"))
    return held


def late(one: Prompt, moment: datetime) -> bool:
    return one.due is not None and moment > one.due


def _cut(moment: datetime) -> datetime:
    """Deadlines count whole minutes."""
    return moment.replace(second=0, microsecond=0)
