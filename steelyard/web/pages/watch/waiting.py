"""What of alerts waits for whoever asks, for the home page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from steelyard.reports.sheet import Words
from steelyard.web.pages.answering import Waiting
from steelyard.web.people.asking import Asker
from steelyard.web.people.roles import Role
from steelyard.web.people.seeing import filter_of
from steelyard.web.watch.models import Alert, Asked, State
from steelyard.web.watch.moves import MOVES

MOST = 3
NEXT = {
    State.RAISED: Words("预警待核实", "An alert to verify"),
    State.VERIFIED: Words("预警待推送", "An alert to push"),
    State.ANSWERED: Words("预警待办结", "An alert to close"),
}
ANSWER = Words("预警待答复", "An alert to answer")


def of_alerts(who: Asker, now: datetime) -> Iterator[Waiting]:
    """The gravest that a department has to move, and those that a unit has to answer."""
    today = timezone.localdate(now)
    if Role.ASSESSOR in who.roles:
        begins = {stage for move in MOVES for stage in move.begins}
        rows = Alert.objects.filter(filter_of(who, "alert-verify", "under__path"), state__in=begins & set(NEXT))
        for one in rows.order_by("due", "-units", "pk")[:MOST]:
            late = one.due is not None and one.due < today
            words, mood = NEXT[State(one.state)], "bad" if late else "warn"
            yield Waiting(words, one.zh, reverse("alert", args=[one.pk]), one.raised_at, mood, late)
    paths = [held.path for held in who.held if held.role == Role.UNIT and held.path]
    asked = Asked.objects.filter(Q(unit__path__in=paths), at=None, alert__state=State.PUSHED)
    for part in asked.select_related("alert").order_by("alert__due", "alert")[:MOST] if paths else ():
        late = part.alert.due is not None and part.alert.due < today
        to = reverse("alert-part", args=[part.alert_id, part.unit_id])
        yield Waiting(ANSWER, part.alert.zh, to, part.alert.raised_at, "bad" if late else "warn", late)
