"""From a first draft to a plan in force: heard, answered, clean, signed by another, issued; and every way back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from steelyard.engine.expressions.nodes import number
from steelyard.engine.problems import Refused
from steelyard.web.configuration import Configuration
from steelyard.web.cycles.runs.making import rules_for
from steelyard.web.library.considering import Wanted as Text
from steelyard.web.library.models import Rule, State, Version
from steelyard.web.library.rules import bureau, edition
from steelyard.web.library.texts import digest
from steelyard.web.library.writing import adopt, write_all
from steelyard.web.people import deciding
from steelyard.web.people.models import Account
from steelyard.web.plans.beginning import Wanted, begin
from steelyard.web.plans.checking import covered, known, lacking, looked
from steelyard.web.plans.consulting import answer, comment
from steelyard.web.plans.drafting import group_kept, rewrite
from steelyard.web.plans.models import Kind, Making, Stage
from steelyard.web.plans.moves import allowed, diagram
from steelyard.web.plans.moving import act
from steelyard.web.plans.picking import tick, untick, weigh
from steelyard.web.plans.text import written
from steelyard.web.plans.waiving import unwaive, waive
from steelyard.web.trail.models import Event
from tests.web.databases import at_once
from tests.web.people.world import NOW, account, grant, unit, with_role
from tests.web.plans import office as world
from tests.web.plans.office import GIVEN, LATER, answered, begun, department, group, moved, place, said

WAIVER = {
    "authority": "温衡", "role": "领导小组组长", "document": "税绩〔2026〕1号", "reason": "试点一年",
    "until": "2027-12-31",
}  # fmt: skip


@pytest.fixture
def office(db: None, tmp_path: Path, settings: Any) -> Account:  # noqa: ARG001  tables must be there
    return world.placed(tmp_path, settings)


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def complete(office: Account) -> Making:
    """Next year's plan with the mandatory task carried and the marks adding up."""
    making = begun()
    tick(making.pk, ["prompt"], place(making), by=department(), now=NOW)
    rewrite(making.pk, making.head.replace("total: 20", "total: 30"), digest(making.head), by=office, now=NOW)
    return Making.objects.get(pk=making.pk)


def test_the_policy_says_what_the_table_of_moves_says() -> None:
    policy = yaml.safe_load((Path(deciding.__file__).parent / "policy.yaml").read_text("utf8"))
    assert {name: policy[name]["allow"] for name in allowed()} == allowed()
    assert "approving --> signed: 批准（领导小组）" in diagram()


def test_a_plan_is_heard_answered_signed_and_issued(office: Account) -> None:
    making = complete(office)
    making = moved(making, "consult")
    assert making.due == date(2026, 7, 6), "three working days after Wednesday, 1 July"
    key = said(making)
    with pytest.raises(Refused) as unanswered:
        act(making.pk, "submit", {}, by=office, now=LATER)
    assert codes(unanswered) == ["plan-unanswered"]
    answered(making, key)
    with pytest.raises(Refused) as early:
        act(making.pk, "submit", {}, by=office, now=NOW)
    assert codes(early) == ["plan-still-open"]
    act(making.pk, "submit", {}, by=office, now=LATER)
    stamp = {"seen": str(Making.objects.get().stamp)}
    assert act(making.pk, "sign", stamp, by=group(), now=LATER).stage == Stage.SIGNED
    issued = act(making.pk, "issue", GIVEN["issue"], by=office, now=LATER)
    assert (issued.stage, issued.version, issued.number) == (Stage.ISSUED, 1, "税绩〔2026〕9号")
    assert Version.objects.get(rule__code="all_2027").text == written(making)
    assert [entry.indicator for entry in bureau().book().plans["all_2027"].entries] == [
        "done", "visits", "prompt", "effort"
    ]  # fmt: skip
    acts = Event.objects.filter(target=f"making:{making.pk}").order_by("number").values_list("act", flat=True)
    assert list(acts)[-4:] == ["making-answer", "making-submit", "making-sign", "making-issue"]
    assert Event.objects.get(act="rule-issue").detail["version"] == 1
    assert edition() == 2


