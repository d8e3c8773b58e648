"""Two who make one run at the same time: one waits for the other, and both end with a whole run."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from steelyard.bureau.asking.running import run
from steelyard.bureau.folder import Bureau
from steelyard.bureau.runs.holding import held
from steelyard.bureau.runs.order import Order
from steelyard.bureau.runs.saving import whole
from steelyard.bureau.sheets.publishing import publish
from tests.bureau.small_people import office

LONG = 60
"""Seconds after which a wait in a test has gone wrong."""


@pytest.fixture
def made(tmp_path: Path) -> Bureau:
    return office(tmp_path)


def test_a_run_that_is_being_written_is_waited_for_and_nothing_is_lost(made: Bureau) -> None:
    order, waits = Order(plan="units"), Event()
    first, second = run(made, order), run(made, order)

    def told(_: str, english: str) -> None:
        if english.startswith("another process is writing run units-"):
            waits.set()

    with ThreadPoolExecutor(1) as pool:
        later = []

        def begin_the_second(_: str, english: str) -> None:
            if english.startswith("writing the analysis sheets"):
                later.append(pool.submit(publish, second, progress=told, workers=1))
                assert waits.wait(LONG)

        one = publish(first, progress=begin_the_second, workers=1)
        other = later[0].result(LONG)
    assert one.folder == other.folder
    assert {path.name for path in one.sheets} == {path.name for path in (one.folder / "sheets").iterdir()}
    assert (one.folder / "run.json").is_file()
    assert list(made.runs.iterdir()) == [one.folder]
    assert list(one.folder.glob("*.writing")) == []


def test_the_lock_that_somebody_took_away_is_not_the_lock(tmp_path: Path) -> None:
    """Of three, the second waits at a name that the first takes away; the third must not get in beside the second."""
    inside, waits = [], [Event(), Event()]

    def one(number: int) -> None:
        with held(tmp_path / "run", lambda *_: waits[number].set()):
            inside.append(number)
            assert len(inside) == 1
            with (tmp_path / "run.lock").open():
                inside.remove(number)

    with ThreadPoolExecutor(2) as pool:
        with held(tmp_path / "run"):
            others = [pool.submit(one, number) for number in range(2)]
            assert all(event.wait(LONG) for event in waits)
        for other in others:
            other.result(LONG)
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_goes_with_the_next_writing(made: Bureau) -> None:
    ran = run(made, Order(plan="units"))
    folder = publish(ran, sheets="none").folder
    (folder / "0f.writing").write_text("half")
    (folder / "sheets.0f.writing").mkdir()
    (folder / "sheets.0f.writing" / "index.html").write_text("half")
    folder.with_name(f"{folder.name}.lock").touch()
    publish(ran, sheets="none")
    assert list(folder.glob("*.writing")) == []
    assert list(made.runs.iterdir()) == [folder]


def stop_after(_: int) -> None:
    raise LookupError


def test_two_who_write_one_file_do_not_meet_and_what_fails_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    with whole(path) as one, whole(path) as other:
        assert one != other
        one.write_text("one")
        other.write_text("other")
    assert path.read_text() == "one"
    with pytest.raises(LookupError), whole(path) as temporary:
        stop_after(temporary.write_text("half"))
    assert (os.listdir(tmp_path), path.read_text()) == (["results.csv"], "one")
