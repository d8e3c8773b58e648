"""Tasks without the way that leads to them: at any state, of any unit, with marks that tests look for."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from steelyard.web.tasks.models import Assist, Evidence, Milestone, State, Step, Task
from tests.web.people.world import account, unit
from tests.web.promises.bureau import mark


def task(code: str = "A1", state: State = State.ASSIGNED, person: str = "", **more: Any) -> Task:
    """One for each unit and state; due in a week."""
    now, of, by = timezone.now(), f"{code}-{state}-{person}", account("assigner")
    given = {
        "text": mark("task-text", of), "document": mark("task-document", of), "criterion": mark("task-criterion", of),
        "source": "meeting", "by": by, "assigned_at": now - timedelta(days=1), "since": now - timedelta(days=1),
        "days": 5, "due_at": now + timedelta(days=7), "calendar": "-", "state": state, "person": person,
        "handed_at": now if state in (State.HANDED, State.CLOSED) else None, **more,
    }  # fmt: skip
    found, new = Task.objects.get_or_create(title=mark("task", of), unit=unit(code), defaults=given)
    if new:
        when = {"at": now, "due_at": found.due_at}
        Step.objects.create(task=found, move="report", to=state, reason=mark("task-step", of), by=by, **when)
        Milestone.objects.create(task=found, name=mark("task-milestone", of), due_at=found.due_at)
        _file(found, of)
    return found


def _file(of: Task, named: str) -> None:
    stored = f"tasks/{mark('task-file', named)}.txt"
    path: Path = settings.STEELYARD.media / stored
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(mark("task-content", named), "utf-8")
    Evidence.objects.create(
        task=of, stored=stored, name=f"{mark('task-name', named)}.txt", about=mark("task-about", named), size=14,
        digest="0" * 64, by=of.by, at=timezone.now(),
    )  # fmt: skip


def assist(code: str = "A1", helping: str = "A11") -> Task:
    found = task(code, State.WORKING)
    Assist.objects.get_or_create(task=found, unit=unit(helping))
    return found