@pytest.mark.usefixtures("office")
def test_nothing_is_signed_while_something_mandatory_is_missing() -> None:
    making = moved(begun(), "submit")
    with pytest.raises(Refused) as refused:
        act(making.pk, "sign", {"seen": str(making.stamp)}, by=group(), now=LATER)
    assert codes(refused) == ["plan-in-the-way"]
    assert "1 项重点工作没有指标承接" in refused.value.problems[0].text("zh")
    task = covered(making, list(making.picks.all()), bureau().book(), "2027")[0]
    assert (task.name, task.owner, task.missing) == ("便民办税", "纳税服务处", True), "it says whose it is"


def test_what_another_plan_of_the_year_carries_is_not_missing(office: Account) -> None:
    making = begun()
    other = begin(Wanted(Kind.NEW, "hall_2027", "办税厅方案", "2027", "另立"), by=office, now=NOW)
    group_kept(other.pk, {"name": "全部"}, [], by=office, now=NOW)
    tick(other.pk, ["prompt"], place(other, "全部"), by=office, now=NOW)
    found = {one.code: one for one in covered(making, [], bureau().book(), "2027")}
    assert (found["tax_service"].elsewhere, found["tax_service"].missing) == (["办税厅方案…"], False)
    assert found["large_cases"].missing
    assert not found["large_cases"].mandatory


def test_two_plans_of_one_name_both_count_as_carrying(office: Account) -> None:
    for code in ("hall_2027", "halls_2027"):
        other = begin(Wanted(Kind.NEW, code, "办税厅方案", "2027", "另立"), by=office, now=NOW)
        group_kept(other.pk, {"name": "全部"}, [], by=office, now=NOW)
    tick(other.pk, ["prompt"], place(other, "全部"), by=office, now=NOW)
    (task,) = (one for one in covered(begun(), [], bureau().book(), "2027") if one.code == "tax_service")
    assert not task.missing


def test_an_indicator_that_does_not_state_all_is_named_with_its_department(office: Account) -> None:
    making, book = begun(), bureau().book()
    bare = book.indicators["done"].model_copy(update={"basis": "", "evidence": " ", "warn": None, "target": None})
    changed = replace(book, indicators={**book.indicators, "done": bare})
    (lack,) = lacking(list(making.picks.select_related("group")), changed)
    assert (lack.indicator, lack.whose) == ("done", "征管处")
    assert [one.zh for one in lack.fields] == ["依据", "佐证类型", "预警线", "目标或标准"]
    group_kept(making.pk, {"group": place(making), "name": "共性", "role": "bonus"}, [], by=office, now=NOW)
    (lack,) = lacking(list(making.picks.select_related("group")), changed)
    assert [one.zh for one in lack.fields] == ["依据", "佐证类型"], "a bonus has neither target nor threshold"


def test_the_check_is_remembered_until_something_changes(office: Account) -> None:
    making = begun()
    assert known(making) is None
    told = looked(making)
    assert known(making) == told
    weigh(making.pk, "visits", {}, [], by=office, now=NOW)
    assert known(making) is None
    found = looked(making)
    assert [one.waivable for one in found if one.blocks and one.waivable] == ["pushed-down"]
    assert next(one for one in found if one.waivable == "pushed-down").whose == "纳税服务处"


def test_what_policy_forbids_is_waived_by_the_leading_group_with_a_name(office: Account) -> None:
    making = complete(office)
    weigh(making.pk, "visits", {}, [], by=office, now=NOW)
    rewrite(making.pk, making.head.replace("total: 30", "total: 30\n"), digest(making.head), by=office, now=NOW)
    untick(making.pk, "effort", by=office, now=NOW)
    finding = {"finding": "pushed-down", "indicator": "visits", **WAIVER}
    with pytest.raises(Refused) as alone:
        waive(making.pk, finding, by=office, now=NOW)
    assert codes(alone) == ["act-not-allowed"]
    made = waive(making.pk, finding, by=group(), now=NOW)
    assert "  - finding: pushed-down\n    indicator: visits\n    authority: 温衡" in written(making)
    with pytest.raises(Refused) as doubled:
        waive(making.pk, finding, by=group(), now=NOW)
    assert codes(doubled) == ["waiver-doubled"]
    assert not any(one.blocks for one in looked(making) if one.waivable == "pushed-down")
    unwaive(making.pk, str(made.pk), by=group(), now=NOW)
    with pytest.raises(Refused) as gone:
        unwaive(making.pk, str(made.pk), by=group(), now=NOW)
    assert codes(gone) == ["waiver-gone"]


