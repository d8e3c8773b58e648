"""Jobs: asked once, taken by one, told, cancelled, lost and found again, on both databases."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from steelyard.engine.problems import Problem
from steelyard.web.configuration import Configuration
from steelyard.web.jobs import asking
from steelyard.web.jobs.asking import ask, cancel
from steelyard.web.jobs.claiming import claim, end, give_back, keep
from steelyard.web.jobs.context import Cancelled, Context
from steelyard.web.jobs.models import Job, State
from steelyard.web.jobs.tied import PARENT
from steelyard.web.jobs.working import Worker
from steelyard.web.trail.models import Event
from tests.web.databases import at_once
from tests.web.jobs import trial  # noqa: F401  the kind that is asked for

pytestmark = pytest.mark.usefixtures("both")
ROOT = Path(__file__).resolve().parents[3]
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def asked(given: dict[str, Any] | None = None, **more: Any) -> Job:
    job = ask("trial", given or {}, **{"by": "li", "now": NOON, **more})
    assert isinstance(job, Job), job
    return job


def acts() -> list[str]:
    return list(Event.objects.values_list("act", flat=True))


def test_one_form_is_one_job_however_often_it_is_sent() -> None:
    first, again = asked(key="form-1"), asked(key="form-1")
    others = asked(key="form-1", by="wang"), asked(key="form-2"), asked()
    assert first == again
    assert len({first, *others}) == 4 == Job.objects.count()
    sent = at_once(*[lambda: asked(key="form-9")] * 4)
    assert len(sent) == 4
    assert len(set(sent)) == 1
    assert acts() == ["job.ask"] * 5


def test_nobody_fills_the_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "MOST_OWN", 3)
    monkeypatch.setattr(asking, "MOST", 5)
    asked(by="wang")
    found = at_once(*[lambda: ask("trial", {}, by="li", now=NOON)] * 6)
    refused = [one for one in found if isinstance(one, Problem)]
    assert [problem.code for problem in refused] == ["job-too-many-own"] * 3
    asked(by="wang")
    last = ask("trial", {}, by="zhao", now=NOON)
    assert isinstance(last, Problem)
    assert (last.code, last.params) == ("job-too-many", {"open": 5, "most": 5})
    assert isinstance(ask("trial", {}, by="", now=NOON), Job), "what the site asks of itself is not counted"
    unknown = ask("nothing", {}, by="li", now=NOON)
    assert isinstance(unknown, Problem)
    assert unknown.code == "job-kind-unknown"
    assert acts().count("job.ask") == Job.objects.count() == 6


def test_two_workers_never_get_one_job() -> None:
    jobs = {asked().pk for _ in range(4)}
    found = at_once(*[lambda name=name: claim(f"w{name}", NOON) for name in range(8)])  # type: ignore[misc]
    taken = [job.pk for job in found if job is not None]
    assert len(taken) == len(set(taken))
    while (job := claim("last", NOON)) is not None:
        taken.append(job.pk)
    assert sorted(taken) == sorted(jobs)
    assert acts().count("job.begin") == 4


def test_who_asked_first_is_served_first() -> None:
    later, first = asked(now=NOON + timedelta(minutes=1)), asked()
    assert [claim("w", NOON), claim("w", NOON), claim("w", NOON)] == [first, later, None]


def test_a_lease_that_ran_out_gives_the_job_to_another_and_the_former_holder_changes_nothing() -> None:
    asked()
    lease = timedelta(seconds=30)
    first = claim("first", NOON, lease)
    assert first is not None
    assert claim("second", NOON + timedelta(seconds=29), lease) is None
    assert keep(first.pk, first.attempts, NOON + timedelta(seconds=20), lease)
    assert claim("second", NOON + timedelta(seconds=49), lease) is None
    second = claim("second", NOON + timedelta(seconds=51), lease)
    assert second is not None
    assert (second.pk, second.attempts, second.lost) == (first.pk, 2, 1)
    assert not keep(first.pk, first.attempts, NOON, lease)
    assert not end(first.pk, first.attempts, State.DONE, NOON, {"wrong": 1})
    assert not give_back(first.pk, first.attempts, NOON)
    with pytest.raises(Cancelled):
        Context(first.pk, first.attempts).progress("还在做", "still at it", 90)
    second.refresh_from_db()
    assert (second.state, second.share, second.came_to) == (State.RUNNING, 0, {})
    assert acts() == ["job.ask", "job.begin", "job.resume"]


def test_a_job_that_kills_its_workers_is_given_up_with_words() -> None:
    job = asked()
    for turn in range(3):
        assert claim("w", NOON + turn * timedelta(hours=1)) is not None
    assert claim("w", NOON + timedelta(hours=3)) is None
    job.refresh_from_db()
    assert job.state == State.FAILED
    assert job.problems[0]["code"] == "job-lost"
    assert "3 次" in job.problems[0]["zh"]
    assert acts()[-1] == "job.failed"


def test_a_waiting_job_is_cancelled_at_once_and_an_ended_one_not_at_all() -> None:
    job = asked()
    assert cancel(job.pk, by="li", now=NOON) is None
    job.refresh_from_db()
    assert (job.state, job.ended) == (State.CANCELLED, NOON)
    again = cancel(job.pk, by="li", now=NOON)
    assert again is not None
    assert again.code == "job-over"
    assert claim("w", NOON) is None
    assert acts() == ["job.ask", "job.cancel"]


# From here on real workers and real processes.


@pytest.fixture
def trials(both: Configuration, monkeypatch: pytest.MonkeyPatch) -> Configuration:
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "tests.web.jobs.trial_settings")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    return both


class Given(dict[str, Any]):
    def __init__(self, folder: Path, do: str) -> None:
        super().__init__(do=do, mark=str(folder / f"{do}.mark"), until=str(folder / "go"))

    def starts(self) -> list[int]:
        mark = Path(self["mark"])
        return [int(line) for line in mark.read_text().split()] if mark.exists() else []

    def go(self) -> None:
        Path(self["until"]).touch()


def until(true: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


@pytest.mark.usefixtures("trials")
@pytest.mark.parametrize(
    ("do", "state", "code"),
    [
        ("", State.DONE, ""),
        ("refuse", State.FAILED, "job-kind-unknown"),
        ("break", State.FAILED, "job-broke"),
        ("memory", State.FAILED, "job-machine"),
        ("die", State.FAILED, "job-died"),
    ],
)
def test_whatever_becomes_of_work_the_worker_lives_and_tells(tmp_path: Path, do: str, state: State, code: str) -> None:
    job = asked(Given(tmp_path, do))
    worker = Worker(now=lambda: NOON)
    assert worker.one()
    assert not worker.one()
    job.refresh_from_db()
    assert (job.state, [problem["code"] for problem in job.problems]) == (state, [code] if code else [])
    assert "secret" not in str(job.problems)
    assert (job.came_to, job.share) == (({"sum": 42}, 100) if not do else ({}, 0))
    assert acts() == ["job.ask", "job.begin", f"job.{state.value}"]


@pytest.mark.usefixtures("trials")
@pytest.mark.parametrize("do", ["break", "memory", "die"])
@pytest.mark.parametrize(("kind", "words"), [("trial", "没有留下半成品"), ("trial-parts", "已经办完的部分仍然有效")])
def test_work_that_stops_on_the_way_does_not_deny_the_parts_that_are_done(
    tmp_path: Path, do: str, kind: str, words: str
) -> None:
    job = ask(kind, Given(tmp_path, do), by="li", now=NOON)
    assert isinstance(job, Job)
    assert Worker(now=lambda: NOON).one()
    job.refresh_from_db()
    assert words in job.problems[0]["zh"]


@pytest.mark.usefixtures("trials")
def test_whoever_cancels_work_of_several_parts_hears_that_some_may_be_done(tmp_path: Path) -> None:
    given = Given(tmp_path, "wait")
    job = ask("trial-parts", given, by="li", now=NOON)
    assert isinstance(job, Job)
    worker = threading.Thread(target=_alone, args=(Worker(lease=timedelta(seconds=5)).one,))
    worker.start()
    until(lambda: bool(given.starts()))
    assert cancel(job.pk, by="li", now=NOON) is None
    worker.join(60)
    job.refresh_from_db()
    assert (job.state, [one["code"] for one in job.problems]) == (State.CANCELLED, ["job-stopped"])


@pytest.mark.usefixtures("trials")
def test_progress_is_seen_and_cancelled_work_stops(tmp_path: Path) -> None:
    given = Given(tmp_path, "wait")
    job = asked(given)
    worker = threading.Thread(target=_alone, args=(Worker(lease=timedelta(seconds=5)).one,))
    worker.start()
    until(lambda: Job.objects.get(pk=job.pk).share == 40)
    assert Job.objects.get(pk=job.pk).said_zh == "等待"
    assert cancel(job.pk, by="li", now=NOON) is None
    worker.join(60)
    job.refresh_from_db()
    assert job.state == State.CANCELLED


@pytest.mark.usefixtures("trials")
def test_work_that_hears_nothing_is_ended_when_it_is_cancelled(tmp_path: Path) -> None:
    given = Given(tmp_path, "sleep")
    job = asked(given)
    worker = threading.Thread(target=_alone, args=(Worker(lease=timedelta(seconds=2), grace=0.1).one,))
    worker.start()
    until(lambda: bool(given.starts()))
    cancel(job.pk, by="li", now=NOON)
    worker.join(60)
    job.refresh_from_db()
    assert job.state == State.CANCELLED
    assert not alive(given.starts()[0])


def _alone(act: Callable[[], Any]) -> None:
    try:
        act()
    finally:
        connection.close()


def alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().split(")")[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


LOOP = (
    "import django; django.setup()\n"
    "from datetime import timedelta\n"
    "from steelyard.web.jobs import working\n"
    "from steelyard.web.jobs.tied import tie\n"
    "import signal\n"
    "worker = working.Worker(lease=timedelta(seconds=3))\n"
    "signal.signal(signal.SIGTERM, worker.stop)\n"
    "tie()\n"
    "worker.until_stopped()\n"
)


@pytest.fixture
def worker(trials: Configuration) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:  # noqa: ARG001  its place in the order
    """Starts workers as processes; those that still live are ended."""
    begun: list[subprocess.Popen[bytes]] = []

    def begin() -> subprocess.Popen[bytes]:
        environment = {**os.environ, PARENT: str(os.getpid())}
        begun.append(subprocess.Popen([sys.executable, "-c", LOOP], env=environment))
        return begun[-1]

    yield begin
    for one in begun:
        one.kill()
        one.wait()


def test_a_killed_worker_takes_its_work_with_it_and_another_one_resumes(
    worker: Callable[[], subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    given = Given(tmp_path, "wait")
    job = asked(given)
    first = worker()
    until(lambda: len(given.starts()) == 1)
    first.send_signal(signal.SIGKILL)
    until(lambda: not alive(given.starts()[0]))
    worker()
    until(lambda: len(given.starts()) == 2)
    given.go()
    until(lambda: Job.objects.get(pk=job.pk).state == State.DONE)
    job.refresh_from_db()
    assert (job.attempts, job.lost, job.came_to) == (2, 1, {"sum": 42})
    assert acts() == ["job.ask", "job.begin", "job.resume", "job.done"]


def test_a_worker_that_is_stopped_in_good_order_gives_its_job_back(
    worker: Callable[[], subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    given = Given(tmp_path, "wait")
    job = asked(given)
    first = worker()
    until(lambda: len(given.starts()) == 1)
    first.terminate()
    assert first.wait(60) == 0
    job.refresh_from_db()
    assert (job.state, job.lost) == (State.WAITING, 0)
    assert not alive(given.starts()[0])
