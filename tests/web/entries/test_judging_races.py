"""评定, both databases: the last two who hand in, and two who count at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from steelyard.engine.problems import Refused
from steelyard.web.configuration import Configuration
from steelyard.web.cycles.models import Delivery
from steelyard.web.entries import judging
from steelyard.web.entries.models import Rating, Stage
from tests.web.databases import at_once
from tests.web.entries.panel import AGREED, NOW, given, office, opened, raters
from tests.web.people.world import bureau

BUREAU = Path(__file__).parents[3] / "examples" / "province"


def tried(act: Any) -> str:
    try:
        act()
    except Refused as refused:
        return refused.problems[0].code
    return "done"


@pytest.mark.django_db(databases=[])
def test_two_who_hand_in_at_once_are_both_in_and_weighed_once(both: Configuration, settings: Any) -> None:
    settings.STEELYARD = replace(both, bureau=str(BUREAU))
    bureau()
    panel, people = opened(), raters()
    for who, points in zip(people, AGREED, strict=True):
        judging.rate(panel.pk, given(*points), by=who, now=NOW)
    acts = [lambda who=who: tried(lambda: judging.hand_in(panel.pk, by=who, now=NOW)) for who in people]
    assert at_once(*acts) == ["done", "done"]
    panel.refresh_from_db()
    assert (panel.stage, panel.alpha) == (Stage.AGREED, "0.935")
    counting = lambda: tried(lambda: judging.move(panel.pk, "count", "", by=office(), now=NOW))  # noqa: E731
    assert sorted(at_once(counting, counting)) == ["done", "panel-over"]
    assert Delivery.objects.count() == 1


@pytest.mark.django_db(databases=[])
def test_the_same_rating_sent_twice_at_once_is_one(both: Configuration, settings: Any) -> None:
    settings.STEELYARD = replace(both, bureau=str(BUREAU))
    bureau()
    panel, (first, _) = opened(), raters()
    sending = lambda: tried(lambda: judging.rate(panel.pk, given("1", "2", "3"), by=first, now=NOW))  # noqa: E731
    assert at_once(sending, sending) == ["done", "done"]
    assert Rating.objects.filter(replaced=None).count() == 3
