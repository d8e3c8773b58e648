"""方案制定的页面, as the office, departments, units and the leading group walk them."""

from __future__ import annotations

import html
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.db.models import F
from django.test import Client
from openpyxl import load_workbook

from steelyard.engine.problems import Refused
from steelyard.web.library.models import Edition, Rule, State, Version
from steelyard.web.library.rules import bureau
from steelyard.web.library.texts import digest
from steelyard.web.pages.plans.due import MOST, due
from steelyard.web.people.asking import Asker
from steelyard.web.people.login.sealing import seal
from steelyard.web.people.models import Unit
from steelyard.web.plans.beginning import Wanted
from steelyard.web.plans.checking import plan_of
from steelyard.web.plans.models import Kind, Making, Stage
from steelyard.web.plans.picking import tick, untick
from steelyard.web.plans.shown.burdens import burdens
from tests.web.people.world import KEY, NOW, account, grant, sign_in, unit, with_role
from tests.web.plans import office as world
from tests.web.plans.office import LATER, NEXT, begun, department, moved, place, said

PARTS = ("picks", "diff", "checks", "tasks", "burden", "comments", "head", "steps")


@pytest.fixture(autouse=True)
def site(db: None, tmp_path: Path, settings: Any) -> None:  # noqa: ARG001  tables must be there
    world.placed(tmp_path, settings)


def signed(role: str, at: str = "P") -> Client:
    client = Client()
    sign_in(client, with_role(role, unit(at)))
    return client


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return html.unescape(answer.content.decode())


def test_the_whole_way_through_the_pages() -> None:
    """New plan, three departments, comments, answers, approval, issue: as people click it."""
    office, group = signed("office"), signed("group")
    form = {
        "kind": "next",
        "source": "all_2026",
        "code": "all_2027",
        "name": "2027年度方案",
        "year": "2027",
        "reason": "新年度",
    }
    begun_ = office.post("/plans/new", form)
    making = Making.objects.get()
    assert begun_["Location"] == f"/plans/{making.pk}/"
    one = f"/plans/{making.pk}"
    assert "承上一版" in page(office, f"{one}/")
    ticking = signed("assessor", "P1")
    assert "按期" in page(ticking, f"{one}/tick?q=prompt")
    ticked = ticking.post(f"{one}/tick", {"indicator": ["prompt", "done"], "group": place(making)}, follow=True)
    told = html.unescape(ticked.content.decode())
    assert "已勾选 1 项" in told
    assert "“办结”已由上一版勾选" in told
    office.post(f"{one}/head", {"text": making.head.replace("total: 20", "total: 30"), "seen": _seen(making)})
    assert "省局一处" in page(office, f"{one}/?part=picks")
    assert page(office, f"{one}/checks?count") == "0"
    assert "新增" in page(office, f"{one}/?part=diff")
    assert "本方案" in page(office, f"{one}/?part=tasks")
    office.post(f"{one}/consult", {"days": "1"})
    unit_ = signed("unit", "A1")
    unit_.post(f"{one}/comment", {"indicator": "prompt", "text": "目标偏高"})
    key = str(Making.objects.get().comments.get().pk)
    assert "未答复" in page(unit_, f"{one}/?part=comments")
    office.post(f"{one}/answer", {"comment": key, "accepted": "no", "answer": "任务已核定"})
    assert "不采纳" in page(unit_, f"{one}/?part=comments")
    Making.objects.update(due="2026-01-01")
    office.post(f"{one}/submit")
    assert Making.objects.get().stage == Stage.APPROVING
    group.post(f"{one}/sign", {"seen": Making.objects.get().stamp})
    office.post(f"{one}/issue", {"number": "税绩〔2026〕9号", "issued_on": "2026-11-30"})
    notice = page(signed("officer", "A11"), f"{one}/notice")
    assert "税绩〔2026〕9号" in notice
    assert "关于印发《2027年度方案》的通知" in notice
    assert sorted(bureau().book().plans) == ["all_2026", "all_2027"]
    assert "已印发" in page(office, "/plans?all=1")


def _seen(making: Making) -> str:
    return digest(making.head)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_part_at_every_stage_for_whoever_may_see_it(language: str) -> None:
    making = begun()
    for stage in ("drafting", "consulting"):
        if stage == "consulting":
            making = moved(making, "consult")
            said(making)
        for role in ("office", "assessor", "group", "leader", "auditor", "unit"):
            client = signed(role, "P1" if role == "assessor" else "A1" if role == "unit" else "P")
            client.cookies["django_language"] = language
            if role == "unit" and making.stage == "drafting":
                assert client.get(f"/plans/{making.pk}/").status_code == 404
                continue
            for part in PARTS:
                page(client, f"/plans/{making.pk}/?part={part}")
            page(client, f"/plans/{making.pk}/checks")
            page(client, "/plans")