@pytest.mark.usefixtures("office")
def test_a_waiver_without_a_name_is_refused_with_all_that_is_missing() -> None:
    making = begun()
    with pytest.raises(Refused) as refused:
        waive(making.pk, {"finding": "none", "until": "明年"}, by=group(), now=NOW)
    assert sorted(codes(refused)) == ["waiver-finding", "waiver-until", *["waiver-words"] * 4]
    with pytest.raises(Refused) as gone:
        waive(making.pk, {"finding": "pushed-down", "indicator": "prompt", **WAIVER}, by=group(), now=NOW)
    assert codes(gone) == ["pick-gone"]


def test_the_text_that_is_issued_is_the_one_that_was_signed(office: Account) -> None:
    making = moved(complete(office), "sign")
    Making.objects.update(head=making.head.replace("places: 2", "places: 1"))
    with pytest.raises(Refused) as refused:
        act(making.pk, "issue", GIVEN["issue"], by=office, now=LATER)
    assert codes(refused) == ["plan-not-the-same"]
    assert not Rule.objects.filter(code="all_2027").exists()


def test_plans_that_carry_each_others_tasks_are_issued_together(office: Account) -> None:
    """Neither could come into force alone: each leaves a mandatory task of the year to the other."""
    task = world.RULES.split("---")[6].strip().replace("tax_service", "effort_less").replace("[prompt]", "[effort]")
    made = write_all([Text(task)], "减负", by=department("P"), now=NOW)
    adopt({"effort_less": made[0].number}, by=office, now=NOW)
    first = complete(office)
    untick(first.pk, "effort", by=office, now=NOW)
    tick(first.pk, ["major"], place(first, "个性"), by=office, now=NOW)
    other = begin(Wanted(Kind.NEW, "hall_2027", "办税厅方案", "2027", "另立"), by=office, now=NOW)
    head = other.head.replace("classes: []", "classes: [办税厅]").replace("total: 100", "total: 10")
    rewrite(other.pk, head, digest(other.head), by=office, now=NOW)
    group_kept(other.pk, {"name": "全部"}, [], by=office, now=NOW)
    tick(other.pk, ["effort"], place(other, "全部"), by=office, now=NOW)
    for making in (first, other):
        moved(making, "sign")
    with pytest.raises(Refused) as alone:
        act(first.pk, "issue", GIVEN["issue"], by=office, now=LATER)
    assert codes(alone) == ["task-not-covered"]
    act(first.pk, "issue", {**GIVEN["issue"], "together": "1"}, by=office, now=LATER)
    assert sorted(bureau().book().plans) == ["all_2026", "all_2027", "hall_2027"]
    assert {one.number for one in Making.objects.all()} == {"税绩〔2026〕9号"}
    assert {one.stage for one in Making.objects.all()} == {Stage.ISSUED}
    assert Event.objects.filter(act="making-issue").count() == 2


def test_whoever_signs_has_seen_what_the_text_says_now(office: Account) -> None:
    making = moved(complete(office), "submit")
    with pytest.raises(Refused) as refused:
        act(making.pk, "sign", {"seen": str(making.stamp - 1)}, by=group(), now=LATER)
    assert codes(refused) == ["plan-changed-since"]


