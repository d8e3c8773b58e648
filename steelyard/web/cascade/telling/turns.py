"""Whose turn it is: units hear of what waits for them, the office of what came back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from steelyard.reports.sheet import Words
from steelyard.web.cascade.models import Assignment, Cascade, State
from steelyard.web.messages.kinds import kind
from steelyard.web.messages.sending import tell
from steelyard.web.messages.whom import holders, holders_of, nearest
from steelyard.web.people.models import Unit
from steelyard.web.people.roles import Role

PROPOSED = kind("assignments-proposed", "责任待确认", "Charges to confirm")
RETURNED = kind("assignment-returned", "责任项退回", "Charge returned")
ANSWERED = kind("assignment-answered", "退回已答复", "Return answered")


def handed_down(cascade: Cascade, units: Iterable[str], now: datetime) -> None:
    """In the transaction that wrote their assignments, so that it is told as often as it is done: once."""
    paths = dict(Unit.objects.filter(pk__in=set(units)).values_list("path", "code"))
    found = holders_of(Role.UNIT, paths, today=timezone.localdate(now))
    words = Words(
        f"“{cascade.name}”有责任项待本单位确认，截止 {cascade.due}",
        f"charges of '{cascade.name}' wait for your unit, until {cascade.due}",
    )
    for path, code in sorted(paths.items()):
        key = f"assignments-proposed:{cascade.pk}:{code}:{now.isoformat()}"
        tell(found[path], PROPOSED, words, page_of(cascade.pk, code), key=key, now=now)


def moved(one: Assignment, now: datetime) -> None:
    """After a move of the table: whose turn it is."""
    page, key = reverse("assignment", args=[one.pk]), f"assignment:{one.pk}:{one.version}"
    name, unit, today = one.name, one.unit, timezone.localdate(now)
    if one.state == State.RETURNED:
        words = Words(f"{unit.name}退回了“{name}”，待答复", f"{unit.name} returned '{name}', to be answered")
        tell(nearest(Role.OFFICE, unit.path, today=today), RETURNED, words, page, key=key, now=now)
    elif one.state == State.PROPOSED:
        words = Words(
            f"退回的“{name}”已答复，请再确认，截止 {one.due}",
            f"'{name}', which you returned, was answered: confirm it by {one.due}",
        )
        tell(holders(Role.UNIT, unit.path, today=today), ANSWERED, words, page, key=key, now=now)
    elif one.state == State.WITHDRAWN:
        words = Words(f"退回的“{name}”已同意撤回，不用再办", f"'{name}' was withdrawn as you asked")
        tell(holders(Role.UNIT, unit.path, today=today), ANSWERED, words, page, key=key, now=now)


def page_of(cascade: int, code: str) -> str:
    return reverse("cascade-unit", args=[cascade, code])
