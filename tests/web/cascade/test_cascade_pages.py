"""分解的页面, as people walk them: begun and handed down by the office, confirmed and returned by a unit, read by an
officer; and the files that come of it."""

from __future__ import annotations

import html
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from docx import Document
from openpyxl import load_workbook

from steelyard.web.cascade.figures import Department, by_department
from steelyard.web.cascade.letters import unit_letter
from steelyard.web.cascade.making import look
from steelyard.web.cascade.models import Assignment, Cascade, Post, Seat, State
from steelyard.web.cascade.moves import MOVES, allowed, diagram
from steelyard.web.jobs.claiming import claim
from steelyard.web.jobs.doing import perform
from steelyard.web.people.asking import Asker
from steelyard.web.people.deciding import policy
from steelyard.web.people.models import Account
from steelyard.web.trail.models import Event
from tests.web.cascade.handed import assignment, cascade
from tests.web.cascade.small import begun, handed_down, one, work
from tests.web.people.world import account, grant, person, sign_in, unit, with_role
from tests.web.people.world import bureau as world


def client(who: Account) -> Client:
    found = Client()
    sign_in(found, who)
    return found


def page(by: Client, address: str) -> str:
    answer = by.get(address)
    assert answer.status_code == 200, answer.status_code
    return html.unescape(answer.content.decode())


def worked() -> None:
    job = claim("test", timezone.now())
    assert job is not None
    perform(job.pk, job.attempts)


@pytest.mark.usefixtures("bureau")
def test_the_office_begins_looks_and_hands_down_on_its_pages() -> None:
    office = client(with_role("office"))
    assert "还没有分解过方案" in page(office, "/cascade")
    due = timezone.localdate().isoformat()
    wrong = office.post("/cascade/new", {"plan": "all", "due": due, "lead_share": "很多"})
    assert (wrong.status_code, "主办份额" in wrong.content.decode()) == (422, True)
    wide = office.post("/cascade/new", {"plan": "all", "due": due, "lead_share": "０.６"})
    assert wide.status_code == 422, "the same grammar at every door"
    office.post("/cascade/new", {"plan": "all", "due": due, "lead_share": "0.6", "heads": "分局长职责"})
    of = Cascade.objects.get()
    here = f"/cascade/{of.pk}/"
    assert "还没有下发" in page(office, here)
    assert office.post(f"{here}look").url.startswith("/jobs/")
    assert "正在由任务办理" in page(office, here)
    worked()
    told = page(office, here)
    assert "一分局" in told or "甲市一县" in told
    assert "<td>按期申报率</td>" in told, "what will be handed down is called by its name"
    office.post(f"{here}propose")
    worked()
    told = page(office, here)
    assert "没有变化" not in told
    assert Assignment.objects.count() == 6
    office.post(f"{here}trace/again")
    worked()
    assert "无处可归的" in page(office, f"{here}trace")
    assert "按期申报率" in page(office, f"{here}trace/declaration")
    assert "王" in page(office, f"{here}trace/declaration/filing_on_time")


@pytest.mark.usefixtures("bureau")
def test_a_unit_confirms_all_that_it_has_seen_and_nothing_that_came_later() -> None:
    of, chief = handed_down(), client(with_role("unit", "A1"))
    here = chief.get("/cascade/ours").url
    told = page(chief, here)
    assert "按户提醒" in told
    stamp = told.split('name="all" value="')[1].split('"')[0]
    Assignment.objects.filter(pk=one().pk).update(version=7)
    chief.post(f"{here}confirm", {"all": stamp})
    assert Assignment.objects.filter(state=State.CONFIRMED).count() == 0
    stamp = page(chief, here).split('name="all" value="')[1].split('"')[0]
    chief.post(f"{here}confirm", {"all": stamp})
    assert set(Assignment.objects.filter(unit="A1").values_list("state", flat=True)) == {State.CONFIRMED}
    assert set(Assignment.objects.filter(unit="A2").values_list("state", flat=True)) == {State.PROPOSED}
    assert of.assignments.filter(to_carry=True).count() == 3


@pytest.mark.usefixtures("bureau")
def test_what_is_typed_wrong_stays_typed_and_says_why() -> None:
    handed_down()
    chief = client(with_role("unit", "A1"))
    here = f"/assignment/{one().pk}/"
    given = {"version": 1, "post-0": "A1-1", "part-0": "lead", "share-0": "0.7"}
    answer = chief.post(f"{here}settle", given)
    assert answer.status_code == 422
    assert "份额合计 0.7，应当恰好是 1" in answer.content.decode()
    assert 'value="0.7"' in answer.content.decode()
    marked = [entry.name for group in answer.context["menu"].groups for entry in group.entries if entry.here]
    assert marked == ["cascade-ours"], "the menu stays where it was"
    chief.post(f"{here}return", {"version": 1, "reason": "由县局集中办理"})
    office = client(with_role("office"))
    assert "由县局集中办理" in page(office, here)
    assert "退回的责任项待答复" in page(office, "/")


