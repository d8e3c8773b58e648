"""评定: blind until all are in, nobody judges his own unit, what does not agree is held back, corrections stay."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from steelyard.bureau.entered import Terms
from steelyard.engine.problems import Refused
from steelyard.web.configuration import Configuration
from steelyard.web.cycles.models import Delivery
from steelyard.web.entries import judging
from steelyard.web.entries.judging import Given
from steelyard.web.entries.models import Panel, Rating, Stage
from steelyard.web.entries.moves import MOVES, allowed
from steelyard.web.entries.numbers import number
from steelyard.web.entries.opening import open_panel
from steelyard.web.entries.recusal import Raters
from steelyard.web.jobs.models import Job, State
from steelyard.web.people import deciding
from steelyard.web.people.models import Account
from steelyard.web.trail.models import Event
from tests.web.entries.panel import AGREED, HELD, ITEM, NOW, TODAY, UNITS, given, office, opened, rated, raters, wanted
from tests.web.people.world import bureau, grant, person, unit, with_role

BUREAU = Path(__file__).parents[3] / "examples" / "province"


def codes(refused: Any) -> list[str]:
    return [problem.code for problem in refused.value.problems]


@pytest.fixture
def world(db: None, tmp_path: Path, settings: Any) -> None:  # noqa: ARG001  tables must be there
    settings.STEELYARD = Configuration(tmp_path, bureau=str(BUREAU))
    bureau()


pytestmark = pytest.mark.usefixtures("world")


def test_the_policy_says_what_the_table_of_moves_says() -> None:
    policy = yaml.safe_load((Path(deciding.__file__).parent / "policy.yaml").read_text("utf8"))
    assert {name: policy[name]["allow"] for name in allowed()} == allowed()


def test_fewer_raters_than_the_terms_want_open_nothing() -> None:
    with pytest.raises(Refused) as refused:
        open_panel(wanted(due=NOW.date() - timedelta(days=1)), raters()[:1], by=office(), now=NOW)
    assert sorted(codes(refused)) == ["panel-due", "panel-raters"]
    with pytest.raises(Refused) as refused:
        open_panel(replace(wanted(), units=()), [*raters(), with_role("group")], by=office(), now=NOW)
    assert sorted(codes(refused)) == ["panel-rater-role", "panel-units"]
    with pytest.raises(Refused) as refused:
        open_panel(wanted(), raters(), by=raters()[0], now=NOW)  # who scores does not open what is scored
    assert codes(refused) == ["act-not-allowed"]
    assert not Panel.objects.exists()


def test_an_item_is_judged_once_a_period() -> None:
    opened()
    with pytest.raises(Refused) as refused:
        opened()
    assert codes(refused) == ["panel-there"]


def test_every_unit_keeps_enough_raters_after_those_who_stand_back() -> None:
    leader = with_role("leader", "A")  # A1 and A2 are below
    with pytest.raises(Refused) as refused:
        open_panel(wanted(), [raters()[0], leader], by=office(), now=NOW)
    assert codes(refused) == ["panel-conflict"]
    assert refused.value.problems[0].params["count"] == 2


def test_nobody_judges_his_own_unit() -> None:
    own = with_role("assessor", "A")  # an assessor who works at A1
    Account.objects.filter(pk=own.pk).update(person=person("n-A1", unit("A1")).code)
    panel = open_panel(wanted(), [*raters(), Account.objects.get(pk=own.pk)], by=office(), now=NOW)
    own.refresh_from_db()
    with pytest.raises(Refused) as refused:
        judging.rate(panel.pk, given("1", "2", "3"), by=own, now=NOW)
    assert codes(refused) == ["rating-own"]
    assert not Rating.objects.exists()  # nothing half kept
    judging.rate(panel.pk, {code: one for code, one in given("1", "2", "3").items() if code != "A1"}, by=own, now=NOW)
    judging.hand_in(panel.pk, by=own, now=NOW)  # A1 is not missing
    assert judging.table(panel)["A1"] == [None, None, None]


def test_everything_wrong_with_a_form_is_told_at_once() -> None:
    panel, (first, _) = opened(), raters()
    wrong = {"A1": Given("3.1", "理由", "材料"), "A2": Given("二", "理由", "材料"), "B1": Given("1", "", "材料"),
             "A11": Given("1", "理由", "材料")}  # fmt: skip
    with pytest.raises(Refused) as refused:
        judging.rate(panel.pk, wrong, by=first, now=NOW)
    assert sorted(codes(refused)) == ["rating-points", "rating-points", "rating-reason", "rating-unit"]
    with pytest.raises(Refused) as refused:
        judging.rate(panel.pk, {}, by=first, now=NOW)
    assert codes(refused) == ["rating-none"]
    with pytest.raises(Refused) as refused:
        judging.hand_in(panel.pk, by=first, now=NOW)
    assert codes(refused) == ["rating-missing"]
    with pytest.raises(Refused) as refused:
        judging.rate(panel.pk, given("1", "2", "3"), by=with_role("assessor", "B"), now=NOW)
    assert codes(refused) == ["panel-rater"]


@pytest.mark.parametrize("typed", ["", "-", "--1", "1e1", "1.00001", "٣", ".5", "NaN", "9999999", "1 2", "1.2.3"])
def test_a_number_is_typed_in_one_way_only(typed: str) -> None:
    assert number(typed, 6, 4) is None


def test_points_may_be_taken_away_where_the_rule_says_so() -> None:
    minus = open_panel(wanted(replace(ITEM, lowest=Decimal(-2), highest=Decimal(0))), raters(), by=office(), now=NOW)
    judging.rate(minus.pk, given("-1.5", "-0", " 0. "), by=raters()[0], now=NOW)
    assert {one.unit_id: one.points for one in minus.ratings.all()} == {"A1": Decimal("-1.5"), "A2": 0, "B1": 0}


def test_who_handed_in_changes_nothing_until_all_are_in() -> None:
    panel, (first, second) = opened(), raters()
    judging.rate(panel.pk, given("1", "2", "3"), by=first, now=NOW)
    judging.hand_in(panel.pk, by=first, now=NOW)
    for act in (lambda: judging.rate(panel.pk, given("1", "1", "1"), by=first, now=NOW),
                lambda: judging.hand_in(panel.pk, by=first, now=NOW)):  # fmt: skip
        with pytest.raises(Refused) as refused:
            act()
        assert codes(refused) == ["panel-handed-in"]
    with pytest.raises(Refused) as refused:
        judging.correct(panel.pk, given("1", "1", "1"), by=second, now=NOW)
    assert codes(refused) == ["panel-over"]
    panel.refresh_from_db()
    assert (panel.stage, panel.secret, panel.alpha) == (Stage.OPEN, True, "")


def test_raters_who_agree_are_counted_as_facts() -> None:
    panel = rated(opened(), *AGREED)
    assert (panel.stage, panel.alpha) == (Stage.AGREED, "0.935")
    judging.move(panel.pk, "count", "", by=office(), now=NOW)
    kept = Delivery.objects.get()
    rows = list(csv.DictReader((settings.STEELYARD.media / kept.stored).read_text("utf8").splitlines()))
    assert kept.name.startswith("评定_bonus_2026_")
    assert [(row["单位代码"], row["评委序号"], row["评分"]) for row in rows][:2] == [
        ("A1", "评委1", "1"),
        ("A1", "评委2", "1"),
    ]
    assert {row["考评期末"] for row in rows} == {"2026-12-31"}
    assert [one.username for one in raters() if any(one.username in str(row) for row in rows)] == []  # no names
    panel.refresh_from_db()
    assert (panel.stage, panel.job) == (Stage.COUNTED, kept.job)


def test_raters_who_do_not_agree_are_held_back_until_somebody_else_decides() -> None:
    panel = rated(opened(), *HELD)
    assert panel.stage == Stage.HELD
    assert Decimal(panel.alpha) < 0
    for name, who, code in (("count", office(), "panel-over"), ("rule", office(), "act-not-allowed")):
        with pytest.raises(Refused) as refused:
            judging.move(panel.pk, name, "理由充分", by=who, now=NOW)
        assert codes(refused) == [code]
    with pytest.raises(Refused) as refused:
        judging.move(panel.pk, "rule", " ", by=with_role("committee"), now=NOW)
    assert codes(refused) == ["panel-reason"]
    assert [one.stage for one in judging.uncounted("all", "2026", 99)] == [Stage.HELD]
    judging.move(panel.pk, "rule", "分歧已说明，采纳平均", by=with_role("committee"), now=NOW)
    assert judging.move(panel.pk, "count", "", by=office(), now=NOW).stage == Stage.COUNTED


def test_what_is_sent_back_is_rated_again() -> None:
    panel, (first, second) = rated(opened(), *HELD), raters()
    judging.move(panel.pk, "reopen", "请对照依据复议", by=office(), now=NOW)
    for who in (first, second):
        judging.rate(panel.pk, given("1", "2", "3"), by=who, now=NOW)
        judging.hand_in(panel.pk, by=who, now=NOW)
    panel.refresh_from_db()
    assert (panel.stage, panel.alpha) == (Stage.AGREED, "1.000")
    assert panel.ratings.exclude(replaced=None).count() == 5  # of six, one stayed as it was
    judging.move(panel.pk, "count", "", by=office(), now=NOW)
    assert judging.uncounted("all", "2026", 0) == [panel]  # counted, but not loaded yet


def test_the_same_number_everywhere_is_agreement() -> None:
    panel = rated(opened(), ("2", "2", "2"), ("2", "2", "2"))
    assert (panel.stage, panel.alpha) == (Stage.AGREED, "")


def test_a_correction_replaces_by_its_key_keeps_history_and_is_weighed_again() -> None:
    panel, (first, _) = rated(opened(), *AGREED), raters()
    judging.move(panel.pk, "count", "", by=office(), now=NOW)
    later = NOW + timedelta(days=1)
    judging.correct(panel.pk, {"A1": Given("1.5", "漏看一份材料", "补充报告")}, by=first, now=later)
    panel.refresh_from_db()
    assert panel.stage == Stage.AGREED  # to be counted again
    old = panel.ratings.exclude(replaced=None).get()
    assert (old.points, old.replaced) == (Decimal(1), later)
    judging.move(panel.pk, "count", "", by=office(), now=later)
    first_file, second_file = (
        (settings.STEELYARD.media / one.stored).read_text("utf8").splitlines()
        for one in Delivery.objects.order_by("pk")
    )
    changed = set(second_file) - set(first_file)
    assert [line.split(",")[:5] for line in changed] == [["bonus", "A1", "2026-12-31", "评委1", "1.5"]]


def test_the_trail_tells_who_did_what_and_never_what_was_given() -> None:
    panel = rated(opened(), *AGREED)
    judging.move(panel.pk, "count", "", by=office(), now=NOW)
    told = list(Event.objects.filter(target=f"panel:{panel.pk}").order_by("number").values_list("act", "actor", "role"))
    assert [act for act, _, _ in told] == [
        "panel-open", "panel-rate", "panel-hand-in", "panel-rate", "panel-hand-in", "panel-count",
    ]  # fmt: skip
    assert {role for _, _, role in told} == {"office", "assessor"}
    ratings = [str(one.detail) for one in Event.objects.filter(act="panel-rate")]
    assert ratings == ["{'units': 3}"] * 2


def test_open_terms_hide_nothing() -> None:
    terms = Terms(blind=False)
    panel = open_panel(wanted(replace(ITEM, terms=terms)), raters(), by=office(), now=NOW)
    assert not panel.secret


def test_every_stage_but_the_last_leads_somewhere() -> None:
    assert {stage for move in MOVES for stage in move.begins} == {
        Stage.OPEN, Stage.HELD, Stage.AGREED, Stage.COUNTED,
    }  # fmt: skip


def test_a_role_taken_back_rates_no_more() -> None:
    panel, (first, _) = opened(), raters()
    first.grants.update(state="ended")
    with pytest.raises(Refused) as refused:
        judging.rate(panel.pk, given("1", "2", "3"), by=first, now=NOW)
    assert codes(refused) == ["act-not-allowed"]


def test_an_account_that_was_disabled_since_the_page_was_opened_rates_no_more() -> None:
    panel, (first, _) = opened(), raters()
    Account.objects.filter(pk=first.pk).update(is_active=False)
    with pytest.raises(Refused) as refused:
        judging.rate(panel.pk, given("1", "2", "3"), by=first, now=NOW)
    assert codes(refused) == ["act-not-allowed"]


def test_one_rater_alone_agrees_with_nobody() -> None:
    """The other one came to lead all of the units after the item was opened."""
    panel, (first, second) = opened(), raters()
    for code in "AB":
        grant(second, "leader", unit(code))
    judging.rate(panel.pk, given("1", "2", "3"), by=first, now=NOW)
    for who in (first, second):
        judging.hand_in(panel.pk, by=who, now=NOW)
    panel.refresh_from_db()
    assert (panel.stage, panel.alpha) == (Stage.HELD, "")


def test_who_stands_back_after_he_rated_does_not_count_until_another_one_joins() -> None:
    """The second rater came to lead A1 between his rating and the last hand-in."""
    panel, (first, second), third = opened(), raters(), with_role("assessor", "P2")
    judging.rate(panel.pk, given(*AGREED[1]), by=second, now=NOW)
    grant(second, "leader", unit("A1"))
    judging.hand_in(panel.pk, by=second, now=NOW)
    assert [one.pk for one in Raters(panel, TODAY).short] == ["A1"]
    judging.rate(panel.pk, given(*AGREED[0]), by=first, now=NOW)
    assert judging.hand_in(panel.pk, by=first, now=NOW).stage == Stage.HELD  # though both agree
    assert judging.table(panel)["A1"] == [Decimal(1), None]
    assert [one.rater.account for one in panel.ratings.exclude(replaced=None)] == [second]  # it stays in the history
    with pytest.raises(Refused) as refused:
        judging.move(panel.pk, "rule", "分歧已说明", by=with_role("committee"), now=NOW)
    assert codes(refused) == ["panel-short"]
    for who in (None, first, with_role("unit", "A2")):
        with pytest.raises(Refused) as refused:
            judging.move(panel.pk, "join", "评委2回避", by=office(), now=NOW, whom=who)
        assert codes(refused) == ["panel-joins"]
    judging.move(panel.pk, "join", "评委2回避", by=office(), now=NOW, whom=third)
    panel.refresh_from_db()
    assert (panel.stage, panel.secret) == (Stage.OPEN, True)  # the new one sees nothing of the others
    judging.rate(panel.pk, given("1", "2", "3"), by=third, now=NOW)
    assert judging.hand_in(panel.pk, by=third, now=NOW).stage == Stage.AGREED
    judging.move(panel.pk, "count", "", by=office(), now=NOW)
    kept = (settings.STEELYARD.media / Delivery.objects.get().stored).read_text("utf8").splitlines()
    rows = [(row["单位代码"], row["评委序号"]) for row in csv.DictReader(kept)]
    assert [rater for code, rater in rows if code == "A1"] == ["评委1", "评委3"]
    assert Event.objects.get(act="panel-join").detail["rater"] == third.username


def test_a_rating_is_not_counted_whose_rater_has_to_stand_back_by_then() -> None:
    """Three raters of whom two are enough: the item goes back, and is weighed without the third one's rating."""
    third = with_role("assessor", "P2")
    who = [*raters(), third]
    panel = open_panel(wanted(), who, by=office(), now=NOW)
    for one, points in zip(who, (*AGREED, AGREED[0]), strict=True):
        judging.rate(panel.pk, given(*points), by=one, now=NOW)
        judging.hand_in(panel.pk, by=one, now=NOW)
    grant(third, "leader", unit("B"))
    with pytest.raises(Refused) as refused:
        judging.move(panel.pk, "count", "", by=office(), now=NOW)
    assert codes(refused) == ["panel-stood-back"]
    judging.move(panel.pk, "reopen", "评委3回避", by=office(), now=NOW)
    for one in who:
        judging.hand_in(panel.pk, by=one, now=NOW)
    assert judging.table(panel)["B1"] == [Decimal(3), Decimal("2.5"), None]
    assert judging.move(panel.pk, "count", "", by=office(), now=NOW).stage == Stage.COUNTED
    grant(who[0], "leader", unit("A"))  # later than it was counted, when he might judge
    other = {"B1": Given("3", "另有依据", "补充报告")}
    assert judging.correct(panel.pk, other, by=who[1], now=NOW).stage == Stage.AGREED
    assert judging.table(panel)["A1"][0] == Decimal(1)