def test_what_is_sent_back_goes_the_whole_way_again(office: Account) -> None:
    making = moved(complete(office), "submit")
    with pytest.raises(Refused) as silent:
        act(making.pk, "return", {"reason": " "}, by=group(), now=LATER)
    assert codes(silent) == ["plan-reason"]
    back = act(making.pk, "return", {"reason": "权重偏高"}, by=group(), now=LATER)
    assert (back.stage, back.digest) == (Stage.DRAFTING, "")
    assert {step.void_at is None for step in back.steps.exclude(move="return")} == {False}
    with pytest.raises(Refused) as over:
        act(making.pk, "sign", {}, by=group(), now=LATER)
    assert codes(over) == ["plan-stage"]
    assert moved(back, "issue", LATER + timedelta(days=30)).stage == Stage.ISSUED


def test_a_discarded_making_makes_way_for_another(office: Account) -> None:
    making = begun()
    act(making.pk, "drop", {"reason": "重来"}, by=office, now=NOW)
    assert begun().pk != making.pk
    with pytest.raises(Refused) as refused:
        tick(making.pk, ["prompt"], place(making), by=office, now=NOW)
    assert codes(refused) == ["plan-stage"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"days": "0"}, "plan-days"),
        ({"days": "61"}, "plan-days"),
        ({}, "plan-days"),
    ],
)
def test_comments_are_due_after_some_working_days(office: Account, given: dict[str, str], code: str) -> None:
    with pytest.raises(Refused) as refused:
        act(begun().pk, "consult", given, by=office, now=NOW)
    assert codes(refused) == [code]


def test_without_a_calendar_no_day_can_be_named(office: Account) -> None:
    (bureau().root / "calendar.yaml").unlink()
    Rule.objects.filter(kind="calendar").update(state="draft")
    with pytest.raises(Refused) as refused:
        act(begun().pk, "consult", {"days": "3"}, by=office, now=NOW)
    assert codes(refused) == ["plan-calendar"]


def test_a_notice_has_a_number_and_a_day(office: Account) -> None:
    making = moved(complete(office), "sign")
    for given in ({}, {"number": "税绩〔2026〕9号"}, {"number": "1", "issued_on": "2026-08-03"}):
        with pytest.raises(Refused) as refused:
            act(making.pk, "issue", given, by=office, now=LATER)
        assert codes(refused) == ["plan-number"]


def test_who_may_comment_and_how_long(office: Account) -> None:
    making = moved(begun(), "consult")
    liaison = with_role("unit", "A1")
    made = comment(making.pk, "目标偏高", "done", by=liaison, now=NOW)
    assert made.unit.code == "A1"
    for text, about, at, code in (
        (" ", "", NOW, "comment-text"),
        ("不合适", "major", NOW, "pick-gone"),
        ("晚了", "", LATER, "comment-late"),
    ):
        with pytest.raises(Refused) as refused:
            comment(making.pk, text, about, by=liaison, now=at)
        assert codes(refused) == [code]
    with pytest.raises(Refused) as nowhere:
        comment(making.pk, "无处", by=with_role("unit", None), now=NOW)
    assert codes(nowhere) == ["comment-of-nobody"]
    for key, text, code in (("x", "采纳", "comment-gone"), (str(made.pk), "", "answer-text")):
        with pytest.raises(Refused) as refused:
            answer(making.pk, key, True, text, by=office, now=NOW)
        assert codes(refused) == [code]
    assert answer(making.pk, str(made.pk), False, "任务已核定", by=office, now=NOW).accepted is False


def test_a_change_in_mid_year_leaves_the_days_before_as_they_were(office: Account) -> None:
    wanted = Wanted(Kind.CHANGE, "", "", "2026", "任务调整", "all_2026", date(2026, 9, 1))
    making = begin(wanted, by=office, now=NOW)
    weigh(making.pk, "effort", {"full": "10", "group": place(making, "个性")}, [], by=office, now=NOW)
    weigh(making.pk, "done", {"full": "9"}, [], by=office, now=NOW)
    weigh(making.pk, "visits", {"full": "11"}, ["县局"], by=office, now=NOW)
    weigh(making.pk, "effort", {"full": "11", "group": place(making, "个性")}, [], by=office, now=NOW)
    group_kept(making.pk, {"group": place(making, "个性"), "name": "个性", "full": "11"}, ["分局"], by=office, now=NOW)
    assert moved(making, "issue").version == 2
    days = (date(2026, 8, 31), date(2026, 9, 1), None)
    found = [bureau(day=day).book().plans["all_2026"].groups[1].full for day in days]
    assert found == [number(10), number(11), number(11)]
    ran = [rules_for(period).book().plans["all_2026"].groups[1].full for period in ("2026Q2", "2026-08", "2026Q3")]
    assert ran == [number(10), number(10), number(11)], "periods that ended before keep what they were weighed by"
    steps = Making.objects.get(pk=making.pk).steps.select_related("by")
    assert [step.by for step in steps if step.move == "sign"] == [group()]