@pytest.mark.usefixtures("bureau")
def test_what_the_rules_know_no_more_is_called_as_it_was_when_it_was_handed_down() -> None:
    of = handed_down()
    gone = {"indicator": "left", "name": "停用的指标", "due": of.due, "at": of.begun_at}
    Assignment.objects.bulk_create(Assignment(cascade=of, unit_id=at, **gone) for at in ("A1", "A2"))
    work(look(of.pk, by=Asker(with_role("office"), of.due), now=of.begun_at))
    with CaptureQueriesContext(connection) as asked:
        assert page(client(with_role("office")), f"/cascade/{of.pk}/").count("<td>停用的指标</td>") == 2
    (names,) = [one["sql"] for one in asked if "DISTINCT" in one["sql"] and '"indicator" IN' in one["sql"]]
    assert "ORDER BY" not in names, "one row an indicator, however many units have it"


@pytest.mark.usefixtures("bureau")
def test_the_office_of_a_city_answers_and_reads_what_is_below_it_and_hands_nothing_down() -> None:
    """下级绩效办."""
    one, chief = assignment(), with_role("unit", "A1")
    client(chief).post(f"/assignment/{one.pk}/return", {"version": "1", "reason": "不属于本局职责"})
    one.refresh_from_db()
    assert one.state == State.RETURNED
    here, there = client(with_role("office", "A")), client(with_role("office", "B"))
    pages = (
        f"/assignment/{one.pk}/",
        f"/cascade/{one.cascade_id}/unit/A1/",
        f"/cascade/{one.cascade_id}/unit/A1/letter",
    )
    assert [[who.get(at).status_code for at in pages] for who in (here, there)] == [[200] * 3, [404] * 3]
    assert ["退回的责任项待答复" in page(who, "/") for who in (here, there)] == [True, False]
    said = {"version": "2", "reason": "岗责已明确", "due": "2099-01-01"}
    assert there.post(f"/assignment/{one.pk}/insist", said).status_code == 404
    assert here.post(f"/cascade/{one.cascade_id}/look").status_code == 404
    assert here.get("/cascade/new").status_code == 404
    assert here.post(f"/assignment/{one.pk}/insist", said).status_code == 302


@pytest.mark.usefixtures("bureau")
def test_what_a_proposal_would_change_and_posts_that_nobody_holds_are_told_of_all_units_or_not_at_all() -> None:
    of = begun()
    work(look(of.pk, by=Asker(with_role("office"), of.due), now=of.begun_at))
    whole, city = client(with_role("office")), client(with_role("office", "B"))
    assert ["甲市一县" in page(who, f"/cascade/{of.pk}/") for who in (whole, city)] == [True, False]
    vacant = ["甲市一县税务局", "税源管理岗", 1]
    told = {"levels": {}, "problems": [], "vacant": [vacant], "tasks": [], "at": "2026-07-01T09:00:00+08:00"}
    Cascade.objects.filter(pk=of.pk).update(traced=told)
    assert ["甲市一县" in page(who, f"/cascade/{of.pk}/trace") for who in (whole, city)] == [True, False]


@pytest.mark.usefixtures("bureau")
def test_who_answers_second_is_told_who_was_first() -> None:
    handed_down()
    chief, here = client(with_role("unit", "A1")), f"/assignment/{one().pk}/return"
    for _ in range(2):
        answer = chief.post(here, {"version": 1, "reason": "由县局集中办理"}, follow=True)
    assert "已退回" in html.unescape(answer.content.decode())
    assert answer.status_code == 422


@pytest.mark.usefixtures("bureau")
def test_an_officer_sees_what_the_own_post_carries_and_why_and_gets_the_letter() -> None:
    of = handed_down()
    who = account("wang", person="w")
    grant(who, "officer", unit("A1"))
    mine = client(who)
    told = page(mine, "/cascade/mine")
    assert "按期申报率" in told
    assert "60%" in told
    assert "其他" not in told.split("<table")[1], "what the head carries is none of his"
    assert mine.get(f"/cascade/{of.pk}/person/z/letter").status_code == 404
    answer = mine.get(f"/cascade/{of.pk}/person/w/letter.docx")
    text = "\n".join(cell.text for table in Document(BytesIO(answer.content)).tables for cell in table._cells)
    assert "按期申报率（待确认）" in text
    assert "税源管理职责：按户提醒" in text
    assert mine.get(f"/cascade/{of.pk}/person/w/letter.pdf").content[:5] == b"%PDF-"


