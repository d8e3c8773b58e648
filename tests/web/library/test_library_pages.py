"""规则库的页面, as the office walks them: taken in, found, changed, checked, put in force by another."""

from __future__ import annotations

import html
import re
from pathlib import Path
from time import sleep
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from steelyard.web.configuration import Configuration
from steelyard.web.library.models import Rule, Version
from steelyard.web.people.models import Account
from tests.bureau import small_bureau
from tests.bureau.test_correcting import FACTS, RULES
from tests.web.library.aimed import kept
from tests.web.library.test_library import DONE, MENDED, colleague
from tests.web.people.world import sign_in, unit, with_role
from tests.web.promises import rows
from tests.web.promises.bureau import behind


@pytest.fixture
def site(db: None, tmp_path: Path, settings: Any) -> None:  # noqa: ARG001  tables must be there
    made = small_bureau.bureau(tmp_path, FACTS, RULES)
    settings.STEELYARD = Configuration(tmp_path, bureau=str(made.root), record=str(made.record))


def signed(role: str, at: str = "P") -> Client:
    client = Client()
    sign_in(client, with_role(role, unit(at)))
    return client


def client_of(who: Account) -> Client:
    client = Client()
    sign_in(client, who)
    return client


def page(client: Client, address: str, **more: Any) -> str:
    return html.unescape(client.get(address, **more).content.decode())


@pytest.mark.usefixtures("site")
def test_a_rule_is_changed_by_one_and_put_in_force_by_another() -> None:
    office, other = signed("office"), client_of(colleague())
    assert "收入库中" in page(office, "/library")
    office.post("/library/take")
    assert "办结" in page(office, "/library?kind=indicator")
    assert "办结" not in page(office, "/library?kind=plan")
    assert "目标值2" in page(office, "/library/done/").replace(" ", "") or "rules/rules.yaml" in page(
        office, "/library/done/"
    )
    checked = office.post("/library/done/write", {"text": MENDED, "base": 1, "check": 1})
    assert "还没有保存" in checked.content.decode()
    kept = office.post("/library/done/write", {"text": MENDED, "base": 1, "reason": "目标提高"})
    assert kept["Location"] == "/library/done/?version=2"
    assert "规则待采用" in page(other, "/")
    assert "规则待采用" not in page(office, "/"), "who wrote it does not adopt it"
    assert 'value="done@2"' in page(other, "/library?state=waiting")
    for client in (office, signed("group")):
        waits = page(client, "/library?state=waiting")
        assert "办结" in waits
        assert 'value="done@2"' not in waits, "nobody is offered what would be refused"
        assert "采用所选" not in waits
    mine = page(office, "/library/done/")
    assert "目标值：2 → 3" in mine
    assert "采用这一版" not in mine, "another person has to"
    assert "采用这一版" in page(other, "/library/done/")
    assert "已采用" in page(other, "/library/done/") or other.post("/library/done/adopt/2").status_code == 302
    assert Rule.objects.get(code="done").current == 2


@pytest.mark.usefixtures("site")
def test_what_is_wrong_is_told_with_its_line_and_what_was_typed_stays() -> None:
    office = signed("office")
    office.post("/library/take")
    wrong = DONE.replace("count(cases)", "count(none)")
    answer = office.post("/library/done/write", {"text": wrong, "base": 1, "reason": "写错"})
    said = html.unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "第 4 行" in said
    assert "count(none)" in said
    assert Version.objects.filter(rule__code="done").count() == 1


@pytest.mark.usefixtures("site")
def test_what_is_in_force_is_for_everybody_and_drafts_are_for_those_who_write() -> None:
    office = signed("office")
    office.post("/library/take")
    office.post("/library/done/write", {"text": MENDED, "base": 1, "reason": "目标提高"})
    office.post("/library/new", {"text": DONE.replace("done", "closed", 1), "reason": "补充一项"})
    officer = signed("officer")
    assert "办结" in page(officer, "/library")
    assert "目标提高" not in page(officer, "/library/done/?version=2")
    assert "closed" not in page(officer, "/library")
    assert "closed" in page(office, "/library")
    for address in ("/library/closed/", "/library/none/", "/library/new", "/library/done/write"):
        assert officer.get(address).status_code == 404
    assert office.get("/library/closed/").status_code == 200