def test_nobody_waits_for_a_rater_who_left_before_he_handed_in() -> None:
    panel, (first, second), third = opened(), raters(), with_role("assessor", "P2")
    judging.rate(panel.pk, given("0", "0", "0"), by=second, now=NOW)
    second.grants.update(state="ended")
    assert [one.pk for one in Raters(panel, TODAY).short] == list(UNITS)
    judging.move(panel.pk, "join", "评委2调离", by=office(), now=NOW, whom=third)
    for who, points in zip((first, third), AGREED, strict=True):
        judging.rate(panel.pk, given(*points), by=who, now=NOW)
        judging.hand_in(panel.pk, by=who, now=NOW)
    panel.refresh_from_db()
    assert (panel.stage, panel.alpha) == (Stage.AGREED, "0.935")
    assert judging.table(panel)["A1"] == [Decimal(1), None, Decimal(1)]


def test_who_left_and_came_back_rates_nothing_after_the_others_are_open() -> None:
    third = with_role("assessor", "P2")
    panel = open_panel(wanted(), [*raters(), third], by=office(), now=NOW)
    third.grants.update(state="ended")
    rated(panel, *AGREED)
    third.grants.update(state="confirmed")
    with pytest.raises(Refused) as refused:
        judging.correct(panel.pk, {"A1": Given("0", "另有看法", "补充报告")}, by=third, now=NOW)
    assert codes(refused) == ["panel-not-in"]
    assert judging.table(panel)["A1"] == [Decimal(1), Decimal(1), None]
    judging.move(panel.pk, "reopen", "评委3复职", by=office(), now=NOW)
    judging.rate(panel.pk, given(*AGREED[0]), by=third, now=NOW)


