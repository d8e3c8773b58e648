"""What of tasks waits for whoever asks, for the home page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q
from django.urls import reverse

from steelyard.reports.sheet import Words
from steelyard.web.pages.answering import Waiting
from steelyard.web.people.asking import Asker
from steelyard.web.people.roles import Role
from steelyard.web.tasks.models import State, Task

MOST = 5
NEXT = {
    State.ASSIGNED: Words("督办任务待签收", "A supervised task to accept"),
    State.WORKING: Words("督办任务逾期", "A supervised task is late"),
    State.RETURNED: Words("督办任务被退回，待答复", "A returned task to answer"),
    State.HANDED: Words("督办任务待验收", "A supervised task to accept as done"),
}


def person_of(who: Asker) -> str:
    """Whose own tasks he sees: those of the person that he is as an officer."""
    return next((held.person for held in who.held if held.role == Role.OFFICER), "")


def of_tasks(who: Asker, now: datetime) -> Iterator[Waiting]:
    wanted = Q(pk__in=())
    if who.may("task-new"):
        wanted |= Q(state__in=(State.RETURNED, State.HANDED))
    paths = [held.path for held in who.held if held.role == Role.UNIT and held.path]
    person = person_of(who)
    own = Q(unit__path__in=paths) | (Q(person=person) if person else Q(pk__in=()))
    if paths or person:
        wanted |= own & (Q(state=State.ASSIGNED) | Q(state=State.WORKING, due_at__lt=now))
    elif not who.may("task-new"):
        return
    for one in Task.objects.filter(wanted).order_by("due_at")[:MOST]:
        late = one.due_at < now
        yield Waiting(NEXT[State(one.state)], one.title, reverse("task", args=[one.pk]), one.due_at,
                      "bad" if late else "warn", late)  # fmt: skip