def test_a_change_of_what_has_changed_meanwhile_is_not_issued(office: Account) -> None:
    wanted = Wanted(Kind.CHANGE, "", "", "2026", "任务调整", "all_2026", date(2026, 9, 1))
    making = moved(begin(wanted, by=office, now=NOW), "sign")
    Rule.objects.filter(code="all_2026").update(current=1)
    Making.objects.filter(pk=making.pk).update(base=7)
    with pytest.raises(Refused) as refused:
        act(making.pk, "issue", GIVEN["issue"], by=office, now=LATER)
    assert codes(refused) == ["plan-source-moved"]


def test_a_campaign_is_switched_off_and_on_without_touching_the_plan_of_the_year(office: Account) -> None:
    wanted = Wanted(Kind.CAMPAIGN, "star_2026", "创先争优", "2026", "比学赶超", "all_2026")
    making = begin(wanted, by=office, now=NOW)
    head = making.head.replace("classes: []", "classes: [分局]").replace("total: 100", "total: 10")
    work = "works:\n  - {work: 设示范窗口, who: 纳税服务处, by: 2026-10-31, evidence: 照片}\n"
    rewrite(making.pk, head.replace("works: []\n", work), digest(making.head), by=office, now=NOW)
    group_kept(making.pk, {"name": "争先"}, [], by=office, now=NOW)
    tick(making.pk, ["major"], place(making, "争先"), by=office, now=NOW)
    before = bureau().book().plans["all_2026"]
    making = moved(making, "issue")
    plans = bureau().book().plans
    assert plans["all_2026"] == before
    assert plans["star_2026"].works[0].who == "纳税服务处"
    act(making.pk, "halt", {"reason": "年中暂停"}, by=office, now=LATER)
    assert "star_2026" not in bureau().book().plans
    assert Rule.objects.get(code="star_2026").state == State.RETIRED
    act(making.pk, "resume", {"reason": "继续"}, by=office, now=LATER)
    assert bureau().book().plans["star_2026"].works == plans["star_2026"].works


def test_the_plan_of_a_year_is_not_switched_off(office: Account) -> None:
    making = moved(complete(office), "issue")
    with pytest.raises(Refused) as refused:
        act(making.pk, "halt", {"reason": "停办"}, by=office, now=LATER)
    assert codes(refused) == ["plan-no-campaign"]


@pytest.mark.django_db(databases=[])
def test_of_two_who_sign_and_send_back_at_once_one_is_told(both: Configuration, tmp_path: Path, settings: Any) -> None:
    made = world.small_bureau.bureau(tmp_path, world.FACTS, world.RULES, {"calendar.yaml": world.CALENDAR})
    settings.STEELYARD = replace(both, bureau=str(made.root), record=str(made.record))
    world.take_up(by=world.office(), now=NOW)
    making = moved(complete(world.office()), "submit")
    one, other = group(), account("another-of-the-group")
    grant(other, "group", unit("P"))

    def go(name: str, by: Account) -> str:
        try:
            act(making.pk, name, {"reason": "再议", "seen": str(making.stamp)}, by=by, now=LATER)
        except Refused as refused:
            return refused.problems[0].code
        return name

    found = sorted(at_once(lambda: go("sign", one), lambda: go("return", other)))
    assert found in (["plan-stage", "sign"], ["plan-stage", "return"])