@pytest.mark.usefixtures("site")
def test_a_paragraph_that_lost_its_number_is_told_where_others_have_one() -> None:
    office = signed("office")
    office.post("/library/take")
    found = office.post("/library/read", {"text": "1. 甲（1分）。\n\n乙（2分）。"})
    assert ([one.proposed.text for one in found.context["drafts"]], found.context["beside"]) == (
        ["甲（1分）。"],
        ["乙（2分）。"],
    )
    assert "没有编号的段落没有读成规则" in found.content.decode()


@pytest.mark.usefixtures("site")
def test_a_pasted_text_becomes_a_draft_with_all_that_is_open_marked() -> None:
    office = signed("office")
    office.post("/library/take")
    text = "干部管理（5分）。无故缺席会议每次扣1分，扣完为止。"
    found = html.unescape(office.post("/library/read", {"text": text}).content.decode())
    assert "full: 5" in found
    assert "处待定" in found
    draft = "indicator: x\nname: 干部管理\nfull: 5\n"
    filled = html.unescape(office.post("/library/new", {"given": draft}).content.decode())
    assert 'value="干部管理"' in filled
    long = office.post("/library/read", {"text": "长" * 60_001})
    assert (long.status_code, "一次最多粘贴 60000 字" in long.content.decode()) == (422, True), "pasted-length"


@pytest.mark.usefixtures("site")
def test_a_form_says_what_it_would_do_only_where_a_result_was_published() -> None:
    office = signed("office")
    office.post("/library/take")
    found = office.post("/library/done/effect", {"text": MENDED}).content.decode()
    assert "还没有公布过用到它的结果" in found


@pytest.mark.usefixtures("site")
def test_what_was_typed_into_fields_is_checked_and_its_mistakes_stand_at_the_field() -> None:
    office = signed("office")
    office.post("/library/take")
    form = page(office, "/library/done/write")
    assert 'id="key-target"' in form
    typed = {"base": 1, "before": DONE, "key-target": "3", "reason": "目标提高"}
    wrong = html.unescape(office.post("/library/done/write", typed | {"key-value": "count(none)"}).content.decode())
    assert '<a href="#key-value">口径 <code>value</code></a>' in wrong
    assert 'aria-describedby="hint-value wrong-value" aria-invalid="true"' in wrong
    assert ">count(none)</textarea>" in wrong, "what was typed stays"
    turned = html.unescape(office.post("/library/done/write", typed | {"turn": 1}).content.decode())
    assert "target: 3" in turned.split('id="text"')[1]


@pytest.mark.django_db
def test_dragging_a_weight_shows_scores_places_and_lists_of_the_published_result(tmp_path: Path, settings: Any) -> None:
    behind(settings, tmp_path).open()
    rows.placed()
    rows.versions()
    kept()
    office = signed("office")
    plan = Rule.objects.get(kind="plan")
    form = page(office, f"/library/{plan.address}/write")
    name = re.search(r'name="(weight-[\d.]+)" value="([\d.]+)"', form)
    assert name is not None
    before = {"base": 1, "before": Version.objects.get(rule=plan).text}
    for value, wanted in ((name[2], "没有单位的分数、位次或名单会变"), ("1", "受影响单位")):
        found = ""
        for _ in range(100):
            found = office.post(f"/library/{plan.address}/effect", before | {name[1]: value}).content.decode()
            if "正在打开上期结果" not in found:
                break
            sleep(0.2)
        assert wanted in found


SOURCES = """document: doc
name: 办案规定
issuer: 省局
since: 2020-01-01
clauses:
  - {clause: 第一条, text: 受理后办结, assesses: [按期办结], risks: [积压]}
---
duty: handling
name: 办案职责
items: [{item: one, does: 办理案件, basis: 《办案规定》第一条}]
---
task: fast
name: 提速
basis: 《办案规定》第一条
year: "2026"
owner: 法制处
mandatory: false
indicators: [done]
"""


