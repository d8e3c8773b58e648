"""体检报告的页面: each unit its own, the office all, peers unnamed for who may not know them, one job for all."""

from __future__ import annotations

import html
import io
import json
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import timezone

from steelyard.engine.problems import Refused
from steelyard.web.checkups import making
from steelyard.web.checkups.records import beside
from steelyard.web.cycles.models import Version
from steelyard.web.dialogue.models import Appeal
from steelyard.web.jobs.models import Job, State
from steelyard.web.people.models import Account, Unit
from steelyard.web.trail.models import Event
from tests.web.cycles.office import work
from tests.web.pages.results.conftest import Site
from tests.web.pages.results.conftest import site as site
from verifier import health

pytestmark = pytest.mark.xdist_group("province")


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def address(site: Site, unit: str = "") -> str:
    return f"/results/{site.version}/units/{unit or site.unit}/health"


def test_a_unit_reads_its_own_check_in_ten_sections_and_nobody_elses(site: Site) -> None:
    text = page(site.client("unit"), f"{address(site)}/")
    assert all(f'id="part-{number}"' in text for number in range(1, 11))
    assert "第三部分" in text or "没有失分" in text
    other = next(code for code in site.views.lines if code != site.unit)
    assert site.client("unit").get(f"{address(site, other)}/").status_code in (403, 404)
    assert site.client("office").get(f"{address(site, other)}/").status_code == 200


@pytest.mark.parametrize("role", ["unit", "officer"])
def test_peers_are_not_named_to_those_who_may_not_know_them(site: Site, role: str) -> None:
    client = site.client(role)
    taken = client.get(f"{address(site)}.json").content.decode()
    shown = page(client, f"{address(site)}/")
    assert [other for other in site.others if other in taken or other in shown.split("part-1")[1]] == []
    assert json.loads(taken)["edition"] == "closed"
    assert json.loads(site.client("office").get(f"{address(site)}.json").content)["edition"] == "open"


@pytest.mark.parametrize("role", ["unit", "office"])
def test_what_is_taken_away_can_be_verified_with_its_records(site: Site, role: str, tmp_path: Path) -> None:
    appeal(site)
    client = site.client(role)
    (tmp_path / "own.json").write_bytes(client.get(f"{address(site)}.json").content)
    (tmp_path / "beside.json").write_bytes(client.get(f"{address(site)}.records").content)
    assert "按期" in (tmp_path / "beside.json").read_text("utf-8") or "总分" in (tmp_path / "beside.json").read_text(
        "utf-8"
    )
    assert health.main([str(site.folder), str(tmp_path)]) == 0


def appeal(site: Site) -> Appeal:
    version, account = Version.objects.get(pk=site.version), Account.objects.get(username="unit")
    return Appeal.objects.create(
        plan=version.plan, period=version.period, unit=Unit.objects.get(code=site.unit), version=version, shown="1",
        claim="数据有误", filed_by=account, filed_at=timezone.now(), due=timezone.now().date(),
    )  # fmt: skip


def test_an_appeal_stands_in_the_check_of_who_may_read_it(site: Site) -> None:
    made = appeal(site)
    assert f"申诉 {made.pk}" in page(site.client("unit"), f"{address(site)}/")
    assert f"申诉 {made.pk}" not in page(site.client("officer"), f"{address(site)}/")


def test_every_form_is_there_and_taking_it_is_on_record(site: Site) -> None:
    client, before = site.client("unit"), Event.objects.count()
    beginnings = {"pdf": b"%PDF", "docx": b"PK", "html": b"<!doctype", "json": b"{"}
    for form, start in beginnings.items():
        answer = client.get(f"{address(site)}.{form}")
        assert (answer.status_code, answer.content.lstrip()[: len(start)]) == (200, start)
    assert Event.objects.count() >= before
    assert client.get(f"{address(site)}.exe").status_code == 404


def test_the_door_leads_to_ones_own_check(site: Site) -> None:
    assert site.client("unit").get("/healths/").headers["Location"] == f"{address(site)}/"


def test_the_office_has_all_of_them_made_and_verified(site: Site) -> None:
    office = site.client("office")
    assert "生成全部单位的体检报告" in page(office, f"{address(site)}/")
    for _ in range(2):
        office.post(f"/results/{site.version}/health/make", {"key": "form", "back": site.unit})
    assert Job.objects.filter(kind="health").count() == 1, "one form is one job"
    assert "正在生成" in page(office, f"{address(site)}/")
    while work().kind != "health":
        pass
    assert Job.objects.get(kind="health").state == State.DONE
    answer = office.get(f"/results/{site.version}/health.zip")
    packed = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    assert {f"{code}.pdf" for code in site.views.lines} <= set(packed.namelist())
    assert "下载全部" in page(office, f"{address(site)}/")
    assert site.client("unit").get(f"/results/{site.version}/health.zip").status_code == 404


def test_a_set_with_one_unsupported_sentence_is_not_handed_out(site: Site, tmp_path: Path) -> None:
    code = site.unit
    document = making.checks(Version.objects.get(pk=site.version)).of(code).plain()
    document["sections"][0]["claims"][0]["zh"] += "表现优异。"
    (tmp_path / f"{code}.json").write_text(json.dumps(document), "utf-8")
    with pytest.raises(Refused) as refused:
        making.verified(site.folder, tmp_path)
    assert [problem.code for problem in refused.value.problems] == ["health-unsupported"]
    assert making.packed(Version.objects.get(pk=site.version)) is None


def test_a_correction_is_told_with_both_totals(site: Site) -> None:
    """Of a version that replaced another one, for units whose total changed."""
    version = Version.objects.get(pk=site.version)
    preview = Version.objects.select_related("run").get(pk=site.preview)
    old = SimpleNamespace(number=1, run=preview.run)
    new = SimpleNamespace(number=2, run=version.run, replaces=old, reason="漏装一份文件", plan="x", period="y")
    records = beside(new, list(site.views.lines))  # type: ignore[arg-type]
    found = {code: one for code in site.views.lines for one in records.of(code).corrections or ()}
    assert found
    for code, told in found.items():
        assert (told.old, told.new, told.reason.zh) == (1, 2, "漏装一份文件")
        assert told.before != told.after == site.views.lines[code].total
