"""Every secret of the bureau: the text that stands for it, and the entries of the policy any of which gives it."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from itertools import product
from typing import Any

from django.db import transaction
from django.utils import timezone

from steelyard.web.cascade.models import Seat, Step
from steelyard.web.cascade.models import State as Handed
from steelyard.web.cycles.models import NoticeKind, Stage
from steelyard.web.dialogue.models import Stage as AppealStage
from steelyard.web.meetings.models import State as MeetingState
from steelyard.web.people.deciding import NOWHERE, Target
from steelyard.web.people.login.sealing import fingerprint, seal
from steelyard.web.people.models import Account, Token
from steelyard.web.tasks.models import State as TaskState
from steelyard.web.trail.recording import record
from steelyard.web.uses.models import Kind as UseKind
from steelyard.web.uses.models import State as UseState
from steelyard.web.watch.models import Asked as Answered
from steelyard.web.watch.models import State as AlertState
from tests.web.cascade.handed import assignment
from tests.web.meetings.aimed import meeting
from tests.web.messages.acts import message
from tests.web.people.world import KEY, PASSWORD, account, grant, unit
from tests.web.promises import rows
from tests.web.promises.bureau import ASSESSED, mark, path_of
from tests.web.prompts.aimed import kept
from tests.web.scenarios.acts import NAME, TOP, scenario
from tests.web.tasks.made import task
from tests.web.watch.aimed import alert

AROUND = ("A1", "B1")
"""Units of whose numbers people speak: one's own, and somebody else's."""


@dataclass(frozen=True)
class Secret:
    """``by``: who may ask for any of these sees it."""

    what: str
    text: str
    by: tuple[tuple[str, Target], ...]


def _staged(name: str, path: str = "", **more: Any) -> tuple[tuple[str, Target], ...]:
    readable = [stage for stage in Stage if stage != Stage.WITHDRAWN]
    return tuple((name, Target(path=path, state=str(stage), **more)) for stage in readable)


def planted() -> list[Secret]:
    """Makes everything in the database that is not there yet, and tells who may see what."""
    rows.placed()
    rows.runs()
    rows.batches()
    rows.jobs()
    found = [*_of_the_register(), *_of_runs(), *_of_the_office(), *_of_administration()]
    for stage in MeetingState:
        meeting(stage, mark("meeting", stage))
        found.append(Secret(f"meeting {stage}", mark("meeting", stage), (("meeting", Target(state=stage)),)))
    scenario()
    found.append(Secret("name of a scenario", NAME, (("scenario", TOP),)))
    for code in AROUND:
        found += [
            *_of_dialogue(code),
            *_of_accounts(code),
            *_of_cascades(code),
            *_of_uses(code),
            *_of_prompts(code),
            *_of_alerts(code),
            *_of_tasks(code),
        ]
    return found


def _of_the_register() -> Iterator[Secret]:
    for code in rows.ABOVE:
        path = path_of(code)
        plan = ("personal-plan", Target(path=path, person=f"n-{code}", label=3))
        by = (*_staged("peer-names", path), *_staged("whole", path), ("organisation", NOWHERE), plan)
        yield Secret(f"name of {code}", mark("unit", code), by)
    for code in ASSESSED:
        path = path_of(code)
        person = _staged("person", path, person=f"n-{code}", label=3)
        holder = ("cascade-names", Target(path=path, label=3))
        plan = ("personal-plan", Target(path=path, person=f"n-{code}", label=3))
        by = (*person, ("organisation-bring", NOWHERE), holder, plan, *_heard(code).values())
        yield Secret(f"officer of {code}", mark("person", code), by)
        handled = _staged("person-own", path, person=f"n-{code}", label=3)
        yield Secret(f"taxpayers of {code}", mark("row", code), (*_staged("rows", path), *handled))


def _of_runs() -> Iterator[Secret]:
    for stage in Stage:
        by = (("run", Target(state=str(stage))),)
        yield Secret(f"signature at {stage}", mark("signature", stage), by)
        if stage == Stage.WITHDRAWN:
            yield Secret("why a run was discarded", mark("discarded", stage), by)
    rows.notices(NoticeKind.LETTER)
    rows.notices(NoticeKind.BULLETIN)
    yield Secret("letter", mark("letter", rows.AT), (("notice", Target(path=path_of(rows.AT))),))
    yield Secret("bulletin", mark("letter", ""), (("bulletin", NOWHERE),))


def _of_the_office() -> Iterator[Secret]:
    for what in ("said", "about", "wrong"):
        yield Secret(f"job {what}", mark("job", what), (("jobs", NOWHERE),))
    for what in ("name", "why"):
        yield Secret(f"delivery {what}", mark("delivery", what), (("deliveries", NOWHERE),))
    yield Secret("rejected row", mark("reject", "B1"), (("batch", NOWHERE),))


def _of_dialogue(code: str) -> Iterator[Secret]:
    path = path_of(code)
    for stage in (Stage.PUBLISHED, Stage.REPLACED):
        rows.remark(code, stage)
        of = f"{code}-{stage}"
        yield Secret(f"remark {of}", mark("remark", of), (("dialogue", Target(path=path, state=str(stage))),))
    for stage in Stage:
        rows.evidence(code, stage)
        at, of = Target(path=path, state=str(stage)), f"{code}-{stage}"
        if stage != Stage.WITHDRAWN:
            yield Secret(f"evidence about {of}", mark("evidence-about", of), (("dialogue", at),))
        yield Secret(f"evidence name {of}", mark("evidence-name", of), (("dialogue", at), ("evidence-file", at)))
        yield Secret(f"evidence content {of}", mark("evidence-content", of), (("evidence-file", at),))
    for filed in AppealStage:
        rows.appeal(code, filed, indicator=rows.INDICATOR if filed == AppealStage.CHECKED else "")
        of, by = f"{code}-{filed}", (("appeal", Target(path=path, state=str(filed))),)
        yield Secret(f"claim {of}", mark("claim", of), by)
        yield Secret(f"ruling {of}", mark("move", of), by)


def _of_cascades(code: str) -> Iterator[Secret]:
    """Why a unit has returned something, and who holds its posts."""
    one = assignment(Handed.RETURNED, code, reason=mark("returned", code))
    Seat.objects.filter(post__unit=code).update(name=mark("person", code))
    Step.objects.get_or_create(
        assignment=one, move="return", to=Handed.RETURNED, reason=one.reason, by=rows.maker(), defaults={"at": one.at}
    )
    at = Target(path=path_of(code), state=str(Handed.RETURNED))
    yield Secret(f"why {code} returned it", mark("returned", code), (("assignment", at),))


def _of_prompts(code: str) -> Iterator[Secret]:
    one = kept(code, mark("prompt", code), f"n-{code}")
    by = (("prompt", Target(path=one.unit.path, person=one.officer)),)
    yield Secret(f"case of {code}", mark("prompt", code), by)


def _of_alerts(code: str) -> Iterator[Secret]:
    """What an alert is called for whoever sees it whole; what a unit answered, for itself too."""
    for state in AlertState:
        one = alert(state, code, mark("alert", f"{code}-{state}"))
        Answered.objects.filter(alert=one).update(
            text=mark("answer", f"{code}-{state}"), by=rows.maker(), at=one.raised_at
        )
        part = ("alert-part", Target(path=one.under.path, state=state))
        yield Secret(f"alert {code} {state}", one.zh, (("alert", one.target), part))
        yield Secret(f"answer {code} {state}", mark("answer", f"{code}-{state}"), (("alert", one.target), part))


def _of_uses(code: str) -> Iterator[Secret]:
    """Why a list was made is for those who log uses; by which document, and what was answered, also for those on it."""
    shown = {
        UseKind.UNITS: _staged("portrait", path_of(code)),
        UseKind.PERSONS: _staged("person", path_of(code), person=f"n-{code}", label=3),
    }
    for kind, state in product(UseKind, UseState):
        rows.use(code, state, kind)
        of, label = f"{kind}-{code}-{state}", 3 if kind == UseKind.PERSONS else 1
        all_of_it = (("uses", NOWHERE), ("use", Target(state=str(state), label=label)))
        yield Secret(f"why {of} was used", mark("use-reason", of), all_of_it)
        yield Secret(f"document of {of}", mark("use-document", of), (*all_of_it, *shown[kind]))
        if state in (UseState.KEPT, UseState.REVISED):
            yield Secret(f"answer for {of}", mark("use-answer", of), (*all_of_it, *shown[kind]))


def _of_tasks(code: str) -> Iterator[Secret]:
    """What a unit, or one of its persons, is to do, how it goes, and what shows it."""
    for state, person in product(TaskState, ("", f"n-{code}")):
        task(code, state, person)
        of, at = f"{code}-{state}-{person}", Target(path=path_of(code), person=person, state=str(state))
        for kind in ("task", "task-text", "task-document", "task-criterion", "task-step", "task-milestone", "task-name",
                     "task-about"):  # fmt: skip
            yield Secret(f"{kind} of {of}", mark(kind, of), (("task", at),))
        yield Secret(f"content of {of}", mark("task-content", of), (("task-evidence", at),))


def _of_accounts(code: str) -> Iterator[Secret]:
    """What an officer says of his own account: his, and of those who handle appeals."""
    person = f"n-{code}"
    of_person = _of_person(code)
    for stage in Stage:
        rows.evidence(code, stage, person=person)
        of, by = f"{person}-{stage}", (("evidence-file", Target(state=str(stage), **of_person)),)
        for what in ("name", "content"):
            yield Secret(f"evidence {what} {of}", mark(f"evidence-{what}", of), by)
    for filed, heard in _heard(code).items():
        rows.appeal(code, filed, person=person)
        of = f"{person}-{filed}"
        yield Secret(f"claim {of}", mark("claim", of), (heard,))
        yield Secret(f"ruling {of}", mark("move", of), (heard,))


def _heard(code: str) -> dict[AppealStage, tuple[str, Target]]:
    """An officer's appeals, whose pages name him."""
    return {filed: ("appeal", Target(state=str(filed), **_of_person(code))) for filed in AppealStage}


