"""Each working morning: the twenty tasks most likely to be late, told once, learnt from the bureau's own history."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

import pytest

from steelyard.web.library import rules
from steelyard.web.messages.models import Message
from steelyard.web.tasks.clock import ends, late
from steelyard.web.tasks.models import Morning, State, Step, Task
from steelyard.web.tasks.outlook.morning import each_morning
from steelyard.web.tasks.outlook.risk import at_risk
from tests.web.people.world import unit
from tests.web.tasks.office import NOW, assigned, at, go, office, working

pytestmark = pytest.mark.usefixtures("home")


def test_it_is_told_once_as_office_hours_begin_and_on_working_days_alone() -> None:
    desk, task = office(), working(days=20)
    for when in ("2026-07-04 10:00", "2026-07-06 08:59", "2026-07-06 09:00", "2026-07-06 09:01", "2026-07-06 17:00"):
        each_morning(at(when))
    (morning,) = Morning.objects.all()
    assert (str(morning.day), [row[0] for row in morning.rows], morning.learnt) == ("2026-07-06", [task.pk], 0)
    assert list(Message.objects.filter(kind="task-risk").values_list("account", flat=True)) == [desk.pk]
    each_morning(at("2026-07-07 09:00"))
    assert Message.objects.filter(kind="task-risk").count() == 2


def test_twenty_at_most_and_none_that_is_late_handed_in_or_over() -> None:
    running = [assigned(days=20) for _ in range(25)]
    go(running[0], "drop", NOW, office(), "不再需要")
    Task.objects.filter(pk=running[1].pk).update(due_at=NOW)
    Task.objects.filter(pk=running[2].pk).update(state=State.HANDED)
    found, model = at_risk(rules.calendar(), at("2026-07-06 09:00"))
    assert (len(found), model.tasks) == (20, 0)
    assert not {one.task.pk for one in found} & {one.pk for one in running[:3]}
    assert [one.chance for one in found] == sorted((one.chance for one in found), reverse=True)


def test_what_was_not_accepted_and_has_used_its_time_comes_first() -> None:
    fresh, worn = assigned(at("2026-07-06 09:00"), days=10), assigned(NOW, days=4)
    (first, second), _ = at_risk(rules.calendar(), at("2026-07-06 10:00"))
    assert (first.task.pk, second.task.pk) == (worn.pk, fresh.pk)
    assert "unaccepted" in first.reasons


def history(slow: str, quick: str, many: int = 200) -> None:
    """One unit is late in two of three, the other in one of ten."""
    random, calendar, by = Random(4), rules.calendar(), office()
    for at_ in range(many):
        place = slow if at_ % 2 else quick
        since: datetime = NOW - timedelta(days=60 + at_ % 100)
        due = ends(calendar, since.date() + timedelta(days=14))
        is_late = random.random() < (0.66 if place == slow else 0.1)
        done = due + timedelta(days=3) if is_late else due - timedelta(hours=8)
        task = Task(
            title="往年", text="x", source="meeting", document="会", criterion="报告", unit=unit(place), by=by, days=10,
            state=State.CLOSED, assigned_at=since, since=since, due_at=due, calendar="-", handed_at=done,
        )  # fmt: skip
        late(task, calendar, done)
        task.save()
        Step.objects.create(task=task, move="accept", to=State.WORKING, due_at=due, by=by, at=since)


def test_with_a_history_owners_who_were_late_before_come_first() -> None:
    history("A1", "B1")
    slow, quick = assigned(days=10, unit="A1"), assigned(days=10, unit="B1")
    found, model = at_risk(rules.calendar(), at("2026-07-06 09:00"))
    assert model.tasks == 200
    chances = {one.task.pk: one.chance for one in found}
    assert chances[slow.pk] > 2 * chances[quick.pk]
    assert "rate" in next(one.reasons for one in found if one.task.pk == slow.pk)
