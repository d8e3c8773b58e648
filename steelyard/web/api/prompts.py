"""触发式提示 for business systems: what to know before a step is done, and that it was done (C50)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema
from pydantic import ConfigDict

from steelyard.engine.problems import refuse
from steelyard.engine.wording.duties import limit_words
from steelyard.web.api.guarding import asker, token_of
from steelyard.web.api.shapes import WRONG, Code
from steelyard.web.people.deciding import Target
from steelyard.web.people.models import Unit
from steelyard.web.prompts.models import Prompt
from steelyard.web.prompts.prompting import Case, finish, prompt
from steelyard.web.prompts.telling import Asked, Told

router = Router(tags=["触发式提示 prompts"])
NAME = "api-prompts"
Called = Annotated[str, Field(min_length=1, max_length=100)]


class PromptIn(Schema):
    """A step that begins: of which ``process`` and ``step``, at which ``post`` of which ``unit``, with which ``object``
    (the number of the case). ``received``: since when, now if left out; without an offset it is the site's time."""

    model_config = ConfigDict(extra="forbid")
    process: Called
    step: Called
    post: Annotated[str, Field(min_length=1, max_length=200)]
    unit: Code
    object: Called
    officer: Annotated[str, Field(max_length=40)] = ""
    received: datetime | None = None


class StakeOut(Schema):
    """``cases`` more that go wrong cost ``points`` of the indicator, which has ``now``; empty where no published result
    says so."""

    indicator: str
    name: str
    cases: int | None
    points: str | None
    now: str | None
    text_zh: str
    text_en: str


class PromptOut(Schema):
    """What to show. ``due``: the end of the limit in working time, ``left``: working minutes until then."""

    id: int
    duty: str
    does: str
    assesses: list[str]
    risks: list[str]
    basis: str
    limit_zh: str
    limit_en: str
    received: str
    due: str | None
    left: int | None
    state: str
    stakes: list[StakeOut]


class FinishIn(Schema):
    """The step is done. ``finished``: when, now if left out; ``received``: which receipt, the last one if left out."""

    model_config = ConfigDict(extra="forbid")
    process: Called
    step: Called
    unit: Code
    object: Called
    received: datetime | None = None
    finished: datetime | None = None


class FinishOut(Schema):
    """``state``: done in time, or done-late, which becomes a row of the facts by itself."""

    id: int
    state: str
    due: str | None
    finished: str


@router.post("prompts", response={200: PromptOut, **WRONG}, summary="环节开始时请求提示 ask as a step begins")
def begun(request: HttpRequest, sent: PromptIn) -> PromptOut:
    """The same case, received at the same minute, is the same prompt, however often it is asked for."""
    unit, now = _unit(request, sent.unit), timezone.now()
    received = _aware(sent.received) or now
    asked = Asked(unit, sent.process, sent.step, sent.post, received)
    return _prompt(*prompt(asked, Case(sent.object, sent.officer, token_of(request)), now))


@router.post("prompts/done", response={200: FinishOut, **WRONG}, summary="环节办结 a step is done")
def done(request: HttpRequest, sent: FinishIn) -> FinishOut:
    unit, now = _unit(request, sent.unit), timezone.now()
    found = Prompt.objects.filter(unit=unit, process=sent.process, step=sent.step, object=sent.object)
    if received := _aware(sent.received):
        found = found.filter(received=received.replace(second=0, microsecond=0))
    last = found.order_by("-received").first()
    if last is None:
        raise refuse("prompt-none", process=sent.process, step=sent.step, object=sent.object)
    held = finish(last, _aware(sent.finished) or now, now)
    return FinishOut(id=held.pk, state=held.state, due=_iso(held.due), finished=_iso(held.finished) or "")


def _unit(request: HttpRequest, code: str) -> Unit:
    unit = Unit.objects.filter(pk=code, ended=None).first()
    if unit is None:
        raise refuse("api-missing")
    asker(request, NAME, Target(path=unit.path))
    return unit


def _prompt(made: Prompt, told: Told) -> PromptOut:
    limit = limit_words(told.trigger)
    stakes = [
        StakeOut(
            indicator=one.indicator, name=one.name, cases=one.cases, points=one.points, now=one.now,
            text_zh=one.words.zh, text_en=one.words.en,
        )
        for one in told.stakes
    ]  # fmt: skip
    return PromptOut(
        id=made.pk, duty=told.duty.name, does=told.item.does, assesses=list(told.item.assesses),
        risks=list(told.item.risks), basis=told.item.basis, limit_zh=limit[0], limit_en=limit[1],
        received=made.received.isoformat(), due=_iso(made.due), left=told.left, state=made.state, stakes=stakes,
    )  # fmt: skip


def _aware(moment: datetime | None) -> datetime | None:
    """Without an offset it is the time of the site."""
    return timezone.make_aware(moment) if moment is not None and timezone.is_naive(moment) else moment


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else timezone.localtime(moment).isoformat()
