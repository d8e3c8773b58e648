"""共享: one bureau's rule in another one's library, with where it is from; and the library as a workbook and back."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from django.conf import settings as site
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from steelyard.engine.model.book import read_book
from steelyard.engine.problems import Refused
from steelyard.web.library.borrowing import behind, borrow, catch_up
from steelyard.web.library.considering import Wanted
from steelyard.web.library.models import Rule, Version
from steelyard.web.library.rules import bureau, in_force
from steelyard.web.library.taking import take_up
from steelyard.web.library.writing import adopt, write
from steelyard.web.people.models import Account, Unit
from steelyard.web.trail.models import Event
from tests.web.library.test_library import DONE, MENDED, PROVINCE, add, change, codes, colleague
from tests.web.people.world import NOW, sign_in, with_role


def put(code: str, number: int) -> None:
    adopt({code: number}, by=colleague(), now=NOW)


def test_a_city_takes_over_a_rule_and_is_told_when_its_origin_changes(office: Account, city: Unit) -> None:
    there = with_role("office", "A")
    made = borrow("done", city, by=there, now=NOW)
    assert (made.address, made.holder, made.origin.number, made.state) == ("A:done", city, 1, "draft")
    assert made.versions.get().origin == "done · 1"
    assert not behind().exists()
    change("done", MENDED, "目标提高", 1, office)
    assert not behind().exists(), "what is not in force yet changes nothing"
    put("done", 2)
    assert [rule.address for rule in behind()] == ["A:done"]
    client = Client()
    sign_in(client, there)
    assert "借用的规则来源已变" in client.get("/").content.decode()
    assert "来源已变" in client.get("/library?state=behind").content.decode()
    assert "已阅，保留本级写法" in client.get("/library/A:done/").content.decode()
    with pytest.raises(Refused) as refused:
        catch_up("A:done", 1, by=there, now=NOW)
    assert codes(refused) == ["borrow-moved"], "another version than the one that was seen"
    client.post("/library/A:done/caught-up", {"seen": "2"})
    assert not behind().exists()
    assert Event.objects.get(act="rule-catch-up").detail == {"origin": "done", "seen": 2}
    change("done", MENDED.replace("上半年", "今年"), "再改", 2, office)
    put("done", 3)
    assert behind().exists(), "told again when it changes again"


def test_words_of_drafts_of_other_libraries_are_offered_to_nobody_else(city: Unit) -> None:
    there = with_role("office", "A")
    text = DONE.replace("done", "secretly", 1) + "\nfamily: 秘而不宣"
    write(Wanted(text), "起草", holder=city, by=there, now=NOW)
    shown = {}
    for who in (there, with_role("unit", "B1")):
        client = Client()
        sign_in(client, who)
        shown[who] = "秘而不宣" in client.get("/library").content.decode()
    assert list(shown.values()) == [True, False]


def test_what_a_city_changes_is_its_own(city: Unit) -> None:
    there, other = with_role("office", "A"), with_role("assessor", "A")
    borrow("done", city, by=other, now=NOW)
    adopt({"A:done": 1}, by=there, now=NOW)
    change("A:done", DONE.replace("target: 2", "target: 9"), "本市更高", 1, other)
    adopt({"A:done": 2}, by=there, now=NOW)
    assert str(bureau(city).book().indicators["done"].target) != str(bureau().book().indicators["done"].target)
    assert sorted(bureau(city).book().plans) == sorted(bureau().book().plans), "what it does not change is the bureau's"
    assert len(in_force()) == len(in_force("A")) == 3
    with pytest.raises(Refused) as refused:
        change("done", MENDED, "越级", 1, there)
    assert codes(refused) == ["act-not-allowed"]


def test_what_cannot_be_taken_over_says_why(office: Account, city: Unit) -> None:
    there = with_role("office", "A")
    add(DONE.replace("done", "closed", 1), office)
    borrow("done", city, by=there, now=NOW)
    for name, holder, by, wanted in (
        ("done", None, office, "borrow-own"), ("closed", city, there, "borrow-unpublished"),
        ("done", city, there, "borrow-there"), ("none", city, there, "rule-unknown"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            borrow(name, holder, by=by, now=NOW)
        assert codes(refused) == [wanted]


@pytest.mark.usefixtures("city")
def test_three_clicks_and_the_rule_of_another_bureau_is_here() -> None:
    client = Client()
    sign_in(client, with_role("office", "A"))
    assert "办结" in client.get("/library?kind=indicator").content.decode()
    assert "借到本级" in client.get("/library/done/").content.decode()
    assert client.post("/library/done/borrow")["Location"] == "/library/A:done/"
    page = client.get("/library/A:done/").content.decode()
    assert "来源" in page
    assert "A:done" in page


def test_the_province_goes_out_as_a_workbook_and_comes_back_the_same(
    office: Account,
    settings: Any,
    tmp_path: Path,
) -> None:
    settings.STEELYARD = replace(site.STEELYARD, bureau=str(PROVINCE))
    count = take_up(by=office, now=NOW)
    client = Client()
    sign_in(client, office)
    exported = client.get("/library/file").content
    assert client.post("/library/bring", _sent(exported)).status_code == 302
    assert Version.objects.count() == count, "nothing was changed, so nothing is new"
    book = openpyxl.load_workbook(BytesIO(exported))
    rows = {row[1].value: row for row in book.active.iter_rows(min_row=2)}
    text = rows["filing_on_time"][8].value
    rows["filing_on_time"][8].value = text.replace("name: ", "name: 新")
    book.save(tmp_path / "mine.xlsx")
    answer = client.post("/library/bring", _sent((tmp_path / "mine.xlsx").read_bytes()))
    assert answer["Location"].startswith("/library?state=waiting")
    made = Version.objects.get(number=2)
    assert (made.rule.code, made.text, made.origin) == (
        "filing_on_time",
        text.replace("name: ", "name: 新") + "\n",
        "x.xlsx",
    )


def test_the_same_rule_in_two_libraries_goes_out_and_comes_back(office: Account, city: Unit) -> None:
    there = with_role("office", "A")
    borrow("done", city, by=there, now=NOW)
    client, own = Client(), Client()
    sign_in(client, office)
    sign_in(own, there)
    exported = client.get("/library/file").content
    for who in (client, own):
        answer = who.post("/library/bring", _sent(exported), follow=True)
        assert "没有改过的行" in answer.content.decode(), "and nothing is refused for standing in two libraries"
    assert own.post("/library/bring", _sent(_edited(exported, "A:done"))).status_code == 302
    assert Version.objects.get(number=2).rule.address == "A:done"
    refused = own.post("/library/bring", _sent(_edited(exported, "done")))  # rules-elsewhere
    assert refused.status_code == 422
    assert "别的库的规则（done）" in refused.content.decode()


def _edited(data: bytes, address: str) -> bytes:
    book, out = openpyxl.load_workbook(BytesIO(data)), BytesIO()
    (text,) = [row[8] for row in book.active.iter_rows(min_row=2) if row[1].value == address]
    text.value = text.value.replace("name: ", "name: 新")
    book.save(out)
    return out.getvalue()


def _sent(data: bytes, name: str = "x.xlsx") -> dict[str, Any]:
    return {"file": SimpleUploadedFile(name, data), "reason": "带回"}


@pytest.mark.parametrize(
    ("change", "wanted"),
    [  # rules-rows, rules-none, and what the check of the book finds
        (lambda sheet: setattr(sheet.cell(2, 9), "value", None), "有 1 行读不进来（第 2 行）"),
        (
            lambda sheet: sheet.cell(3, 9, f"{sheet.cell(3, 9).value}\n"),
            "有 1 行读不进来（第 3 行）：单元格里的文字首尾有空格或空行",
        ),
        (lambda sheet: sheet.cell(2, 2, "x" * 5_000), f"（{'x' * 100}）"),
        (lambda sheet: sheet.delete_rows(2, 9), "没有一行规则"),
        (lambda sheet: sheet.cell(2, 9, "indicator: done\nfuel: 1"), "fuel"),
    ],
)
def test_a_workbook_with_a_mistake_changes_nothing(office: Account, tmp_path: Path, change: Any, wanted: str) -> None:
    take_up(by=office, now=NOW)
    client = Client()
    sign_in(client, office)
    book = openpyxl.load_workbook(BytesIO(client.get("/library/file").content))
    change(book.active)
    book.save(tmp_path / "x.xlsx")
    answer = client.post("/library/bring", _sent((tmp_path / "x.xlsx").read_bytes()))
    assert (answer.status_code, wanted in answer.content.decode()) == (422, True), answer.content.decode()
    assert Version.objects.count() == Rule.objects.count() == 3
    assert client.post("/library/bring", _sent(b"no workbook")).status_code == 422
    again = client.get("/library/file").content
    assert client.post("/library/bring", _sent(again, "X.XLSX")).status_code == 302, "as some systems name files"
    refused = client.post("/library/bring", _sent(b"", "x.txt"))
    assert "请选一个从这里导出的工作簿" in refused.content.decode(), "rules-file"


def test_a_workbook_with_more_rows_than_any_library_is_refused_before_they_are_read(
    office: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_up(by=office, now=NOW)
    client = Client()
    sign_in(client, office)
    book = openpyxl.load_workbook(BytesIO(client.get("/library/file").content))
    for at in range(2_001):
        book.active.append(["indicator", f"r{at}", None, None, None, None, None, None, "no rule at all"])
    book.save(tmp_path / "x.xlsx")
    answer = client.post("/library/bring", _sent((tmp_path / "x.xlsx").read_bytes()))
    told = "工作簿有 2004 行，而库里有 3 条；一次最多新增 2000 条"  # rules-many
    assert (answer.status_code, told in answer.content.decode()) == (422, True)
    monkeypatch.setattr("steelyard.web.pages.library.bringing.NEW", 3_000)
    answer = client.post("/library/bring", _sent((tmp_path / "x.xlsx").read_bytes()))
    assert "请只写一条规则（现为 0 条）" in answer.content.decode()


def test_what_is_in_force_goes_out_as_files_that_the_command_reads(office: Account) -> None:
    take_up(by=office, now=NOW)
    before = bureau().book()
    add(DONE.replace("done", "closed", 1), office)
    client = Client()
    sign_in(client, with_role("auditor"))
    with ZipFile(BytesIO(client.get("/library/rules.zip").content)) as archive:
        found = read_book((name, archive.read(name).decode()) for name in sorted(archive.namelist()))
    assert found == before, "without what is only being written"


def test_a_city_does_not_hear_what_a_draft_of_another_city_would_do(city: Unit) -> None:
    borrow("done", city, by=with_role("office", "A"), now=NOW)
    for at, status in (("A", 200), ("P", 200), ("B", 404)):
        client = Client()
        sign_in(client, with_role("office", at))
        assert client.post("/library/A:done/effect").status_code == status, at


@pytest.mark.usefixtures("city")
def test_a_draft_reaches_nobody_who_may_not_read_drafts(office: Account) -> None:
    """Neither in the workbook of all rules, nor once a later version has come into force."""
    change("done", MENDED, "目标提高", 1, office)
    officer, other = Client(), Client()
    sign_in(officer, with_role("officer", "A11"))
    sign_in(other, with_role("office"))

    def taken(client: Client) -> str:
        sheet = openpyxl.load_workbook(BytesIO(client.get("/library/file").content)).worksheets[0]
        return " ".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row)

    assert "target: 3" in taken(other)
    assert "target: 3" not in taken(officer)
    change("done", DONE.replace("target: 2", "target: 5"), "再改", 2, office)
    put("done", 3)
    assert "target: 5" in taken(officer)
    assert "?version=2" in other.get("/library/done/").content.decode()
    assert "?version=2" not in officer.get("/library/done/").content.decode()
    assert "target: 3" not in officer.get("/library/done/?version=2").content.decode()


def test_a_workbook_for_which_there_is_no_room_is_refused_in_words(
    office: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
    client = Client()
    sign_in(client, office)
    answer = client.post("/library/bring", _sent(b"PK"))
    assert (answer.status_code, "服务器写不下" in answer.content.decode()) == (422, True)


@pytest.mark.usefixtures("city")
def test_a_workbook_of_the_whole_library_does_not_become_the_city_s_own() -> None:
    client = Client()
    sign_in(client, with_role("office", "A"))
    borrow("done", Unit.objects.get(code="A"), by=with_role("office", "A"), now=NOW)

    def brought(which: str) -> Any:
        book = SimpleUploadedFile("规则.xlsx", client.get(f"/library/file{which}").content)
        return client.post("/library/bring", {"file": book, "reason": "统一修改"})

    assert brought("?holder=-").status_code == 302
    assert list(Rule.objects.filter(holder__code="A").values_list("code", flat=True)) == ["done"]
    assert brought("?holder=A").status_code == 302
