"""Who holds something until his act is done keeps nobody waiting for whom he waits: two at once, on both databases."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

import steelyard.web
from steelyard.web.configuration import Configuration
from steelyard.web.cycles.models import Run
from steelyard.web.people.acting import hold
from steelyard.web.people.models import Grant
from steelyard.web.people.registering.register import Picture, _units_there, bring
from steelyard.web.trail.recording import record
from tests.web.people.world import NOW, TODAY, account, bureau, grant, person, unit


def beside(do: Callable[[], Any]) -> threading.Thread:
    """It goes on in a connection of its own, as another process would."""

    def go() -> None:
        try:
            do()
        finally:
            connection.close()

    thread = threading.Thread(target=go)
    thread.start()
    return thread


def test_a_run_is_listed_while_the_one_who_asked_for_it_acts(both: Configuration) -> None:
    who = account("office-1")

    def listed() -> None:
        with transaction.atomic():
            Run.objects.create(
                folder="a", plan="all", plan_name="全部", period="2026", batch=1, digest="0" * 64, root="0" * 64,
                made_by=who, made_at=timezone.now(),
            )  # fmt: skip
            record("run.make", at=timezone.now(), actor=who.username)

    with transaction.atomic():
        hold(who)
        other = beside(listed)
        other.join(2)
        record("version.score", at=timezone.now(), actor=who.username)
    other.join(30)
    assert Run.objects.count() == 1
    assert both.home


def test_every_lock_lets_rows_be_written_that_only_point_at_what_it_holds() -> None:
    """PostgreSQL looks at what a row points at when its transaction ends, long after it has the end of the trail: by
    then nobody may hold that against keys which never change."""
    files = sorted(Path(steelyard.web.__file__).parent.rglob("*.py"))
    locks = [text for file in files for text in re.findall(r"select_for_update\([^\n]*", file.read_text("utf-8"))]
    assert len(locks) > 20
    assert [text for text in locks if "no_key=True" not in text] == []


def test_a_register_is_brought_while_one_of_those_who_move_acts(both: Configuration) -> None:
    bureau()
    first, second = (account(f"p{n}", person=person(f"p{n}", unit("A1")).code) for n in (1, 2))
    grant(first, "unit", unit("A1"))
    grant(second, "unit", unit("A1"))
    found = Picture(TODAY, {one.code: one for one in _units_there().values()}, {}, ())
    with transaction.atomic():
        hold(second)
        other = beside(lambda: bring(found, by=None, at=NOW))
        other.join(2)
        record("remark", at=NOW, actor=second.username)
    other.join(30)
    assert set(Grant.objects.values_list("state", flat=True)) == {"ended"}
    assert both.home