def test_what_is_wrong_in_the_head_is_told_with_its_line_and_what_was_typed_stays() -> None:
    making, office = begun(), signed("office")
    text = making.head.replace("places: 2", "places: 99")
    answer = office.post(f"/plans/{making.pk}/head", {"text": text, "seen": _seen(making)})
    told = html.unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "places: 99" in told
    assert f"第 {text[: text.index('places')].count(chr(10)) + 1} 行" in told
    assert page(office, f"/plans/{making.pk}/head").count("places: 2") == 1


def test_the_head_is_a_form_that_keeps_comments_and_says_what_is_wrong_at_the_field() -> None:
    making, office = begun(), signed("office")
    Making.objects.filter(pk=making.pk).update(head="# 说明\n" + making.head)
    making.refresh_from_db()
    address = f"/plans/{making.pk}/head"
    form = page(office, address)
    assert 'name="key-total"' in form
    assert 'name="key-groups"' not in form, "groups have their own page"
    typed = {"before": making.head, "seen": _seen(making), "key-places": "99"}
    wrong = html.unescape(office.post(address, typed).content.decode())
    assert '<a href="#key-places">总分小数位 <code>places</code></a>' in wrong
    assert 'aria-describedby="hint-places wrong-places" aria-invalid="true">99</textarea>' in wrong
    turned = html.unescape(office.post(address, {**typed, "key-places": "1", "turn": "1"}).content.decode())
    assert "# 说明" in turned.split('id="text"')[1]
    assert office.post(address, {**typed, "key-places": "1"}).status_code == 302
    making.refresh_from_db()
    assert "places: 1" in making.head
    assert making.head.startswith("# 说明")


def test_the_head_is_read_in_words() -> None:
    making, office = begun(), signed("office")
    told = page(office, f"/plans/{making.pk}/?part=head")
    assert "<dt>考评类别</dt>" in told
    assert "总则原文（YAML）" in told
    Making.objects.filter(pk=making.pk).update(head="plan: [")
    assert "总则还读不成方案" in page(office, f"/plans/{making.pk}/?part=head")


def test_a_form_that_cannot_be_begun_says_why_and_keeps_what_was_typed() -> None:
    office = signed("office")
    answer = office.post(
        "/plans/new", {"kind": "new", "code": "Bad Code", "name": "新方案", "year": "2027", "reason": "试"}
    )
    told = html.unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "请写明理由" in told
    assert 'value="新方案"' in told


def test_a_new_campaign_has_nothing_from_a_version_before() -> None:
    office = signed("office")
    form = {"kind": "campaign", "source": "all_2026", "code": "star", "name": "争先", "year": "2026", "reason": "争先"}
    told = html.unescape(office.post("/plans/new", form, follow=True).content.decode())
    assert "还没有勾选" in told
    assert "承上一版" not in told


def test_departments_without_a_unit_of_their_own_are_told_apart_by_their_people() -> None:
    making, factor = begun(), seal(KEY)
    one, other = (account(name, name=name, second=factor) for name in ("纳税服务处", "征管处"))
    for who in (one, other):
        grant(who, "assessor", unit("P"))
    tick(making.pk, ["prompt"], place(making), by=one, now=world.NOW)
    with pytest.raises(Refused, match="“按期”由省税务局 纳税服务处勾选"):
        untick(making.pk, "prompt", by=other, now=world.NOW)
    client = Client()
    sign_in(client, other)
    told = page(client, f"/plans/{making.pk}/")
    assert "省税务局 纳税服务处" in told
    assert "&change=prompt" not in told
    untick(making.pk, "prompt", by=one, now=world.NOW)


def test_what_a_department_ticked_only_it_and_the_office_may_change() -> None:
    making = begun()
    tick(making.pk, ["prompt"], place(making), by=department("P1"), now=world.NOW)
    mine, other = signed("assessor", "P1"), signed("assessor", "A")
    change = "&change=prompt"
    assert change in page(mine, f"/plans/{making.pk}/")
    assert change not in page(other, f"/plans/{making.pk}/")
    refused = other.post(f"/plans/{making.pk}/untick", {"indicator": "prompt"}, follow=True)
    assert "由省局一处勾选" in html.unescape(refused.content.decode())
    mine.post(
        f"/plans/{making.pk}/weigh",
        {"indicator": "prompt", "group": place(making, "个性"), "full": "8", "only": "分局"},
    )
    pick = making.picks.get(indicator="prompt")
    assert (pick.full, pick.only, pick.group.name) == ("8", ["分局"], "个性")


