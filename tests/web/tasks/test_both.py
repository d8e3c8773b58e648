"""Acts and routines at once, on SQLite and PostgreSQL: of two the second is told, and nothing happens twice."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from random import Random

import pytest

from steelyard.engine.problems import Refused
from steelyard.web.configuration import Configuration
from steelyard.web.messages.models import Message
from steelyard.web.people.models import Account
from steelyard.web.tasks import ladder, lateness
from steelyard.web.tasks.models import Task, Told
from steelyard.web.tasks.moving import Said, move
from tests.web.databases import at_once
from tests.web.tasks.office import assigned, at, head, office, opened, working

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


WORKER = """
import django, sys
django.setup()
from steelyard.web.tasks import ladder, lateness
from tests.web.tasks.office import at, opened
from django.conf import settings
opened(settings.STEELYARD.home)
print("begun", flush=True)
for when in ("2026-07-06 18:00", "2026-07-09 09:00", "2026-07-10 09:30"):
    lateness.watch(at(when))
    ladder.climb(at(when))
print("done", flush=True)
"""


def test_a_worker_that_is_killed_at_any_moment_loses_and_doubles_nothing(both: Configuration) -> None:
    head(), office()
    tasks = [working() for _ in range(40)]
    opened(both.home)
    random, killed = Random(9), 0
    while True:
        worker = subprocess.Popen([sys.executable, "-c", WORKER], stdout=subprocess.PIPE, text=True)
        assert worker.stdout is not None
        assert worker.stdout.readline() == "begun\n"
        if killed < 6:
            time.sleep(random.uniform(0.02, 0.5))
            worker.kill()
            killed += 1
            worker.wait()
            continue
        assert worker.communicate(timeout=120)[0] == "done\n"
        break
    rungs = [list(task.told.order_by("rung").values_list("rung", flat=True)) for task in tasks]
    assert rungs == [[0, 1, 2]] * len(tasks)
    assert Message.objects.filter(kind="task-climbed").count() == 3 * len(tasks)
    assert [task.steps.filter(move="overdue").count() for task in tasks] == [1] * len(tasks)
    assert Task.objects.filter(rung=3, late_at=at("2026-07-08 17:30")).count() == len(tasks)
