"""The office takes a rater off an item for a conflict that his roles do not show; the rest is as after a recusal."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site
from django.test import Client
from django.urls import reverse

from steelyard.engine.problems import Refused
from steelyard.web.entries import judging
from steelyard.web.entries.models import Panel, Stage
from steelyard.web.entries.opening import open_panel
from steelyard.web.entries.recusal import Raters
from steelyard.web.people.models import Account
from steelyard.web.trail.models import Event
from tests.web.entries.panel import AGREED, HELD, NOW, TODAY, UNITS, given, office, opened, rated, raters, wanted
from tests.web.people.world import sign_in, with_role

PROVINCE = Path(__file__).resolve().parents[3] / "examples" / "province"


@pytest.fixture(autouse=True)
def world(db: None, tmp_path: Path, settings: Any) -> None:  # noqa: ARG001  tables must be there
    settings.STEELYARD = replace(site.STEELYARD, home=tmp_path, bureau=str(PROVINCE))


def release(panel: Panel, whom: Account | None, reason: str = "其配偶在被评单位任职") -> Panel:
    return judging.move(panel.pk, "release", reason, by=office(), now=NOW, whom=whom)


def three(*points: tuple[str, ...]) -> tuple[Panel, list[Account]]:
    who = [*raters(), with_role("assessor", "P2")]
    panel = open_panel(wanted(), who, by=office(), now=NOW)
    for one, row in zip(who, points, strict=False):
        judging.rate(panel.pk, given(*row), by=one, now=NOW)
        judging.hand_in(panel.pk, by=one, now=NOW)
    panel.refresh_from_db()
    return panel, who


def codes(act: Any) -> list[str]:
    with pytest.raises(Refused) as refused:
        act()
    return [problem.code for problem in refused.value.problems]


def test_the_ratings_of_a_released_rater_no_longer_count_and_the_others_are_weighed_anew() -> None:
    panel, who = three(*AGREED, HELD[1])
    assert panel.stage == Stage.HELD
    assert release(panel, who[2]).stage == Stage.AGREED
    panel.refresh_from_db()
    assert (panel.stage, panel.alpha) == (Stage.AGREED, "0.935")
    assert judging.table(panel)["A1"][2] is None
    assert panel.ratings.exclude(replaced=None).count() == len(UNITS)  # they stay in the history
    told = Event.objects.get(act="panel-release").detail
    assert (told["rater"], told["reason"]) == (who[2].username, "其配偶在被评单位任职")
    assert judging.move(panel.pk, "count", "", by=office(), now=NOW).stage == Stage.COUNTED


def test_nobody_waits_for_who_was_released_before_he_handed_in_and_he_rates_no_more() -> None:
    panel, who = three(*AGREED)
    assert panel.stage == Stage.OPEN
    assert release(panel, who[2]).stage == Stage.AGREED
    panel.refresh_from_db()
    judging.move(panel.pk, "reopen", "再议", by=office(), now=NOW)
    assert codes(lambda: judging.rate(panel.pk, given("0", "0", "0"), by=who[2], now=NOW)) == ["panel-rater"]
    assert codes(lambda: judging.move(panel.pk, "join", "回来", by=office(), now=NOW, whom=who[2])) == ["panel-joins"]


def test_too_few_who_are_left_hold_the_item_until_another_one_joins() -> None:
    panel, (first, second), third = rated(opened(), *AGREED), raters(), with_role("assessor", "P2")
    assert release(panel, second).stage == Stage.HELD
    panel.refresh_from_db()
    assert [one.pk for one in Raters(panel, TODAY).short] == list(UNITS)
    assert codes(lambda: judging.move(panel.pk, "rule", "已说明", by=with_role("committee"), now=NOW)) == [
        "panel-short"
    ]
    judging.move(panel.pk, "join", "接替评委2", by=office(), now=NOW, whom=third)
    judging.rate(panel.pk, given(*AGREED[1]), by=third, now=NOW)
    assert judging.hand_in(panel.pk, by=third, now=NOW).stage == Stage.AGREED
    assert release(panel, first).stage == Stage.HELD
    assert release(panel, third).stage == Stage.OPEN  # nobody is left: somebody has to join


def test_who_is_no_rater_or_was_counted_is_not_released() -> None:
    panel, (first, _) = rated(opened(), *AGREED), raters()
    assert codes(lambda: release(panel, None)) == codes(lambda: release(panel, office())) == ["panel-releases"]
    assert codes(lambda: release(panel, first, "")) == ["panel-reason"]
    judging.move(panel.pk, "count", "", by=office(), now=NOW)
    other = {"A1": judging.Given("1.5", "另有依据", "补充报告")}
    assert judging.correct(panel.pk, other, by=first, now=NOW).stage == Stage.AGREED
    assert codes(lambda: release(panel, first)) == ["panel-released-late"]


def test_the_page_offers_it_to_the_office_and_hides_the_item_from_who_was_released() -> None:
    panel, who = three(*AGREED)
    page, desk, rater = reverse("panel", args=[panel.pk]), Client(), Client()
    sign_in(desk, office())
    sign_in(rater, who[2])
    assert rater.get(page).status_code == 200
    assert "解除评委" in desk.get(page).content.decode()
    desk.post(reverse("panel-release", args=[panel.pk]), {"rater": who[2].pk, "reason": "与被评单位有关"})
    assert "已解除" in desk.get(page).content.decode()
    assert rater.get(page).status_code == 404
    assert panel.name not in rater.get("/").content.decode()