@pytest.mark.usefixtures("bureau")
def test_a_plan_that_went_to_others_hides_nothing_of_ours_and_two_of_ours_are_both_shown() -> None:
    of, chief, who = handed_down(), client(with_role("unit", "A1")), account("wang", person="w")
    grant(who, "officer", unit("A1"))
    later = cascade("campaign", timezone.now())
    Assignment.objects.filter(pk=one(at="A2").pk).update(cascade=later)
    assert chief.get("/cascade/ours").url == f"/cascade/{of.pk}/unit/A1/"
    assert "分局方案" in page(client(who), "/cascade/mine")
    Assignment.objects.filter(pk=one().pk).update(cascade=later)
    assert chief.get("/cascade/ours").url == f"/cascade/{later.pk}/unit/A1/"
    assert f"/cascade/{of.pk}/unit/A1/" in page(chief, f"/cascade/{later.pk}/unit/A1/")
    assert page(client(who), "/cascade/mine").count("我的责任书") == 2


@pytest.mark.usefixtures("bureau")
def test_the_letter_of_a_unit_names_people_only_to_those_who_may_know_them() -> None:
    of = handed_down()
    here = f"/cascade/{of.pk}/unit/A1/letter"
    assert "税源管理岗（王）" in page(client(with_role("unit", "A1")), here)
    assert "税源管理岗（1 人）" in page(client(with_role("assessor")), here)
    Seat.objects.all().delete()
    assert "税源管理岗（空缺）" in page(client(with_role("assessor")), here)


@pytest.mark.usefixtures("bureau")
def test_a_unit_sees_what_each_department_carries_and_one_department_alone() -> None:
    of = handed_down()
    chief = client(with_role("unit", "A1"))
    here = f"/cascade/{of.pk}/unit/A1/"
    told = page(chief, here)
    assert "按部门" in told
    assert by_department(of, unit("A1")) == [Department("征管科", 2, 0, 2, 1), Department("局领导", 1, 1, 2, 1)]
    rows = told.split("承担的指标")[-1]
    assert rows.index("征管科") < rows.index("按期申报率") < rows.index("局领导 <") < rows.index(">其他<")
    only = page(chief, f"{here}?department=局领导").split("承担的指标")[-1]
    assert "按期申报率" in only, "it assists there"
    assert "催报及时率" not in only
    assert "按部门" not in page(client(with_role("unit", "A2")), f"/cascade/{of.pk}/unit/A2/")


@pytest.mark.usefixtures("bureau")
def test_the_list_of_all_is_searched_by_department_too() -> None:
    of, office = handed_down(), client(with_role("office"))
    answer = office.get(f"/cascade/{of.pk}/file?q=征管科")
    rows = list(load_workbook(BytesIO(answer.content)).active.values)
    assert {row[2] for row in rows[1:] if row[2]} == {"filing_on_time", "filing_urged"}


@pytest.mark.usefixtures("bureau")
def test_the_letter_of_a_unit_has_its_departments_sign() -> None:
    of = handed_down()
    office = client(with_role("office"))
    answer = office.get(f"/cascade/{of.pk}/unit/A1/letter.docx")
    tables = [
        [[cell.text for cell in row.cells] for row in table.rows] for table in Document(BytesIO(answer.content)).tables
    ]
    signs = next(table for table in tables if table[0][0] == "部门")
    assert signs[1:] == [["征管科", "2", "0", ""], ["局领导", "1", "1", ""]]
    assert "部门负责人" not in page(office, f"/cascade/{of.pk}/unit/A2/letter")


@pytest.mark.usefixtures("bureau")
def test_the_workbook_has_a_row_a_post_with_the_clause_that_caused_it() -> None:
    of = handed_down()
    answer = client(with_role("office")).get(f"/cascade/{of.pk}/file?q=filing_on_time")
    rows = list(load_workbook(BytesIO(answer.content)).active.values)
    assert len([row for row in rows[1:] if row[2]]) == 4
    found = next(row for row in rows if row[8] == "A1-0")
    assert (found[6], found[7], float(found[10]), found[11]) == ("主办", "征管科", 0.6, "税源管理职责")


