"""Units and persons from the register: shown before they are applied, applied once, and whoever moves loses roles."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from steelyard.engine.problems import Refused
from steelyard.web.people.asking import Asker
from steelyard.web.people.models import Person, RegisterImport, Unit
from steelyard.web.people.registering.importing import apply, trial, upload
from steelyard.web.people.registering.register import bring, changes, picture
from steelyard.web.trail.models import Event
from tests.web.people.world import NOW, account, grant, sign_in, with_role

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
RULES = Path(__file__).resolve().parents[3] / "examples" / "province"
DAY = date(2026, 7, 1)
UNITS = "机构代码,机构名称,层级,上级机构代码,机构类别,启用日期,停用日期\n"
FIRST = {
    "机构.csv": UNITS + "P,某省税务局,province,,,2018-07-01,\nA,甲市税务局,city,P,市税务局,2018-07-01,\n"
    "A1,一县税务局,county,A,,2018-07-01,\nA2,二县税务局,county,A,,2018-07-01,\n",
    "岗位.csv": "岗位代码,机构代码,岗位名称,岗位职责,部门\nJ1,A1,管理员,,\nJ2,A2,管理员,,\nJ3,A1,审核员,,\n",
    "人员.csv": "人员代码,姓名,出生年份,入职年份\nn1,李一,1980,2002\nn2,王二,1985,2008\nn3,赵三,1990,2012\n",
    "任职.csv": "人员代码,岗位代码,任职日期,离任日期,份额\nn1,J1,2020-01-01,,1.0000\n"
    "n2,J2,2020-01-01,,1.0000\nn3,J1,2020-01-01,,1.0000\n",
}
NEXT = {
    "机构_2.csv": UNITS
    + "A1,一县税务局,county,A,,2018-07-01,2026-06-30\nA2,二县税务局,county,A,,2018-07-01,2026-06-30\n"
    "A3,新县税务局,county,A,,2026-07-01,\nA,甲州税务局,city,P,市税务局,2018-07-01,\n",
    "机构沿革.csv": "原机构代码,新机构代码,变更日期,份额\nA1,A3,2026-07-01,1.0000\nA2,A3,2026-07-01,1.0000\n",
    "岗位_2.csv": "岗位代码,机构代码,岗位名称,岗位职责,部门\nJ9,A3,管理员,,\n",
    "任职_2.csv": "人员代码,岗位代码,任职日期,离任日期,份额\nn1,J1,2020-01-01,2026-06-30,1.0000\n"
    "n1,J9,2026-07-01,,1.0000\n"
    "n2,J2,2020-01-01,2026-06-30,1.0000\nn2,J9,2026-07-01,,1.0000\nn3,J1,2020-01-01,2026-06-30,1.0000\n",
}


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Path:
    record = tmp_path / "record"
    settings.STEELYARD = replace(settings.STEELYARD, home=tmp_path / "site", bureau=str(RULES), record=str(record))
    return tmp_path


def files(of: dict[str, str]) -> list[tuple[str, list[bytes]]]:
    """岗位 is declared as GB18030, as the system that it comes from writes it."""
    return [(name, [text.encode("gb18030" if name.startswith("岗位") else "utf-8")]) for name, text in of.items()]


def loaded(of: dict[str, str], day: date = DAY, now: datetime = NOW) -> Any:
    maker = with_role("system", None)
    made, tried = upload(files(of), day=day, by=maker, now=now)
    return apply(made, by=maker, now=now), tried


def test_a_register_becomes_units_with_paths_and_persons_with_their_unit() -> None:
    found, tried = loaded(FIRST)
    assert tried.changes == found
    assert dict(Unit.objects.values_list("code", "path")) == {
        "P": "/P/",
        "A": "/P/A/",
        "A1": "/P/A/A1/",
        "A2": "/P/A/A2/",
    }
    assert list(Person.objects.values_list("code", "unit_id", "post").order_by("code")) == [
        ("n1", "A1", "管理员"), ("n2", "A2", "管理员"), ("n3", "A1", "管理员"),
    ]  # fmt: skip
    assert Unit.objects.get(code="A").class_name == "市税务局"
    acts = list(Event.objects.values_list("act", flat=True))
    assert acts == ["organisation-upload", "organisation-apply", "register-bring"]


def test_bringing_the_same_day_again_changes_nothing_and_leaves_no_event(home: Path) -> None:
    loaded(FIRST)
    events = Event.objects.count()
    again = bring(picture(home / "record", DAY), by=with_role("system", None), at=NOW)
    assert again.nothing
    assert Event.objects.count() == events


def test_a_merger_is_shown_before_it_is_applied(home: Path) -> None:
    loaded(FIRST)
    maker = with_role("system", None)
    before = list(Unit.objects.values()), list(Person.objects.values())
    made, tried = upload(files(NEXT), day=DAY, by=maker, now=NOW)
    client = Client()
    sign_in(client, maker)
    page = client.get(f"/organisation/imports/{made.key}").content.decode()
    assert all(name in page for name in ("一县税务局", "二县税务局"))  # by name, not by code alone
    seen = tried.changes
    assert (list(Unit.objects.values()), list(Person.objects.values())) == before
    assert [one.code for one in seen.new] == ["A3"]
    assert seen.ended == ("A1", "A2")
    assert seen.merged == (("A3", ("A1", "A2")),)
    assert seen.renamed == (("A", "甲市税务局", "甲州税务局"),)
    assert [(a.code, a.unit, b.unit) for a, b in seen.transferred] == [
        ("n1", "A1", "A3"), ("n2", "A2", "A3"), ("n3", "A1", ""),
    ]  # fmt: skip
    assert changes(picture(home / "record", DAY)).nothing


def test_every_change_stands_on_one_of_the_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("steelyard.web.pages.administration.organisation.ROWS", 2)
    loaded(FIRST)
    maker = with_role("system", None)
    made, _ = upload(files(NEXT), day=DAY, by=maker, now=NOW)
    client = Client()
    sign_in(client, maker)
    pages = [client.get(f"/organisation/imports/{made.key}?page={number}").content.decode() for number in range(1, 5)]
    words = ("新设", "撤销", "更名", "合并", "李一", "王二", "赵三")  # the last of them has no post any more
    assert all(any(f">{word}<" in page for page in pages) for word in words)
    assert not any(all(f">{word}<" in page for word in words) for page in pages)


def test_whoever_moves_leaves_roles_behind_and_old_units_stay_known() -> None:
    loaded(FIRST)
    mover, other = account("li", person="n1"), account("zhou")
    held, kept = grant(mover, "unit", Unit.objects.get(code="A1")), grant(other, "leader", Unit.objects.get(code="A"))
    loaded(NEXT)
    held.refresh_from_db()
    kept.refresh_from_db()
    assert (held.state, kept.state) == ("ended", "confirmed")
    assert Asker(mover, DAY).home == "/P/A/A3/"
    assert Unit.objects.get(code="A1").ended == DAY
    acts = list(Event.objects.order_by("number").values_list("act", flat=True))[-3:]
    assert acts == ["organisation-apply", "grant-end", "register-bring"]


def test_what_was_shown_is_what_is_applied_or_nothing() -> None:
    loaded(FIRST)
    maker = with_role("system", None)
    first, _ = upload(files(NEXT), day=DAY, by=maker, now=NOW)
    renamed = {"机构_3.csv": UNITS + "A,另名税务局,city,P,市税务局,2018-07-01,\n"}
    loaded(renamed)
    with pytest.raises(Refused) as refused:
        apply(first, by=maker, now=NOW)
    assert [one.code for one in refused.value.problems] == ["import-stale"]
    assert Unit.objects.get(code="A1").ended is None


def test_a_second_import_of_the_same_second_replaces_what_the_first_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("steelyard.web.people.registering.importing.timezone.localtime", lambda *_: NOW)
    loaded(FIRST)
    loaded({"机构_3.csv": UNITS + "A,另名税务局,city,P,市税务局,2018-07-01,\n"})
    assert Unit.objects.get(code="A").name == "另名税务局"


def test_an_import_is_applied_once() -> None:
    maker = with_role("system", None)
    made, _ = upload(files(FIRST), day=DAY, by=maker, now=NOW)
    apply(made, by=maker, now=NOW)
    with pytest.raises(Refused) as refused:
        apply(made, by=maker, now=NOW)
    assert [one.code for one in refused.value.problems] == ["import-stale"]


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("../机构.csv", UNITS, "import-name"),
        (".机构.csv", UNITS, "import-name"),
        ("别的.csv", UNITS, "file-no-feed"),
        ("机构.csv", "代码\nP\n", "header-missing"),
        ("机构.csv", UNITS + "P,省,province,,,2018-07-01,\np,省,province,,,2018-07-01,\n", "register-alike"),
        ("机构.csv", f"{UNITS}P,{'省' * 201},province,,,2018-07-01,\n", "register-long"),
        ("机构.csv", f"{UNITS}{'P' * 41},省,province,,,2018-07-01,\n", "register-long"),
        ("人员.csv", f"人员代码,姓名,出生年份,入职年份\nn1,{'李' * 101},1980,2002\n", "register-long"),
    ],
)
def test_a_wrong_file_is_refused_with_its_reason_and_nothing_is_kept(
    home: Path, name: str, text: str, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        upload(files({name: text}), day=DAY, by=with_role("system", None), now=NOW)
    assert code in {one.code for one in refused.value.problems}, refused.value.problems
    assert not RegisterImport.objects.exists()
    assert list((home / "site" / "media" / "registers").glob("*")) == []
    assert not (home / "record").exists()


def test_a_large_file_is_refused_before_it_is_read() -> None:
    pieces = [bytes(1 << 20)] * 33
    with pytest.raises(Refused) as refused:
        upload([("机构.csv", pieces)], day=DAY, by=with_role("system", None), now=NOW)
    assert [one.code for one in refused.value.problems] == ["import-large"]


def test_a_trial_leaves_the_record_alone(home: Path) -> None:
    from steelyard.bureau.folder import Bureau

    (home / "机构.csv").write_text(FIRST["机构.csv"], "utf8")
    tried = trial(Bureau(RULES, home / "record"), [home / "机构.csv"], DAY)
    assert len(tried.changes.new) == 4
    assert not (home / "record").exists()


def test_the_pages_lead_from_files_to_units(client: Client) -> None:
    sign_in(client, with_role("system", None))
    assert client.post("/organisation/upload", {"day": "2026-07-01"}).status_code == 422
    sent = [SimpleUploadedFile(name, content[0]) for name, content in files(FIRST)]
    answer = client.post("/organisation/upload", {"day": "2026-07-01", "files": sent})
    assert answer.status_code == 302, answer.content.decode()
    assert "一县税务局" in client.get(answer.url).content.decode()
    assert not Unit.objects.exists()
    client.post(answer.url)
    assert Unit.objects.count() == 4
    listed = client.get("/organisation").content.decode()
    assert "一县税务局" in listed
    assert "<td>县局</td>" in listed, "levels are called by their names"
    wrong = SimpleUploadedFile("机构.csv", "代码\nP\n".encode())
    answer = client.post("/organisation/upload", {"day": "2026-07-01", "files": wrong})
    assert answer.status_code == 422
    assert "机构.csv" in answer.content.decode()
