"""Acts and routines at once, on SQLite and PostgreSQL: of two the second is told, and nothing happens twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from steelyard.engine.problems import Refused
from steelyard.web.messages.models import Message
from steelyard.web.people.models import Account
from steelyard.web.tasks import ladder, lateness
from steelyard.web.tasks.models import Task, Told
from steelyard.web.tasks.moving import Said, move
from tests.web.databases import at_once
from tests.web.tasks.office import assigned, at, head, office, working

pytestmark = pytest.mark.usefixtures("home_of_both")


def test_of_two_who_move_at_once_the_second_is_told() -> None:
    task, boss, desk = assigned(), head(), office()

    def tried(name: str, by: Account, said: Said) -> Callable[[], str]:
        def act() -> str:
            try:
                return str(move(task.pk, name, 1, said, by=by, now=at("2026-07-01 09:00")).state)
            except Refused as refused:
                return refused.problems[0].code

        return act

    found = at_once(tried("accept", boss, Said()), tried("drop", desk, Said("不再需要")))
    assert sorted(found) in (["dropped", "task-over"], ["task-meanwhile", "working"], ["task-over", "working"])
    assert Task.objects.get().steps.count() == 2


def test_two_workers_at_once_tell_every_rung_and_every_lateness_once() -> None:
    head(), office()
    tasks = [working() for _ in range(5)]
    for when in ("2026-07-06 18:00", "2026-07-09 09:00", "2026-07-10 09:30"):
        at_once(*[lambda: ladder.climb(at(when)), lambda: lateness.watch(at(when))] * 2)  # noqa: B023  done at once
    assert Told.objects.count() == 3 * len(tasks)
    assert Message.objects.filter(kind="task-climbed").count() == 3 * len(tasks)
    assert sum(task.steps.filter(move="overdue").count() for task in tasks) == len(tasks)