@pytest.mark.django_db
def test_pages_ask_the_database_a_bounded_number_of_questions(django_assert_max_num_queries: Any) -> None:
    world()
    for at in range(60):
        assignment(at="A1", indicator=f"i{at}")
        assignment(at="A2", indicator=f"i{at}")
    office, chief, of = client(with_role("office")), client(with_role("unit", "A1")), cascade()
    for by, address in ((office, f"/cascade/{of.pk}/assignments"), (chief, f"/cascade/{of.pk}/unit/A1/"),
                        (office, f"/cascade/{of.pk}/"), (office, "/cascade/overdue")):  # fmt: skip
        by.get(address)
        with django_assert_max_num_queries(19):
            assert by.get(address).status_code == 200


def test_the_policy_says_of_the_moves_what_their_table_says() -> None:
    for name, roles in allowed().items():
        entry = policy()[name]
        found = {(one.role, one.relation): set(one.states) for one in entry.allowances}
        assert found == {
            (role, relation): set(states) for role, of in roles.items() for relation, states in of.items()
        }, name


def test_the_diagram_has_every_move() -> None:
    assert all(f"{move.words.zh}（" in diagram() for move in MOVES)


def test_letters_are_the_same_bytes_for_the_same_assignments(bureau: object) -> None:
    del bureau
    of = handed_down()
    office = client(with_role("office"))
    first, again = (office.get(f"/cascade/{of.pk}/unit/A1/letter.docx").content for _ in range(2))
    assert first == again
    assert "word/document.xml" in ZipFile(BytesIO(first)).namelist()


@pytest.mark.django_db
def test_whoever_reads_the_letter_of_somebody_is_on_record_with_his_role() -> None:
    person("n-A1", unit("A1"))
    here = f"/cascade/{assignment().cascade_id}/person/n-A1/letter"
    for who in (with_role("office"), with_role("unit", "A1")):
        assert [client(who).get(f"{here}{end}").status_code for end in ("", ".docx")] == [200, 200]
    told = Event.objects.filter(act__startswith="cascade-own-letter").order_by("number")
    assert [(one.act.endswith("-file"), one.role) for one in told] == [
        (False, "office"), (True, "office"), (False, "unit"), (True, "unit"),
    ]  # fmt: skip


@pytest.mark.usefixtures("bureau")
def test_the_file_names_what_nobody_carries_any_more_too() -> None:
    of = handed_down()
    one().carriers.update(since=of.since, until=of.since)
    answer = client(with_role("office")).get(f"/cascade/{of.pk}/file?q=filing_on_time")
    rows = list(load_workbook(BytesIO(answer.content)).active.values)
    assert [row[1] for row in rows if row[2] == "filing_on_time"] == [
        "甲市一县税务局",
        "甲市二县税务局",
        "甲市二县税务局",
    ]


@pytest.mark.usefixtures("bureau")
def test_two_posts_of_one_name_have_a_table_each_in_the_letter() -> None:
    of = handed_down()
    Post.objects.filter(pk="A1-1").update(name="税源管理岗")
    paper = unit_letter(of, unit("A1"), "省局", of.due, named=True)
    assert [table.title.rpartition("岗")[2] for table in paper.tables[:2]] == ["（王）", "（李）"]


@pytest.mark.django_db
def test_lists_of_assignments_say_who_holds_their_posts() -> None:
    world()
    of = assignment().cascade
    Assignment.objects.update(due=of.begun_at.date())
    office = client(with_role("office"))
    for address in (f"/cascade/{of.pk}/assignments", "/cascade/overdue"):
        found = page(office, address)
        assert "干部A1" in found, address
        assert found.count("空缺") == 1, "only the other post"


@pytest.mark.django_db
def test_a_letter_is_that_of_the_bureau_at_the_top() -> None:
    world()
    of = assignment().cascade
    answer = client(with_role("office")).get(f"/cascade/{of.pk}/unit/A1/letter.docx")
    first = Document(BytesIO(answer.content)).paragraphs[0].text
    assert first == unit("P").name


@pytest.mark.django_db
def test_a_letter_cites_the_plan_by_its_own_name_wherever_it_is_handed_down() -> None:
    of, place = assignment().cascade, unit("A")
    Cascade.objects.filter(pk=of.pk).update(within=place.code, name=f"{of.name}（{place.name}）")
    answer = client(with_role("office")).get(f"/cascade/{of.pk}/unit/A1/letter.docx")
    told = "".join(one.text for one in Document(BytesIO(answer.content)).paragraphs)
    assert f"根据《{of.name}》" in told
