"""Published results as each role sees them: what is there, what is not, and that every number leads to its records."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from steelyard.bureau import opened
from steelyard.bureau.opened import OPENER, Open, Opener
from steelyard.bureau.showing import decimal
from steelyard.bureau.views.again import influence, rests, typed_in
from steelyard.bureau.views.reading import Views
from steelyard.reports import formats
from steelyard.web.cycles.models import Version
from steelyard.web.jobs.asking import ask
from steelyard.web.pages.results import explaining
from steelyard.web.pages.results.comparing import pages as comparing
from steelyard.web.pages.results.comparing.sides import Side, beside
from steelyard.web.trail.models import Event as Told
from steelyard.web.uses.models import Named, Use
from tests.web.pages.results.conftest import Site
from tests.web.province import Province

pytestmark = pytest.mark.xdist_group("province")
OF_UNIT = ("portrait", "unit-indicators", "unit-indicators-file", "losses-file")
OF_INDICATOR = ("drill", "explanation", "rows", "proof")
OF_VERSION = ("ranking", "ranking-file", "indicators", "compare")
OVER_ALL = ("whole", "whole-file", "wall")


def addresses(site: Site, unit: str = "") -> dict[str, str]:
    """Every page about a unit, an indicator of it, and the version."""
    code = unit or site.unit
    found = {name: reverse(name, args=[site.version, code]) for name in OF_UNIT}
    found |= {name: reverse(name, args=[site.version, code, site.loss]) for name in OF_INDICATOR}
    found |= {name: reverse(name, args=[site.version]) for name in (*OF_VERSION, *OVER_ALL)}
    found |= {name: reverse(name, args=[site.version, site.loss]) for name in ("indicator", "indicator-file")}
    return found


def text(answer: Any) -> str:
    """What is read: a page, or all texts of a workbook."""
    if "spreadsheet" not in answer["Content-Type"]:
        return str(answer.content.decode("utf8"))
    with zipfile.ZipFile(io.BytesIO(answer.content)) as parts:
        return "".join(parts.read(name).decode("utf8") for name in parts.namelist() if name.endswith(".xml"))


@pytest.fixture
def ready(site: Site) -> Open:
    """The run is open, so that no page has to wait for it."""
    return OPENER.wait(site.folder, site.folder.parent.parent / "record")


@pytest.mark.usefixtures("ready")
def test_every_page_answers_whoever_sees_all(site: Site, django_assert_max_num_queries: Any) -> None:
    office = site.client("office")
    for name, address in addresses(site).items():
        with django_assert_max_num_queries(20):
            assert office.get(address).status_code == 200, name


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize("role", ["unit", "officer"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_page_tells_an_assessed_unit_another_ones_name(site: Site, role: str, language: str) -> None:
    client = site.client(role)
    client.cookies["django_language"] = language
    queries = ("", "?by=difficulty", "?by=machine", *(f"?class={one.name}" for one in site.views.overview.classes))
    shown = 0
    for name, address in addresses(site).items():
        for query in queries if name in ("ranking", "indicator", "ranking-file") else ("",):
            answer = client.get(address + query)
            assert answer.status_code in (200, 404)
            shown += answer.status_code == 200
            found = [one for one in site.others if one in text(answer)]
            assert found == [], (name, query)
    assert shown > 8  # it does see its own pages


def test_other_units_look_as_if_they_were_not_there(site: Site) -> None:
    unit, other = site.client("unit"), next(code for code in site.views.lines if code != site.unit)
    there, foreign = addresses(site), addresses(site, other)
    for name in (*OF_UNIT, *OF_INDICATOR):
        assert unit.get(foreign[name]).status_code == 404, name
        assert unit.get(there[name].replace(site.unit, "nowhere")).status_code == 404, name
    pair = reverse("compare", args=[site.version]) + f"?a={site.unit}&b={other}"
    assert unit.get(pair).status_code == 404


def test_a_preview_is_for_those_who_work_on_it_and_says_what_it_is(site: Site) -> None:
    address = reverse("ranking", args=[site.preview])
    assert "尚未公布" in text(site.client("office").get(address))
    for role in ("unit", "officer", "leader"):
        assert site.client(role).get(address).status_code == 404
        assert str(address) not in text(site.client(role).get(reverse("ranking", args=[site.version])))


def test_a_leader_sees_everybody_by_name(site: Site) -> None:
    page = text(site.client("leader").get(reverse("ranking", args=[site.version])))
    lines = [line for line in site.views.overview.units if line.class_name in re.findall("<h1>(.*?)排名", page)[0]]
    assert [line.name.zh for line in lines if line.name.zh not in page] == []


def test_the_whole_is_drilled_down_to_a_branch(site: Site) -> None:
    leader, here = site.client("leader"), reverse("whole", args=[site.version])
    nodes = {node.code: node for node in site.views.overview.nodes}
    way = [nodes[site.unit]]
    while way[0].parent:
        way.insert(0, nodes[way[0].parent])
    for above, below in pairwise(way):
        page = text(leader.get(f"{here}?at={above.code}"))
        target = f"?at={below.code}" if below.code != site.unit else reverse("portrait", args=[site.version, site.unit])
        assert target in page
    assert site.client("unit").get(here).status_code == 404


@pytest.mark.usefixtures("ready")
def test_a_number_leads_to_its_source_records_in_three_clicks(site: Site) -> None:
    unit = site.client("unit")
    portrait = text(unit.get(reverse("portrait", args=[site.version, site.unit])))
    explanation = reverse("explanation", args=[site.version, site.unit, site.loss])
    assert explanation in portrait  # the first
    rows = reverse("rows", args=[site.version, site.unit, site.loss])
    assert rows in text(unit.get(explanation))  # the second
    assert re.search(r"\.(csv|xlsx)</td><td class=\"num\">[A-Z]*\d+", text(unit.get(rows)))  # with file and line


@pytest.mark.usefixtures("ready")
def test_the_explanation_ends_at_the_points_that_were_published(site: Site) -> None:
    page = text(site.client("unit").get(reverse("explanation", args=[site.version, site.unit, site.loss])))
    row = next(row for row in site.views.unit(site.unit).indicators if row.id == site.loss)
    assert f"{row.points.normalize():f}" in page
    assert site.views.indicator(site.loss).rule.basis.zh in page


@pytest.mark.usefixtures("ready")
def test_who_reads_source_records_or_takes_results_away_is_on_record(site: Site) -> None:
    unit = site.client("unit")
    unit.get(reverse("rows", args=[site.version, site.unit, site.loss]))
    unit.get(reverse("ranking-file", args=[site.version]))
    told = Told.objects.filter(actor="unit").values_list("act", "role")
    assert list(told) == [("rows", "unit"), ("export", "unit")]


@pytest.mark.usefixtures("ready")
def test_a_proof_is_weighed_again_on_the_spot_and_taken_away(site: Site) -> None:
    unit = site.client("unit")
    page = text(unit.post(reverse("proof", args=[site.version, site.unit, site.loss])))
    assert "一致 equal" in page
    proof = unit.get(reverse("proof-file", args=[site.version, site.unit, site.loss]))
    assert opened.weigh_again(proof.content, site.views.overview.run.root).held
    assert not opened.weigh_again(proof.content.replace(b'"points":"', b'"points":"9', 1), "0" * 64).held


def test_while_a_run_is_being_opened_the_page_says_so_and_asks_again(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Event()

    def slow(folder: Path, record: Path) -> Open:
        gate.wait(60)
        return opened.opening(folder, record)

    monkeypatch.setattr(explaining, "OPENER", Opener(opening=slow))
    address = reverse("explanation", args=[site.version, site.unit, site.loss])
    waiting = site.client("unit").get(address)
    assert (waiting.status_code, waiting["Refresh"]) == (202, "3")
    assert "正在打开" in text(waiting)
    name = site.views.unit(site.unit).name.zh
    assert f">{name}</span>" in waiting.content.decode(), "whose number it is stands beside its name"
    gate.set()
    explaining.OPENER.wait(site.folder, site.folder.parent.parent / "record")
    assert site.client("unit").get(address).status_code == 200


def test_a_run_that_could_not_be_opened_is_tried_again(tmp_path: Path) -> None:
    tries = []

    def failing(folder: Path, record: Path) -> Open:
        tries.append(folder)
        raise ValueError(record)

    opener = Opener(opening=failing)
    for _ in range(2):
        with pytest.raises(ValueError, match="record"):
            opener.wait(tmp_path, tmp_path / "record")
    assert len(tries) == 2


def test_an_account_is_for_its_owner(site: Site) -> None:
    officer = site.client("officer")
    own = reverse("person", args=[site.version, site.person])
    other = next(row["person"] for row in site.views.persons() if row["person"] != site.person)
    page = text(officer.get(own))
    account = site.views.account(site.person)
    assert account is not None
    assert formats.points(account.head["total"]) in page
    assert officer.get(reverse("person", args=[site.version, other])).status_code == 404
    assert site.client("unit").get(own).status_code == 404
    assert site.client("office").get(own).status_code == 200
    assert Told.objects.filter(actor="office", act="person", target=f"person:{site.person}").count() == 1
    assert officer.get(reverse("ledger"))["Location"] == own


def test_the_first_page_shows_everybody_what_was_published_about_them_and_nothing_of_others(site: Site) -> None:
    account, line = site.views.account(site.person), site.views.lines[site.unit]
    assert account is not None
    officer, unit = (text(site.client(role).get(reverse("home"))) for role in ("officer", "unit"))
    assert reverse("person", args=[site.version, site.person]) in officer
    assert formats.points(account.head["total"]) in officer
    assert reverse("portrait", args=[site.version, site.unit]) in unit
    assert formats.points(line.total) in unit
    for role in ("office", "system", "auditor"):
        assert "我的结果" not in text(site.client(role).get(reverse("home"))), role


@pytest.mark.usefixtures("ready")
def test_each_of_ones_own_indicators_is_explained_with_its_rows(site: Site) -> None:
    account = site.views.account(site.person)
    assert account is not None
    line = next(one for one in account.own if one.points is not None)
    here = reverse("person-own", args=[site.version, site.person, line.indicator])
    officer = site.client("officer")
    assert here in text(officer.get(reverse("person", args=[site.version, site.person])))
    waiting = officer.get(here)
    assert waiting.status_code in (200, 202)
    for future in opened.OPENER.wait(site.folder, site.folder.parent.parent / "record")._own.values():
        future.result()
    page = text(officer.get(here))
    assert "本次查看已留痕" in page
    assert site.person in page  # the rows name whoever handled them
    assert Told.objects.filter(actor="officer", act="person-own").count() >= 1
    assert officer.get(reverse("person-own", args=[site.version, site.person, "nothing"])).status_code == 404
    assert site.client("unit").get(here).status_code == 404


def test_an_account_that_is_not_there_says_why(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    officer, own = site.client("officer"), reverse("person", args=[site.version, site.person])
    monkeypatch.setattr(Views, "account", lambda *_: None)
    assert "本版本没有这个人的账户" in text(officer.get(own))
    of = Version.objects.get(pk=site.version)
    use = Use.objects.create(
        version=of, settled=of, kind="persons", purpose="honour", purpose_name="评先评优", user="机关党委", many=1,
        on=timezone.localdate(), document="党〔2027〕3号", by=of.run.made_by, at=timezone.now(), key="1", digest="0",
    )  # fmt: skip
    Named.objects.create(use=use, code=site.person, name="某", total="90")
    assert "党〔2027〕3号" in text(officer.get(own)), "whom a correction left out still sees what was used of him"
    before = Told.objects.filter(act="person").count()
    assert "党〔2027〕3号" in text(site.client("office").get(own))
    assert Told.objects.filter(act="person").count() == before + 1
    monkeypatch.setattr(Views, "people", property(lambda _: ()))
    answer = officer.get(reverse("ledger"), follow=True)
    assert answer.status_code == 200
    assert "本版本还没有算出个人绩效" in text(answer)
    assert officer.get(reverse("person-file", args=[site.version, site.person])).status_code == 404
    version = Version.objects.get(pk=site.version)
    given = {"plan": version.plan, "period": version.period, "sheets": "none"}
    ask("run", given, by="", now=timezone.now())
    assert "个人绩效正在计算" in text(officer.get(own))


def test_the_way_to_a_page_names_no_place_twice(site: Site) -> None:
    addresses = [
        reverse("person", args=[site.version, site.person]),
        reverse("rule-text", args=[site.version, site.loss]),
    ]
    for address in (*addresses, reverse("indicator", args=[site.version, site.loss])):
        page = text(site.client("officer").get(address))
        way = re.findall(r"<li[^>]*>(.*?)</li>", page.partition('<ol class="crumbs">')[2].partition("</ol>")[0], re.S)
        names = [re.sub(r"<[^>]+>|\s", "", one) for one in way]
        assert len(names) == len(set(names)) > 2, names


def test_search_finds_only_what_may_be_seen(site: Site) -> None:
    officer, office, find = site.client("officer"), site.client("office"), reverse("search")
    other = next(row for row in site.views.persons() if row["person"] != site.person)
    assert other["person"] in text(office.get(find, {"q": other["name"]}))
    assert other["person"] not in text(officer.get(find, {"q": other["name"]}))
    own = site.views.account(site.person)
    assert own is not None
    assert site.person in text(officer.get(find, {"q": own.head["name"]}))
    found = text(officer.get(find, {"q": "局"}))
    assert [one for one in site.others if one in found] == []
    rule = site.views.indicator(site.loss).rule
    assert reverse("indicator", args=[site.version, site.loss]) in text(officer.get(find, {"q": rule.name.zh}))
    assert "没有找到" in text(office.get(find, {"q": "没有这样的东西"}))
    assert text(office.get(find, {"q": "局", "suggest": "1"})).count("<li>") <= 20


def test_gaps_of_indicators_and_adjustments_add_up_to_the_gap_of_totals(site: Site) -> None:
    codes = [line.code for line in site.views.overview.units[:2]]
    seen = SimpleNamespace(version=SimpleNamespace(pk=site.version))
    left, right = (Side(seen, site.views.unit(code)) for code in codes)  # type: ignore[arg-type]
    after = [sum((one.points for one in side.sheet.adjustments), Decimal(0)) for side in (left, right)]
    gaps = sum((row.gap for row in beside(left, right)), Decimal(0))
    assert gaps + after[0] - after[1] == left.sheet.total - right.sheet.total
    assert comparing.compare.permission == "compare"  # type: ignore[attr-defined]


def test_a_table_taken_away_holds_the_numbers_as_numbers(site: Site) -> None:
    answer = site.client("office").get(reverse("unit-indicators-file", args=[site.version, site.unit]))
    sheet = load_workbook(io.BytesIO(answer.content)).active
    rows = list(sheet.iter_rows(min_row=4, values_only=True))
    found = {row[0]: Decimal(str(row[8])) for row in rows}
    assert found == {row.id: row.points for row in site.views.unit(site.unit).indicators}


def test_indicators_are_filtered_by_family_state_and_name(site: Site) -> None:
    unit, here = site.client("unit"), reverse("unit-indicators", args=[site.version, site.unit])
    sheet = site.views.unit(site.unit)
    lost = [row for row in sheet.indicators if row.lost > 0 and row.state == "scored"]
    page = text(unit.get(here, {"state": "lost"}))
    assert set(re.findall(r'id="row-(\w+)"', page)) == {row.id for row in lost}
    assert set(re.findall(r'id="row-(\w+)"', text(unit.get(here, {"q": site.loss})))) == {site.loss}
    assert "没有符合条件的指标" in text(unit.get(here, {"q": "没有这样的指标"}))


def test_an_altered_view_is_told_with_what_to_do(site: Site, tmp_path: Path, settings: Any) -> None:
    runs = tmp_path / "elsewhere" / "runs"
    shutil.copytree(site.folder, runs / site.folder.name)
    view = runs / site.folder.name / "views" / "units" / f"{site.unit}.json.gz"
    view.write_bytes(b"altered")
    record = Path("elsewhere") / "record"
    settings.STEELYARD = settings.STEELYARD.__class__(tmp_path, bureau=settings.STEELYARD.bureau, record=str(record))
    answer = site.client("unit").get(reverse("portrait", args=[site.version, site.unit]))
    assert answer.status_code == 409
    assert "封存的摘要不符" in text(answer)


@pytest.mark.parametrize("role", ["system", "security", "records"])
def test_administrators_have_no_part_in_results(site: Site, role: str) -> None:
    """But that published rules are open to every account."""
    client, found = site.client(role), addresses(site)
    assert client.get(found.pop("indicators")).status_code == 200
    assert {client.get(address).status_code for address in found.values()} == {404}


def test_a_person_sees_how_much_of_his_account_somebody_typed_in_and_what_every_point_is_worth(
    site: Site, province: Province
) -> None:
    """The province counts two carried indicators that units report by hand, none of the officer's own."""
    here = reverse("person", args=[site.version, site.person])
    page = text(site.client("officer").get(here))
    account = site.views.account(site.person)
    assert account is not None
    plan = account.head["plan"]
    inputs = next(one for one in typed_in(province.folder) if one.plan == plan)
    assert inputs.own_typed == ()
    assert inputs.carried_typed
    assert "无须填报" in page
    assert "由人填报或评定" in page
    rest = rests(province.folder, province.bureau.record, plan).plan
    for unit in {stage.unit for stage in account.stages}:
        assert f"{decimal(influence(account, rest, unit), 6)}" in page
    run = Version.objects.get(pk=site.version).run_id
    assert "人均每季键数" in text(site.client("office").get(reverse("run", args=[run])))
