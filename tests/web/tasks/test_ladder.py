"""逐级提醒: owner, head, office, leader. A thousand tasks over half a year, with a worker that stands still at times:
nobody is skipped, nobody is told twice, and no task is lost."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random

import pytest
from django.conf import settings as site

from steelyard.engine.calendar import Calendar
from steelyard.web.library import rules
from steelyard.web.messages.models import Message
from steelyard.web.tasks import lateness, telling
from steelyard.web.tasks.clock import a_day, ends, minutes
from steelyard.web.tasks.ladder import LADDER, climb, waits
from steelyard.web.tasks.models import RUNNING, State, Task, Told
from tests.web.people.world import unit, with_role
from tests.web.tasks.office import NOW, at, go, handed, head, of_person, office, working

pytestmark = pytest.mark.usefixtures("home")


def told() -> list[tuple[int, str]]:
    rows = Message.objects.filter(kind="task-climbed").order_by("pk")
    return [(int(one.key.rsplit(":", 1)[1]), one.account.username) for one in rows]


def test_each_is_told_after_the_time_of_the_one_before() -> None:
    who, boss, desk, leader = of_person(), head(), office(), with_role("leader", "A")
    working(person="n-A1")
    for when in ("2026-07-06 17:29", "2026-07-06 17:30", "2026-07-08 17:29", "2026-07-08 17:30", "2026-07-09 17:29",
                 "2026-07-09 17:30", "2026-07-13 17:29", "2026-07-13 17:30", "2026-08-03 09:00"):  # fmt: skip
        climb(at(when))
    assert told() == [(0, who.username), (1, boss.username), (2, desk.username), (3, leader.username)]
    assert [one.at for one in Told.objects.all()] == [
        at("2026-07-06 17:30"), at("2026-07-08 17:30"), at("2026-07-09 17:30"), at("2026-07-13 17:30")
    ]  # fmt: skip


def test_a_bureau_sets_its_own_times() -> None:
    """The owner is urged three days ahead, the office told two days after, and the leader never before the office."""
    head(), office(), with_role("leader", "A")
    site.STEELYARD = replace(site.STEELYARD, urge_days=3, office_days=2, leader_days=1)
    working()
    for when in ("2026-07-03 17:30", "2026-07-08 17:30", "2026-07-09 17:30", "2026-07-10 17:30", "2026-07-10 17:31"):
        climb(at(when))
    assert [one.at for one in Told.objects.all()] == [
        at("2026-07-03 17:30"), at("2026-07-08 17:30"), at("2026-07-10 17:30"), at("2026-07-10 17:31")
    ]  # fmt: skip


def test_after_a_stand_still_everybody_has_his_own_time_nevertheless() -> None:
    head(), office(), with_role("leader", "A")
    working()
    seen = []
    for when in ("2026-07-20 09:00", "2026-07-20 09:01", "2026-07-20 09:02", "2026-07-21 09:01", "2026-07-21 09:02",
                 "2026-07-23 09:01", "2026-07-23 09:02"):  # fmt: skip
        climb(at(when))
        seen.append(Task.objects.get().rung)
    assert seen == [1, 2, 2, 3, 3, 4, 4]


def test_what_is_handed_in_climbs_no_further_and_an_extension_begins_anew() -> None:
    head(), office()
    handed(late=at("2026-07-07 10:00"))
    task = working()
    climb(at("2026-07-07 11:00"))
    go(task, "extend", at("2026-07-07 12:00"), office(), "名单增加", days=5)
    climb(at("2026-07-08 18:00"))
    climb(at("2026-07-13 17:30"))
    assert list(Told.objects.values_list("task", "round", "rung")) == [(task.pk, 1, 0), (task.pk, 2, 0)]


def test_where_nobody_holds_a_rung_that_is_written_down_and_the_next_is_told() -> None:
    office()
    task = Task.objects.get(pk=working().pk)
    for one in head().grants.all():
        one.delete()
    climb(at("2026-07-09 09:00"))
    assert Told.objects.get().many == 0
    assert task.steps.get(move="rung-0").reason == ""
    climb(at("2026-07-09 09:01"))
    climb(at("2026-07-10 09:02"))
    assert told()[-1][0] == 2


def test_a_process_that_dies_in_the_midst_tells_nobody_twice_and_forgets_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    head()
    for _ in range(3):
        working()
    real, calls = telling.say, []

    def dies(*given: object, **more: object) -> None:
        calls.append(given)
        if len(calls) == 2:
            raise KeyboardInterrupt
        real(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(telling, "say", dies)
    with pytest.raises(KeyboardInterrupt):
        climb(at("2026-07-07 09:00"))
    assert (Told.objects.count(), len(told())) == (1, 1)
    climb(at("2026-07-07 09:01"))
    assert (Told.objects.count(), len(told())) == (3, 3)


# ---- a thousand tasks ----

MANY = 1000


def thousand(random: Random, calendar: Calendar) -> dict[int, datetime | None]:
    """Tasks with terms of 1 to 40 working days, of which a fifth are never done: number -> when it is handed in."""
    place, by = unit("A1"), office()
    rows = []
    for at_ in range(MANY):
        since = NOW + timedelta(days=random.randrange(60), hours=random.randrange(8))
        term = random.randint(1, 40)
        due = ends(calendar, calendar.add_workdays(since.date(), term))
        rows.append(
            Task(title=f"任务{at_}", text="办理", source="meeting", document="会", criterion="报告", unit=place, by=by,
                 state=random.choice(RUNNING), assigned_at=since, since=since, days=term, due_at=due,
                 calendar=calendar.digest)
        )  # fmt: skip
    made = Task.objects.bulk_create(rows)
    return {
        one.pk: None if random.random() < 0.2 else one.assigned_at + timedelta(hours=random.randrange(24 * 70))
        for one in made
    }


def test_a_thousand_tasks_climb_without_a_skip_and_none_is_lost() -> None:
    """Half a year; the worker looks now after hours, now after days of standing still."""
    head(), office(), with_role("leader", "A")
    random, calendar = Random(20260701), rules.calendar()
    ending, now = thousand(random, calendar), NOW
    while now < at("2026-12-01 00:00"):
        done = [pk for pk, when in ending.items() if when is not None and when <= now]
        Task.objects.filter(pk__in=done, state__in=RUNNING).update(state=State.HANDED, handed_at=now)
        lateness.watch(now)
        climb(now)
        now += timedelta(hours=random.choice((3, 5, 11, 26, 26, 50, 200)))
    rows = defaultdict(list)
    for one in Told.objects.order_by("pk").values_list("task", "rung", "at"):
        rows[one[0]].append(one[1:])
    for number, climbed in rows.items():
        assert [rung for rung, _ in climbed] == list(range(len(climbed))), "a rung was skipped, doubled or out of order"
        for (_, before), (rung, after) in pairwise(climbed):
            due = Task.objects.get(pk=number).due_at
            assert minutes(calendar, before, after) >= waits()[rung] * a_day(calendar, due), "too little time"
    never = list(Task.objects.filter(state__in=RUNNING))
    assert never, "some are never done"
    assert all(len(rows[one.pk]) == len(LADDER) for one in never), "one of these was lost on the way"
    assert all(one.late_at == one.due_at for one in never)
    assert Message.objects.filter(kind="task-climbed").count() == sum(map(len, rows.values()))
