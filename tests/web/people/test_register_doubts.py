"""What cannot be meant is refused at the door; what would end most of what is there wants a word of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from steelyard.engine.problems import Refused
from steelyard.web.people.models import Person, RegisterImport, Unit
from steelyard.web.people.registering.importing import apply, upload
from steelyard.web.people.registering.register import differences
from tests.web.api.caller import integrator, post
from tests.web.people.test_register import DAY, FIRST, RULES, UNITS, files, loaded
from tests.web.people.world import NOW, sign_in, with_role

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
ENDED = {
    "机构_9.csv": UNITS + "A,甲市税务局,city,P,市税务局,2018-07-01,2026-07-31\n"
    "A1,一县税务局,county,A,,2018-07-01,2026-07-31\n"
    "A2,二县税务局,county,A,,2018-07-01,2026-07-31\n",
    "任职_9.csv": "人员代码,岗位代码,任职日期,离任日期,份额\nn1,J1,2020-01-01,2026-07-31,1.0000\n"
    "n2,J2,2020-01-01,2026-07-31,1.0000\nn3,J1,2020-01-01,2026-07-31,1.0000\n",
}  # fmt: skip
AUGUST = date(2026, 8, 3)


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Path:
    record = str(tmp_path / "record")
    settings.STEELYARD = replace(settings.STEELYARD, home=tmp_path / "site", bureau=str(RULES), record=record)
    return tmp_path


def refused(of: dict[str, str], day: date) -> Any:
    with pytest.raises(Refused) as found:
        upload(files(of), day=day, by=with_role("system", None), now=NOW)
    (problem,) = found.value.problems
    return problem


@pytest.mark.parametrize("day", [date.min, date(2016, 6, 29), DAY + timedelta(days=367), date.max])
def test_a_day_that_cannot_be_meant_is_refused_with_the_days_that_can(home: Path, day: date) -> None:
    problem = refused(FIRST, day)
    assert (problem.code, problem.place.file, problem.params["day"]) == ("import-day", "day", day)
    assert not RegisterImport.objects.exists()
    assert list((home / "site" / "media" / "registers").glob("*")) == []


def test_no_day_before_the_last_import_but_today_after_one_that_was_for_later() -> None:
    loaded(FIRST)
    assert refused(FIRST, DAY - timedelta(days=1)).params["first"] == DAY
    rename = {"机构_3.csv": UNITS + "A,另名税务局,city,P,市税务局,2018-07-01,\n"}
    loaded(rename, DAY + timedelta(days=30))
    upload(files(FIRST), day=DAY, by=with_role("system", None), now=NOW)


def test_files_without_a_row_are_refused_and_one_such_file_among_others_is_not() -> None:
    succession = {"机构沿革.csv": "原机构代码,新机构代码,变更日期,份额\n"}
    assert refused({"机构.csv": UNITS}, DAY).code == "import-empty"
    loaded({**FIRST, **succession})


def test_an_import_that_ends_most_of_it_is_applied_only_by_whoever_confirms_it() -> None:
    loaded(FIRST)
    maker, client = with_role("system", None), Client()
    sign_in(client, maker)
    made, _ = upload(files(ENDED), day=AUGUST, by=maker, now=NOW)
    address = f"/organisation/imports/{made.key}"
    page = client.get(address).content.decode()
    assert "这会终止现有的一半以上" in page
    assert "3 / 4" in page
    assert "3 / 3" in page
    with pytest.raises(Refused, match="import-ends-many"):
        apply(made, by=maker, now=NOW)
    assert "请勾选确认" in client.post(address, follow=True).content.decode()
    assert Unit.objects.filter(ended=None).count() == 4
    client.post(address, {"confirmed": "yes"})
    assert Unit.objects.filter(ended=None).count() == 1
    assert not Person.objects.exclude(unit=None).exists()


def test_a_register_that_went_wrong_in_the_record_is_not_brought_without_a_word_either() -> None:
    loaded(FIRST)
    client = Client()
    sign_in(client, with_role("system", None))
    Unit.objects.filter(code__in=("A1", "A2")).update(name="旧名")
    for code in "WXYZV":
        Unit.objects.create(code=code, name=code, path=f"/{code}/")
    assert 'name="confirmed"' in client.get("/organisation/register").content.decode()
    client.post("/organisation/register")
    assert Unit.objects.filter(ended=None).count() == 9
    client.post("/organisation/register", {"confirmed": "yes"})
    assert Unit.objects.filter(ended=None).count() == 4


def test_an_ordinary_import_asks_for_no_confirmation() -> None:
    client = Client()
    sign_in(client, maker := with_role("system", None))
    made, _ = upload(files(FIRST), day=DAY, by=maker, now=NOW)
    assert 'name="confirmed"' not in client.get(f"/organisation/imports/{made.key}").content.decode()


def sent(tables: Any, day: str) -> tuple[int, list[tuple[str, str]]]:
    answer = post(integrator("P", ("organisation", "register")), "organisation/imports", {"day": day, "tables": tables})
    return answer.status_code, [(one["code"], one["place"]) for one in answer.json().get("problems", ())]


def test_a_system_is_refused_the_same_with_place_and_code() -> None:
    row, today = {"code": "P", "name": "省局", "level": "province", "valid_from": "2018-07-01"}, timezone.localdate()
    assert sent({"units": [row]}, "0001-01-01") == (422, [("import-day", "day")])
    rows = [row, {}, {"code": " "}]
    assert sent({"units": rows}, today.isoformat()) == (422, [("register-row-empty", "tables.units[1]")])
    assert not RegisterImport.objects.exists()


def test_the_preview_says_what_of_class_or_attributes_changes_and_from_what() -> None:
    loaded(FIRST)
    maker, client = with_role("system", None), Client()
    sign_in(client, maker)
    other = {"机构_4.csv": UNITS + "A,甲市税务局,county,P,,2018-07-01,\n"}
    made, tried = upload(files(other), day=DAY, by=maker, now=NOW)
    ((code, *differing),) = tried.changes.otherwise
    assert (code, *differences(*differing)) == ("A", "city；市税务局", "county；—")
    page = client.get(f"/organisation/imports/{made.key}").content.decode()
    assert "city；市税务局" in page
    assert "county；—" in page
