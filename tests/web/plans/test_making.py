"""方案制定: begun from a plan, ticked by several departments at the same time, its text put together again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from steelyard.engine.problems import Refused
from steelyard.web.configuration import Configuration
from steelyard.web.library.models import Rule, Version
from steelyard.web.library.rules import bureau
from steelyard.web.library.texts import digest
from steelyard.web.people.models import Account
from steelyard.web.plans.beginning import Wanted, begin
from steelyard.web.plans.checking import plan_of
from steelyard.web.plans.drafting import group_dropped, group_kept, rewrite
from steelyard.web.plans.models import Group, Kind, Making
from steelyard.web.plans.picking import Ticked, absorb, tick, untick, weigh
from steelyard.web.plans.text import mapping, scalar, taken_apart, written
from steelyard.web.trail.models import Event
from tests.bureau import small_bureau
from tests.web.databases import at_once
from tests.web.people.world import NOW, with_role
from tests.web.plans import office as world
from tests.web.plans.office import NEXT, begun, department, place

PROVINCE = Path(__file__).parents[3] / "examples" / "province"


@pytest.fixture
def office(db: None, tmp_path: Path, settings: Any) -> Account:  # noqa: ARG001  tables must be there
    return world.placed(tmp_path, settings)


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


# ---- the text ----


def test_a_plan_is_taken_apart_and_put_together_as_the_same_plan(office: Account) -> None:
    text = Version.objects.get(rule__code="all_2026").text
    making = begin(Wanted(Kind.CHANGE, "", "", "2026", "任务调整", "all_2026", date(2026, 7, 1)), by=office, now=NOW)
    assert "# 三类之外的不考" in making.head, "remarks of the head stay"
    assert "# 指标组" not in making.head, "those of the groups go with them"
    assert "ranking: {on: rounded, within: class}  # 同类排名" in making.head
    made, was = plan_of(making), bureau().book().plans["all_2026"]
    assert made is not None
    assert made.model_copy(update={"since": was.since}) == was
    assert taken_apart(text, "all_2026").groups[0]["name"] == "共性"


@pytest.mark.parametrize("code", ["branches_2026", "cities_2026", "audit_2026"])
def test_the_plans_of_the_province_come_back_as_they_were(office: Account, settings: Any, code: str) -> None:
    settings.STEELYARD = replace(settings.STEELYARD, bureau=str(PROVINCE))
    Version.objects.all().delete()
    Rule.objects.all().delete()
    world.take_up(by=office, now=NOW)
    making = begin(Wanted(Kind.CHANGE, "", "", "2026", "任务调整", code, date(2026, 7, 1)), by=office, now=NOW)
    made, was = plan_of(making), bureau().book().plans[code]
    assert made is not None
    assert made.model_copy(update={"since": was.since}) == was


def test_next_year_begins_with_this_year_and_without_what_was_allowed_for_it(office: Account) -> None:
    making = begun()
    plan = plan_of(making)
    assert plan is not None
    assert (plan.id, plan.year, str(plan.since), plan.name) == ("all_2027", "2027", "2027-01-01", "2027年度方案")
    assert [entry.indicator for entry in plan.entries] == ["done", "visits", "effort"]
    assert (plan.waivers, making.source, making.base) == ([], "all_2026", 1)
    assert Event.objects.get(act="making-new").detail["kind"] == "next"
    assert office.pk == making.made_by_id


def test_a_campaign_begins_with_an_end_and_an_empty_list_of_works(office: Account) -> None:
    making = begin(Wanted(Kind.CAMPAIGN, "star_2026", "创先争优", "2026", "比学赶超", "all_2026"), by=office, now=NOW)
    assert "until: 2026-12-31" in making.head
    assert "works: []" in making.head
    assert (making.source, making.picks.count()) == ("all_2026", 0)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"code": "Plan 1"}, "plan-code"),
        ({"code": "done"}, "plan-code-taken"),
        ({"source": "none"}, "plan-source"),
        ({"kind": Kind.CHANGE, "since": None}, "plan-since"),
        ({"kind": Kind.CHANGE, "since": date(2027, 3, 1)}, "plan-since"),
        ({"year": "明年"}, "plan-year"),
        ({"reason": " "}, "plan-reason"),
    ],
)
def test_what_cannot_be_begun_says_why(office: Account, change: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refused:
        begin(replace(NEXT, **change), by=office, now=NOW)
    assert codes(refused) == [code]
    assert not Making.objects.exists()


def test_of_one_plan_there_is_one_making_at_a_time(office: Account) -> None:
    begun()
    with pytest.raises(Refused) as refused:
        begin(NEXT, by=office, now=NOW)
    assert codes(refused) == ["plan-going-on"]


def test_a_plan_inside_one_pair_of_braces_is_not_taken_apart() -> None:
    with pytest.raises(Refused) as refused:
        taken_apart("{plan: a, groups: []}", "a")
    assert codes(refused) == ["plan-in-one-line"]


def test_words_that_yaml_would_read_as_something_else_stand_in_quotes() -> None:
    said = [
        "共性·服务与发票",
        "8%",
        "2027-12-31",
        "《办法》第九条",
        "true",
        "a: b",
        "- 30",
        "-30",
        "无；有",
        "",
        "11403010000",
        "7.5",
    ]
    assert [scalar(one) for one in said] == [*said[:4], *(f'"{one}"' for one in said[4:])]


def test_an_indicator_is_for_single_units_by_their_codes(office: Account) -> None:
    """Codes of tax bureaus are all digits, which are no number in a plan."""
    making = begun()
    weigh(making.pk, "done", {"full": "7.5"}, ["11403010000"], by=office, now=NOW)
    plan = plan_of(making)
    assert plan is not None
    assert [one.only for one in plan.entries if one.indicator == "done"] == [["11403010000"]]


def test_a_long_formula_of_a_group_is_kept_whole(office: Account) -> None:
    making = begun()
    group, long = making.groups.all()[0], " + ".join(["1"] * 60)
    given = {"group": str(group.pk), "name": group.name, "role": "bonus", "cap": long}
    assert group_kept(making.pk, given, [], by=office, now=NOW).cap == long
    changed = group_kept(making.pk, {**given, "role": ""}, [], by=office, now=NOW)
    assert changed.role == "bonus", "what is not stated stays"


def test_a_name_that_lists_cannot_hold_is_refused(office: Account) -> None:
    with pytest.raises(Refused) as refused:
        begin(replace(NEXT, name="长" * 201), by=office, now=NOW)
    assert codes(refused) == ["rule-long"]
    assert not Making.objects.exists()


# ---- head and groups ----


def test_the_head_is_changed_as_text_and_refused_with_the_line_of_what_is_wrong(office: Account) -> None:
    making = begun()
    head = making.head.replace("total: 20", "total: 30")
    rewrite(making.pk, head, digest(making.head), by=office, now=NOW)
    made = Making.objects.get()
    assert (made.head, made.stamp) == (head, 1)
    for wrong, code in (
        (head + "groups: []\n", "plan-head-parts"),
        (head.replace("all_2027", "other"), "plan-head-renamed"),
        ("name: 无\n", "plan-head-one"),
        (head.replace("places: 2", "places: 99"), "shape-value"),
        (head + "totall: 3\n", "shape-unknown"),
    ):
        with pytest.raises(Refused) as refused:
            rewrite(making.pk, wrong, digest(head), by=office, now=NOW)
        assert codes(refused) == [code]
        assert refused.value.problems[0].place.line >= 1
    with pytest.raises(Refused) as late:
        rewrite(making.pk, head, digest(making.head), by=office, now=NOW)
    assert codes(late) == ["plan-head-meanwhile"]
    assert Making.objects.get().head == head


def test_groups_are_added_changed_and_dropped_when_empty(office: Account) -> None:
    making = begun()
    made = group_kept(making.pk, {"name": "加分项", "role": "bonus", "cap": "5"}, [], by=office, now=NOW)
    assert "name: 加分项\n    role: bonus\n    cap: 5" in written(making)
    group_kept(making.pk, {"group": str(made.pk), "name": "加分", "role": "bonus"}, ["分局"], by=office, now=NOW)
    assert Group.objects.get(pk=made.pk).only == ["分局"]
    for given, code in (
        ({"name": " "}, "plan-group-name"),
        ({"name": "共性"}, "plan-group-taken"),
        ({"name": "坏", "cap": "count("}, "expression-syntax"),
        ({"name": "无", "group": "99"}, "plan-group-gone"),
    ):
        with pytest.raises(Refused) as refused:
            group_kept(making.pk, given, [], by=office, now=NOW)
        assert codes(refused) == [code]
    with pytest.raises(Refused) as full:
        group_dropped(making.pk, place(making), by=office, now=NOW)
    assert codes(full) == ["plan-group-full"]
    group_dropped(making.pk, str(made.pk), by=office, now=NOW)
    assert [one.name for one in making.groups.all()] == ["共性", "个性"]


# ---- ticking ----


def test_what_a_department_ticks_is_its_own_to_take_back(office: Account) -> None:
    making, mine, other = begun(), department("P1"), department("A")
    assert tick(making.pk, ["prompt", "done"], place(making), by=mine, now=NOW) == Ticked(
        ["prompt"], [making.picks.get(indicator="done")]
    )
    pick = making.picks.get(indicator="prompt")
    assert (pick.unit and pick.unit.code, pick.by) == ("P1", mine)
    for by, indicator in ((other, "prompt"), (mine, "done")):
        with pytest.raises(Refused) as refused:
            untick(making.pk, indicator, by=by, now=NOW)
        assert codes(refused) == ["pick-of-others"]
    with pytest.raises(Refused) as weighed:
        weigh(making.pk, "prompt", {"weight": "5%"}, [], by=other, now=NOW)
    assert codes(weighed) == ["pick-of-others"]
    untick(making.pk, "prompt", by=mine, now=NOW)
    untick(making.pk, "done", by=office, now=NOW)
    assert [one.indicator for one in making.picks.all()] == ["visits", "effort"]
    assert Event.objects.filter(act="making-untick").count() == 2


def test_a_pick_is_weighed_moved_and_limited(office: Account) -> None:
    making = begun()
    given = {"group": place(making, "个性"), "weight": "", "full": "8"}
    weigh(making.pk, "done", given, ["分局"], by=office, now=NOW)
    assert "      - {indicator: done, full: 8, only: [分局]}" in written(making)
    with pytest.raises(Refused) as refused:
        weigh(making.pk, "done", {**given, "full": "8 +"}, [], by=office, now=NOW)
    assert codes(refused) == ["expression-syntax"]
    with pytest.raises(Refused) as gone:
        weigh(making.pk, "prompt", given, [], by=office, now=NOW)
    assert codes(gone) == ["pick-gone"]
    assert making.picks.get(indicator="done").full == "8"


def test_what_cannot_be_ticked_says_why(office: Account) -> None:
    making = begun()
    for indicators, group, code in (
        ([], place(making), "pick-none"),
        (["none"], place(making), "pick-unknown"),
        (["prompt"], "0", "plan-group-gone"),
    ):
        with pytest.raises(Refused) as refused:
            tick(making.pk, indicators, group, by=office, now=NOW)
        assert codes(refused) == [code]
    with pytest.raises(Refused) as unit:
        tick(making.pk, ["prompt"], place(making), by=with_role("unit", "A1"), now=NOW)
    assert codes(unit) == ["act-not-allowed"]


def test_what_a_tier_carries_is_no_longer_passed_down(office: Account) -> None:
    making = begun()
    weigh(making.pk, "visits", {}, [], by=office, now=NOW)
    assert absorb(making.pk, "visits", by=office, now=NOW) == ["分局"]
    assert making.picks.get(indicator="visits").only == ["县局"]
    for indicator in ("visits", "done"):
        with pytest.raises(Refused) as refused:
            absorb(making.pk, indicator, by=office, now=NOW)
        assert codes(refused) == ["pick-not-carried"]


@pytest.mark.django_db(databases=[])
def test_three_departments_tick_at_the_same_time_and_nothing_is_lost(
    both: Configuration, tmp_path: Path, settings: Any
) -> None:
    made = small_bureau.bureau(tmp_path, world.FACTS, _sixty(), {"calendar.yaml": world.CALENDAR})
    settings.STEELYARD = replace(both, bureau=str(made.root), record=str(made.record))
    world.take_up(by=world.office(), now=NOW)
    making = begun()
    key, departments = place(making), [department(at) for at in ("P1", "A", "B")]

    def ticking(number: int) -> int:
        wanted = [f"i{number}_{at}" for at in range(20)] + ["shared"]
        return sum(len(tick(making.pk, [one], key, by=departments[number], now=NOW).made) for one in wanted)

    found = at_once(*(lambda number=number: ticking(number) for number in range(3)))
    assert sorted(found) == [20, 20, 21], "what all three tick is there once, and belongs to whoever came first"
    assert making.picks.count() == 3 + 61
    assert Event.objects.filter(act="making-tick").count() == 63


def _sixty() -> str:
    names = [f"i{number}_{at}" for number in range(3) for at in range(20)] + ["shared"]
    return "\n---\n".join([world.RULES, *(world.indicator(one, one, "count(cases)") for one in names)])


@pytest.mark.parametrize("sign", ["\x7f", "\x85", "\x9b", "\ufffe", "\u2028", "\u202e"])
def test_a_name_with_a_sign_that_nobody_sees_is_refused_by_the_number_of_that_sign(sign: str) -> None:
    with pytest.raises(Refused) as caught:
        mapping(f"plan: all\nname: {scalar(f'加分{sign}项')}\n")
    (problem,) = caught.value.problems
    assert (problem.code, problem.params["found"]) == ("yaml-invisible", f"U+{ord(sign):04X}")