@pytest.mark.usefixtures("site")
def test_cards_lead_from_a_clause_to_all_that_rests_on_it_and_back() -> None:
    folder = configured.STEELYARD.of_bureau().root / "rules"
    (folder / "sources.yaml").write_text(SOURCES, "utf-8")
    rules = folder / "rules.yaml"
    based = "indicator: done\nbasis: 《办案规定》第一条\nowner: 法制处\nevidence: 办案系统"
    rules.write_text(rules.read_text("utf-8").replace("indicator: done", based, 1), "utf-8")
    office = signed("office")
    office.post("/library/take")
    assert re.findall(r"rules.yaml:[^<]*|sources.yaml:[^<]*", page(office, "/library")) == []
    document = page(office, "/library/doc/")
    assert [
        one for one in ("按期办结", "积压", 'href="/library/done/"', 'href="/library/handling/"') if one not in document
    ] == []
    assert 'href="/library/doc/#第一条"' in page(office, "/library/done/")
    duty = page(office, "/library/handling/")
    assert [one for one in ("干什么", "办理案件", "考什么", "怎么考", 'href="/library/done/"') if one not in duty] == []
    task = page(office, "/library/fast/")
    assert [one for one in ("法制处", 'href="/library/done/"', "列入的计划") if one not in task] == []


@pytest.mark.usefixtures("site")
def test_one_rule_of_endless_length_is_refused_before_it_costs_a_minute() -> None:
    answer = signed("assessor").post("/library/read", {"text": "扣分" * 29_000})
    assert answer.status_code == 422
    assert "一条最多 3000 字" in html.unescape(answer.content.decode())


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("id", ["a/b", "..", "new rule", 'a"b'])
def test_an_identifier_that_no_address_can_hold_is_refused_at_its_line_and_the_library_stays_open(id: str) -> None:
    office = signed("office")
    text = f"task: {id!r}\nname: 便民\nbasis: 《要点》\nyear: '2027'\nowner: 征管处\nmandatory: false\n"
    told = office.post("/library/new?kind=task", {"text": text, "base": "0", "reason": "新的一年"})
    said = html.unescape(told.content.decode())
    assert (told.status_code, "编号以小写字母开头" in said, "第 1 行" in said) == (422, True, True)
    form = office.post("/library/new", {"before": "indicator:\n", "key-indicator": id, "check": "1"})
    assert "编号以小写字母开头" in form.content.decode()
    assert office.get("/library?kind=task").status_code == 200


@pytest.mark.usefixtures("site")
def test_a_rule_with_many_versions_asks_no_more_of_the_database() -> None:
    office = signed("office")
    office.post("/library/take")
    found = Rule.objects.get(address="done")
    one, asked = found.versions.get(), list[int]()
    for number in (1, 2, 12):
        for more in range(found.versions.count() + 1, number + 1):
            text = one.text.replace("\n", f"  # {more}\n", 1)
            Version.objects.create(rule=found, number=more, text=text, made_by=one.made_by, made_at=one.made_at)
        with CaptureQueriesContext(connection) as queries:
            assert office.get("/library/done/").status_code == 200
        asked.append(len(queries))
    assert asked[1] == asked[2]


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize(("address", "heading"), [("read", "由细则文字得到草稿"), ("bring", "导入规则")])
def test_pages_of_the_library_stand_in_its_menu_and_say_what_they_are(address: str, heading: str) -> None:
    office = signed("office")
    office.post("/library/take")
    found = page(office, f"/library/{address}")
    assert re.search(rf"<h1>\s*{heading}\s*</h1>", found)
    assert '<a href="/library" aria-current="page">' in found
    assert re.search(r'<ol class="crumbs">.*href="/library"', found, re.S)


@pytest.mark.usefixtures("site")
def test_the_library_says_how_many_rules_of_each_kind_there_are_and_shows_plans_in_words() -> None:
    office = signed("office")
    office.post("/library/take")
    found = page(office, "/library?kind=plan&q=")
    counts = {kind: Rule.objects.filter(kind=kind).count() for kind in ("indicator", "plan")}
    assert re.search(rf'href="\?kind=plan&q=" aria-current="page">考评方案 {counts["plan"]}<', found)
    assert f"指标 {counts['indicator']}<" in found
    first = re.search(r'<td class="name"><a href="/library/([^/"]+)/', page(office, "/library"))
    assert first is not None
    assert Rule.objects.get(address=first[1]).kind == "indicator", "what most come for stands first"
    plan = Rule.objects.filter(kind="plan")[0]
    card = page(office, f"/library/{plan.address}/")
    assert "方案怎样考" in card
    assert "<dt>总分</dt>" in card
