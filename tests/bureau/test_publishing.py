"""A run is published whole, or it is no run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from steelyard.bureau.asking.running import run
from steelyard.bureau.folder import Bureau
from steelyard.bureau.runs.order import Order
from steelyard.bureau.runs.running import run_book
from steelyard.bureau.sheets.publishing import publish
from steelyard.bureau.telling import silent
from steelyard.engine.problems import Refused
from tests.bureau.small_people import RULES, office


@pytest.fixture
def made(tmp_path: Path) -> Bureau:
    return office(tmp_path)


def test_a_run_that_is_cut_short_anywhere_is_no_run(made: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its manifest comes last, after the persons: what stops the writing earlier leaves nothing that can be taken
    for a run, and the next run writes everything."""
    ran = run(made, Order(plan="units", uncertainty=False, history=False))
    place = os.replace
    for count in range(20):
        left = iter(range(count))

        def placing(old: Path, new: Path, left: Iterator[int] = left) -> None:
            if next(left, None) is None:
                raise KeyboardInterrupt
            place(old, new)

        monkeypatch.setattr(os, "replace", placing)
        try:
            folder = publish(ran, sheets="none").folder
        except KeyboardInterrupt:
            assert list(made.runs.glob("*/run.json")) == []
        else:
            break
    names = {path.name for path in folder.iterdir()}
    assert {"run.json", "scores.parquet", "results.xlsx", "persons.parquet", "accounts.parquet"} <= names
    assert count >= len(names)  # every file has been a place to stop at


def test_what_persons_lack_is_said_before_anything_is_written(tmp_path: Path) -> None:
    made = office(tmp_path, RULES.replace("days: calendar", "days: workdays"))
    ran = run(made, Order(plan="units", uncertainty=False, history=False))
    with pytest.raises(Refused) as refused:
        publish(ran, sheets="none")
    assert [problem.code for problem in refused.value.problems] == ["persons-no-calendar"]
    assert not made.runs.exists()


def test_rules_that_are_only_considered_cannot_be_published(made: Bureau) -> None:
    ran = run_book(made, Order(plan="units"), made.book(), made.tables(), silent)
    with pytest.raises(Refused) as refused:
        publish(ran, sheets="none")
    assert [problem.code for problem in refused.value.problems] == ["run-not-own"]
    assert not made.runs.exists()