def test_the_comparison_is_a_workbook_with_a_line_for_every_turn() -> None:
    making, office = begun(), signed("office")
    office.post(f"/plans/{making.pk}/untick", {"indicator": "done"})
    office.post(f"/plans/{making.pk}/tick", {"indicator": ["prompt"], "group": place(making)})
    office.post(f"/plans/{making.pk}/weigh", {"indicator": "effort", "group": place(making, "个性"), "full": "6"})
    sheet = load_workbook(BytesIO(office.get(f"/plans/{making.pk}/compared.xlsx").content)).active
    assert sheet is not None
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2, max_row=4)]
    assert [(row[0], row[2], row[5], row[6], row[7]) for row in rows] == [
        ("新增", "prompt", "满分", "—", "10"),
        ("取消", "done", "满分", "10", "—"),
        ("改动", "effort", "满分", "10", "6"),
    ]


def test_absorbing_shows_at_once_what_it_saves() -> None:
    Unit.objects.filter(code="A1").update(class_name="县局", level="county")
    branches = [unit("A11").pk, unit("A2").pk]
    Unit.objects.filter(pk__in=branches).update(class_name="分局", level="branch")
    making, office = begun(), signed("office")
    office.post(f"/plans/{making.pk}/untick", {"indicator": "effort"})
    office.post(f"/plans/{making.pk}/weigh", {"indicator": "visits", "group": place(making), "only": ""})
    before = page(office, f"/plans/{making.pk}/?part=burden")
    assert "由上级承接" in before
    assert "480" in before, "two branches of 240 minutes each would be spared"
    office.post(f"/plans/{making.pk}/absorb", {"indicator": "visits"})
    after = page(office, f"/plans/{making.pk}/?part=burden")
    assert "240 → <b>0</b>" in after
    assert "8.0" in after, "hours saved by both in a year"


def test_units_of_a_class_count_at_whatever_level_they_stand() -> None:
    for code, level in (("A1", "county"), ("A2", "county"), ("A11", "audit")):
        unit(code)
        Unit.objects.filter(code=code).update(class_name="县局", level=level)
    plan = plan_of(begun())
    assert plan is not None
    found = {one.name: (one.units, one.level) for one in burdens(plan, None)}
    assert found["县局"] == (3, "county")


def test_what_waits_is_told_behind_any_number_of_plans_that_wait_for_nothing() -> None:
    Making.objects.filter(pk=begun().pk).update(stage=Stage.SIGNED)
    given = Making.objects.values("name", "kind", "head", "reason", "made_by_id", "made_at").get()
    for at in range(MOST):
        Making.objects.create(code=f"m{at}", stage=Stage.CONSULTING, due=LATER.date(), **given)
    (one,) = due(Asker(world.office(), NOW.date()))
    assert one[0].zh == "方案待印发"


@pytest.mark.parametrize("file", ["rules", "facts"])
def test_what_can_be_read_no_more_is_told_on_every_page(settings: Any, file: str) -> None:
    making, office = begun(), signed("office")
    if file == "rules":
        Version.objects.filter(rule__code="done").update(text="indicator: done\nname: [1]\n")
    else:
        (settings.STEELYARD.of_bureau().root / "facts" / "wrong.yaml").write_text("table: x\ncolumns: 7\n")
    here = f"/plans/{making.pk}/"
    parts = [f"{here}?part={name}" for name in PARTS]
    for address in (*parts, f"{here}tick", f"{here}compared.xlsx", "/library/done/"):
        assert office.get(address).status_code in (200, 409), address
    Making.objects.update(stage=Stage.ISSUED)
    assert office.get(f"{here}notice").status_code in (200, 409)


def test_who_presses_second_is_told_that_it_is_done() -> None:
    office, making = signed("office"), begun()
    for _ in range(2):
        answer = office.post(f"/plans/{making.pk}/consult", {"days": "3"}, follow=True)
    assert "这个方案现在的状态是“征求意见”" in html.unescape(answer.content.decode())


def test_parts_are_shown_though_what_it_was_begun_from_can_be_read_no_more() -> None:
    making, office = begun(), signed("office")
    then = Version.objects.get(rule__address=making.source)
    given = {"text": then.text, "sha256": then.sha256, "made_by": then.made_by, "made_at": then.made_at}
    Version.objects.create(rule=then.rule, number=2, adopted_at=then.adopted_at, **given)
    Rule.objects.filter(address=making.source).update(current=2)
    Version.objects.filter(pk=then.pk).update(text=f"plan: {making.source}\nyear: 无")
    for part in PARTS:
        assert page(office, f"/plans/{making.pk}/?part={part}")