def _of_person(code: str) -> dict[str, Any]:
    return {"path": path_of(code), "person": f"n-{code}", "label": 3, "private": True}


def _of_administration() -> Iterator[Secret]:
    now, who = timezone.now(), account("hidden", name=mark("account", "name"), second=seal(KEY))
    grant(who, "unit", unit("B1"), reason=mark("grant", "reason"))
    Token.objects.create(
        account=who, name=mark("token", "name"), digest=fingerprint("sy_text", "token"), scopes=["results"],
        made_at=now, made_by=rows.maker(), until=now + timedelta(days=9), unit=unit("B1"),
    )  # fmt: skip
    with transaction.atomic():
        record("sign", at=now, actor="hidden", detail={"why": mark("event", "detail")})
    yield Secret("account", mark("account", "name"), (("account", NOWHERE),))
    yield Secret("reason of a grant", mark("grant", "reason"), (("account", NOWHERE), ("grants", NOWHERE)))
    yield Secret("token", mark("token", "name"), (("account", NOWHERE),))
    yield Secret("event", mark("event", "detail"), (("trail", NOWHERE),))


def nobody_s() -> list[str]:
    """Texts that no answer ever holds, whoever asks: what proves who somebody is."""
    found = [PASSWORD, KEY, fingerprint("sy_text", "token"), message(account("hidden")).zh]
    for who in Account.objects.exclude(password=""):
        found += [who.password, *([who.second] if who.second else [])]
    return found


def text_of(answer: Any) -> str:
    """All that somebody can read of an answer: headers, a page, or every part of a packed file."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    said = str(answer.headers) + body.decode("utf-8", "replace")
    if body[:2] == b"PK":
        with zipfile.ZipFile(BytesIO(body)) as parts:
            said += "".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())
    return said
