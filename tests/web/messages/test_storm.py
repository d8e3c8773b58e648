"""A storm of 10,000 messages, while tellers and senders are killed without a word: nothing is lost, nothing is doubled,
and nobody is told more often than he wants."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from steelyard.web.configuration import FILE, Configuration
from steelyard.web.messages.models import Delivery, Letter, Message, Preference, State
from tests.web.channels.receivers import Heard, receiver
from tests.web.people.world import account

PEOPLE, EACH, KILLS = 200, 50, 5
MOST, USUAL = 3, 2
"""Letters a day; the last one is kept for what is urgent."""
SLEEPERS, QUIET = 20, timedelta(hours=2)
"""How many are in their quiet hours, from so long ago to so long from now."""
CHANNEL = """
[messages]
site = "https://perf.example"
most = {most}
gather = 1
quiet = "00:00-00:00"

[messages.webhook]
url = "{url}"
secret = "hook.key"
inside = true
everybody = true
"""
HERE = Path(__file__).parent
ROOT = HERE.parents[2]


def begun(script: str, *arguments: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "steelyard.web.site.settings", "PYTHONPATH": str(ROOT)}
    return subprocess.Popen([sys.executable, str(HERE / script), *arguments], env=environment, stderr=subprocess.PIPE)


@contextmanager
def running(*many: subprocess.Popen[bytes]) -> Iterator[None]:
    try:
        yield
    finally:
        for one in many:
            one.kill()
            one.wait()


def until(what: str, done: Callable[[], bool], seconds: float = 60) -> None:
    ends = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < ends, what
        time.sleep(0.1)


def test_nothing_is_lost_or_doubled_in_a_storm(both: Configuration) -> None:
    asleep = _people()
    with receiver() as heard:
        with open(both.home / FILE, "a") as file:
            file.write(CHANNEL.format(most=MOST, url=heard.url))
        with open(os.open(both.home / "hook.key", os.O_CREAT | os.O_WRONLY, 0o600), "w") as file:
            file.write("key")
        _first_day(heard)
        assert not Letter.objects.filter(account__in=asleep).exists(), "nobody is woken"
        assert Message.objects.filter(outside=True).exclude(account__in=asleep).exists(), "the rest of the storm waits"
        _next_day()
    _came_out(heard)


def _people() -> list[int]:
    """Those of them who sleep just now."""
    made, now = [account(f"p{number}") for number in range(PEOPLE)], timezone.localtime()
    quiet = {"quiet_from": (now - QUIET).time(), "quiet_to": (now + QUIET).time(), "changed_at": now}
    Preference.objects.bulk_create(Preference(account=one, **quiet) for one in made[:SLEEPERS])
    return [one.pk for one in made[:SLEEPERS]]


def _first_day(heard: Heard) -> None:
    """Two tell at once, of whom one dies on the way; two workers send what there is, killed again and again. Then all
    is told once more."""
    one, other = begun("teller.py", str(EACH)), begun("teller.py", str(EACH))
    with running(one, other):
        until("messages come", Message.objects.exists)
        one.kill()
        for _ in range(KILLS):
            before, workers = len(heard.got), (begun("sender.py", "0"), begun("sender.py", "0"))
            with running(*workers):
                until("letters go out", lambda before=before: len(heard.got) > before + 5 or not _waits())
        assert (other.wait(60), other.stderr.read() if other.stderr else b"") == (0, b"")
    again = begun("teller.py", str(EACH))
    with running(again):
        assert again.wait(60) == 0
    found = Counter(Message.objects.values_list("account", flat=True))
    assert (len(found), set(found.values())) == (PEOPLE, {EACH})
    _sent(0, lambda: not _waits())


def _next_day() -> None:
    """A day and some hours on: everybody is awake, and may be told more."""
    _sent(24 + 3, lambda: not Message.objects.filter(outside=True).exists() and not _waits())


def _sent(hours: int, done: Callable[[], bool]) -> None:
    Delivery.objects.filter(state=State.SENDING).update(due="2020-01-01T00:00:00+08:00")  # nobody waits for the lease
    last = begun("sender.py", str(hours))
    with running(last):
        until("every letter went", done)


def _came_out(heard: Heard) -> None:
    """Every message stands in a letter, every letter came; twice only what a worker died over, and known by its id."""
    came = Counter(str(one["id"]) for one in whole(heard))
    assert set(came) == {str(one) for one in Delivery.objects.values_list("reference", flat=True)}
    assert sum(came.values()) - len(came) <= 2 * KILLS
    assert set(Delivery.objects.values_list("state", flat=True)) == {State.SENT}
    assert Message.objects.exclude(letter=None).count() == PEOPLE * EACH
    days = Counter((one, timezone.localdate(at)) for one, at in Letter.objects.values_list("account", "at"))
    assert max(days.values()) <= USUAL
    assert sum(days.values()) <= 3 * PEOPLE, "fifty messages are a letter or three"
    assert max(one["many"] for one in whole(heard)) == EACH


def whole(heard: Heard) -> list[dict[str, Any]]:
    """What came to its end: who is killed while he speaks is heard in part."""
    return [json.loads(body) for _, _, headers, body in heard.got if len(body) == int(headers["Content-Length"])]


def _waits() -> bool:
    return Delivery.objects.filter(state__in=(State.WAITING, State.SENDING)).exists()