def test_the_leading_group_waives_on_the_page_and_the_notice_says_so() -> None:
    making, office, group = begun(), signed("office"), signed("group")
    office.post(f"/plans/{making.pk}/weigh", {"indicator": "visits", "group": place(making), "only": ""})
    assert "特批</summary>" in page(group, f"/plans/{making.pk}/checks")
    assert "特批</summary>" not in page(office, f"/plans/{making.pk}/checks")
    given = {
        "finding": "pushed-down", "indicator": "visits", "authority": "温衡", "role": "组长", "document": "税绩1号",
        "reason": "试点", "until": "2027-12-31",
    }  # fmt: skip
    group.post(f"/plans/{making.pk}/waive", given)
    assert "温衡（组长）" in page(office, f"/plans/{making.pk}/checks")
    group.post(f"/plans/{making.pk}/unwaive", {"waiver": making.allowed.get().pk})
    assert not making.allowed.exists()


def test_other_approved_plans_go_along_only_where_the_office_says_so() -> None:
    first, _ = begun(), begun(Wanted(Kind.NEXT, "all_2028", "2028年度方案", "2028", "新年度", "all_2026"))
    Making.objects.update(stage=Stage.SIGNED)
    form = page(signed("office"), f"/plans/{first.pk}/")
    assert "一并印发（互相承接重点工作的才需要）：2028年度方案" in form
    assert 'name="together" value="1">' in form


def test_what_blocks_and_is_no_departments_is_the_offices_to_mend() -> None:
    making, office = begun(), signed("office")
    assert "<td>绩效办</td>" not in page(office, f"/plans/{making.pk}/checks")
    text = making.head.replace("total: 20", "total: 21")
    office.post(f"/plans/{making.pk}/head", {"text": text, "seen": _seen(making)})
    assert "<td>绩效办</td>" in page(office, f"/plans/{making.pk}/checks")


def test_nobody_sees_a_draft_that_is_none_of_his_and_the_empty_list_says_what_to_do() -> None:
    assert "没有在办的方案" in page(signed("office"), "/plans")
    making = begun(NEXT)
    for role, at in (("officer", "A1"), ("unit", "A1")):
        assert signed(role, at).get(f"/plans/{making.pk}/").status_code == 404
    assert making.name not in page(signed("unit", "A1"), "/plans")
    assert signed("office").get("/plans/987654/").status_code == 404


def test_the_first_page_says_what_a_plan_waits_for() -> None:
    making = begun()
    assert "方案待征求意见" in page(signed("office"), "/")
    making = moved(making, "consult")
    Making.objects.update(due="2099-01-01")
    assert "方案征求意见，2099-01-01 截止" in page(signed("unit", "A1"), "/")
    key = said(making)
    assert "1 条意见待答复" in page(signed("office"), "/")
    world.answered(making, key)
    Making.objects.update(due="2026-01-01")
    assert "意见已齐，待报批" in page(signed("office"), "/")
    assert "方案征求意见" not in page(signed("unit", "A1"), "/")
    signed("office").post(f"/plans/{making.pk}/submit")
    assert "方案待批准" in page(signed("group"), "/")


@pytest.mark.parametrize("typed", ["9" * 30, "9" * 90, "1e999", "NaN", "-5", "1/0"])
def test_a_mark_typed_by_mistake_never_takes_the_pages_away(typed: str) -> None:
    making, office = begun(), signed("office")
    office.post(f"/plans/{making.pk}/weigh", {"indicator": "done", "full": typed, "group": place(making)})
    for part in PARTS:
        page(office, f"/plans/{making.pk}/?part={part}")
    page(office, f"/plans/{making.pk}/checks")


def test_an_indicator_that_has_left_the_library_is_not_absorbed() -> None:
    making, office = begun(), signed("office")
    Rule.objects.filter(code="visits").update(state=State.RETIRED)
    Edition.objects.update(number=F("number") + 1)
    answer = office.post(f"/plans/{making.pk}/absorb", {"indicator": "visits"}, follow=True)
    assert "没有在用的指标“visits”" in html.unescape(answer.content.decode())


def test_the_office_and_the_leading_group_of_a_city_make_no_plan_of_the_bureau() -> None:
    making, city = begun(), signed("office", "A")
    assert "/plans/new" not in page(city, "/plans")
    form = {"kind": "new", "code": "mine", "name": "本市方案", "year": "2027", "reason": "本市"}
    assert city.post("/plans/new", form).status_code == 404
    for act in ("consult", "submit", "issue", "recall", "drop", "tick", "head", "answer"):
        assert city.post(f"/plans/{making.pk}/{act}", {"days": "3", "reason": "本市"}).status_code == 404, act
    for act in ("sign", "return", "waive"):
        assert signed("group", "A").post(f"/plans/{making.pk}/{act}", {"reason": "本市"}).status_code == 404, act
    assert Making.objects.get().stage == Stage.DRAFTING