def test_what_became_facts_is_not_withdrawn() -> None:
    panel, (first, _) = rated(opened(), *AGREED), raters()
    judging.move(panel.pk, "count", "", by=office(), now=NOW)
    other = {code: Given(points, "另有依据", "补充报告") for code, points in (("A1", "3"), ("A2", "0"))}
    assert judging.correct(panel.pk, other, by=first, now=NOW).stage == Stage.HELD
    with pytest.raises(Refused) as refused:
        judging.move(panel.pk, "withdraw", "不再评定", by=office(), now=NOW)
    assert codes(refused) == ["panel-counted"]


def test_the_day_of_a_rating_is_the_one_on_the_wall() -> None:
    """An hour in which it is still yesterday by universal time."""
    panel, early = opened(), NOW.replace(hour=0, minute=30)
    for who, points in zip(raters(), AGREED, strict=True):
        judging.rate(panel.pk, given(*points), by=who, now=early)
        judging.hand_in(panel.pk, by=who, now=early)
    judging.move(panel.pk, "count", "", by=office(), now=NOW)
    kept = (settings.STEELYARD.media / Delivery.objects.get().stored).read_text("utf8").splitlines()
    assert {row["评定日期"] for row in csv.DictReader(kept)} == {"2026-12-20"}


def test_an_older_page_of_the_same_rater_undoes_nothing_and_hands_in_nothing_that_it_does_not_show() -> None:
    """Two windows: both were opened empty, the second is used first."""
    panel, (first, _) = opened(), raters()
    judging.rate(panel.pk, given("1", "2", "3"), by=first, now=NOW, seen=0)
    judging.rate(panel.pk, given("1", "2", "3"), by=first, now=NOW, seen=0)
    acts = (
        lambda: judging.rate(panel.pk, given("1", "2", "2"), by=first, now=NOW, seen=0),
        lambda: judging.hand_in(panel.pk, by=first, now=NOW, seen=0),
    )
    for act in acts:
        with pytest.raises(Refused) as refused:
            act()
        assert codes(refused) == ["rating-newer"]
    last = judging.last_of(panel.raters.get(account=first))
    judging.rate(panel.pk, given("1", "2", "2"), by=first, now=NOW, seen=last)
    with pytest.raises(Refused):
        judging.hand_in(panel.pk, by=first, now=NOW, seen=last)
    judging.hand_in(panel.pk, by=first, now=NOW, seen=judging.last_of(panel.raters.get(account=first)))


def test_what_was_counted_but_never_came_into_the_record_is_counted_again_and_only_that() -> None:
    """Its worker was killed again and again, or somebody cancelled the job."""
    panel = rated(opened(), *AGREED)
    again = lambda: judging.move(panel.pk, "count", "", by=office(), now=NOW)  # noqa: E731
    first = again().job
    assert first is not None
    for state, came_to in ((State.RUNNING, {}), (State.DONE, {"batches": [7]})):
        Job.objects.filter(pk=first.pk).update(state=state, came_to=came_to)
        with pytest.raises(Refused) as refused:
            again()
        assert codes(refused) == ["panel-over"]
    Job.objects.filter(pk=first.pk).update(state=State.FAILED, came_to={})
    second = again()
    assert (second.stage, second.job == first, Delivery.objects.count()) == (Stage.COUNTED, False, 2)
