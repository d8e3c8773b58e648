"""Alerts at once, on both databases: nothing is done twice, and the last answer hands back once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from steelyard.engine.problems import Refused
from steelyard.web.messages.models import Message
from steelyard.web.watch.answering import answer, move
from steelyard.web.watch.models import Alert, State, Step
from tests.web.databases import at_once
from tests.web.people.world import NOW, account, grant, unit
from tests.web.watch.night import assessor, issue, night, pushed, raised, units

pytestmark = pytest.mark.usefixtures("home_of_both")


def tried(act: Callable[[], Any]) -> Callable[[], str]:
    def go() -> str:
        try:
            return str(act().state)
        except Refused as refused:
            return refused.problems[0].code

    return go


def test_of_two_who_verify_and_dismiss_one_is_first() -> None:
    one, first, second = raised(), assessor(), account("another")
    grant(second, "assessor", unit("P"))
    found = at_once(
        tried(lambda: move(one, "verify", "", by=first, now=NOW)),
        tried(lambda: move(one, "dismiss", "不是", by=second, now=NOW)),
    )
    assert "alert-move" in found
    assert Step.objects.count() == 1


def test_units_that_answer_last_at_once_hand_back_once() -> None:
    first, second = units()
    one = pushed()
    parts = list(one.asked.order_by("unit"))
    found = at_once(
        tried(lambda: answer(parts[0], "一", by=first, now=NOW)),
        tried(lambda: answer(parts[1], "二", by=second, now=NOW)),
    )
    assert sorted(found) == [State.ANSWERED, State.PUSHED]
    assert Alert.objects.get().state == State.ANSWERED
    assert Message.objects.filter(kind="alert-answered").count() == 1


def test_two_looks_at_once_raise_an_alert_once() -> None:
    for code in ("A1", "B1"):
        unit(code)
    raised("old")
    at_once(*(lambda: night(issue("old", (0,)), issue("new", (1,))) for _ in range(2)))
    assert Alert.objects.filter(key="new", state=State.RAISED).count() == 1
