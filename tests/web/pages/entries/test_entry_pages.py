"""Judged items and findings on their pages: who sees which rating when, and what stands beside the numbers."""

from __future__ import annotations

import re
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from steelyard.web.configuration import Configuration
from steelyard.web.cycles.models import Stage as VersionStage
from steelyard.web.cycles.models import Version
from steelyard.web.entries.judging import last_of
from steelyard.web.entries.models import Panel, Stage
from steelyard.web.jobs.models import Job
from steelyard.web.people.models import Account
from steelyard.web.site import demonstration
from steelyard.web.site.shown import entering
from tests.web.browser import whole
from tests.web.cycles.office import work
from tests.web.people import world
from tests.web.province import RULES, Province

pytestmark = [pytest.mark.xdist_group("province")]


@pytest.fixture
def shown(province: Province, db: None, settings: Any, tmp_path: Path) -> Version:  # noqa: ARG001
    """The demonstration with its entries, over a record of its own."""
    record = copytree(province.bureau.record, tmp_path / "record")
    runs = copytree(province.bureau.runs, tmp_path / "runs")
    settings.STEELYARD = Configuration(tmp_path / "site", bureau=str(RULES), record=str(record), demo=True)
    demonstration.fill(runs / province.folder.name, [], timezone.now(), passwords=False)
    entering.shown(runs / province.folder.name, "branches_2026", timezone.localtime())
    return Version.objects.get(stage=VersionStage.PUBLISHED)


def client(role: str) -> Client:
    found = Client()
    world.sign_in(found, Account.objects.get(username=role))
    return found


def text(answer: Any) -> str:
    return str(answer.content.decode("utf8"))


@pytest.mark.usefixtures("shown")
def test_nobody_sees_a_rating_before_all_are_in_and_then_it_is_weighed() -> None:
    panel = Panel.objects.get()
    here = reverse("panel", args=[panel.pk])
    for role in ("office", "committee", "auditor", "assessor"):
        page = text(client(role).get(here))
        assert "2.50" not in page, role
        assert "做法已在全市推广" not in page, role
    assert "做法已在全市推广" in text(client("leader").get(here))  # his own
    assessor = client("assessor")
    assert "待评分" in text(assessor.get(reverse("home")))
    wrong = assessor.post(reverse("panel-hand-in", args=[panel.pk]), follow=True)
    assert "评完再交" in text(wrong)
    fields = {
        f"{name}-{unit.pk}": value
        for at, unit in enumerate(panel.units.order_by("pk"))
        for name, value in (("points", ("1.5", "2.5", "0.5")[at % 3]), ("reason", "成效明显"), ("evidence", "材料一"))
    }  # fmt: skip
    assessor.post(reverse("panel-rate", args=[panel.pk]), fields)
    first = next(iter(fields))
    wrong = assessor.post(reverse("panel-hand-in", args=[panel.pk]), {**fields, first: "1000"})
    assert (wrong.status_code, 'value="1000"' in text(wrong)) == (422, True)
    sent = {**fields, first: "1.25", "seen": str(last_of(panel.raters.get(account__username="assessor")))}
    assert "已交卷" in text(assessor.post(reverse("panel-hand-in", args=[panel.pk]), sent, follow=True))
    assert "1.25" in text(client("assessor").get(here))  # what he changed last, and had not kept
    panel.refresh_from_db()
    assert panel.stage in (Stage.AGREED, Stage.HELD)
    assert "2.50" in text(client("auditor").get(here))
    assert panel.alpha in text(client("office").get(here))


@pytest.mark.usefixtures("shown")
def test_a_rater_of_an_item_that_is_not_blind_has_a_form_all_the_same() -> None:
    Panel.objects.update(blind=False)
    panel = Panel.objects.get()
    here = reverse("panel", args=[panel.pk])
    code = panel.units.order_by("pk")[0].pk
    page = text(client("assessor").get(here))
    assert f'name="points-{code}"' in page
    assert "做法已在全市推广" not in page
    assert f'name="points-{code}"' not in text(client("auditor").get(here))
    seen = re.findall(r'name="seen" value="(\d+)"', page)
    assert seen == ["0"]
    fields = {f"points-{code}": "1", f"reason-{code}": "成效明显", f"evidence-{code}": "材料一", "seen": "0"}
    rater = client("assessor")
    rater.post(reverse("panel-rate", args=[panel.pk]), fields)
    page = text(rater.post(reverse("panel-rate", args=[panel.pk]), {**fields, f"points-{code}": "2"}))
    assert "您在另一个窗口里又改过评分" in page


@pytest.mark.usefixtures("shown")
@pytest.mark.parametrize("address", ["panel-rate", "panel-hand-in"])
def test_a_row_that_was_emptied_is_asked_for_and_not_handed_in_as_it_was_before(address: str) -> None:
    panel, rater = Panel.objects.get(), client("assessor")
    codes = list(panel.units.values_list("pk", flat=True))
    filled = {f"{name}-{code}": value for code in codes
              for name, value in (("points", "1.5"), ("reason", "成效明显"), ("evidence", "材料一"))}  # fmt: skip
    rater.post(reverse("panel-rate", args=[panel.pk]), filled)
    mine = panel.raters.get(account__username="assessor")
    emptied = {name: "" if name.endswith(f"-{codes[0]}") else value for name, value in filled.items()}
    answer = rater.post(reverse(address, args=[panel.pk]), {**emptied, "seen": str(last_of(mine))})
    page = text(answer)
    assert (answer.status_code, page.count('aria-invalid="true"')) == (422, 1)
    assert re.search(rf'name="points-{codes[0]}"[^>]* value=""', page)
    mine.refresh_from_db()
    assert mine.handed_in is None


@pytest.mark.usefixtures("shown")
def test_a_form_that_is_refused_comes_back_as_it_was_typed_with_the_reason_at_its_row() -> None:
    panel = Panel.objects.get()
    first, second, *_ = panel.units.order_by("code")
    typed = {first: ("2.5", "做法<新>", "材料七"), second: ("二十", "成效明显", "材料八")}
    names = ("points", "reason", "evidence")
    fields = {f"{name}-{one.pk}": cell for one, row in typed.items() for name, cell in zip(names, row, strict=True)}
    answer = client("assessor").post(reverse("panel-rate", args=[panel.pk]), fields)
    page = text(answer)
    assert answer.status_code == 422
    for value in ("2.5", "做法&lt;新&gt;", "材料七", "二十", "成效明显", "材料八"):
        assert f'value="{value}"' in page
    assert page.count('aria-invalid="true"') == 1
    row = page.partition(f'id="wrong-{second.pk}"')[2].partition("</tr>")[0]
    assert "“二十”不是" in row
    assert not panel.ratings.filter(rater__account__username="assessor").exists()
    empty = client("assessor").post(reverse("panel-rate", args=[panel.pk]), {})
    assert "没有填写评分" in text(empty)


@pytest.mark.usefixtures("shown")
def test_who_stands_back_by_now_is_told_and_another_rater_joins() -> None:
    panel, third = Panel.objects.get(), world.with_role("assessor", None)
    one = panel.units.order_by("code")[0]
    here = reverse("panel", args=[panel.pk])
    assert "须增补" not in text(client("office").get(here))
    world.grant(Account.objects.get(username="assessor"), "leader", one)
    page = text(client("office").get(here))
    assert "须增补" in page
    assert one.name in page.partition("须增补")[2].partition("</p>")[0]
    answer = client("office").post(reverse("panel-join", args=[panel.pk]), {"rater": third.pk, "reason": "评委回避"})
    assert answer.status_code == 302
    assert "须增补" not in text(client("office").get(here))
    other = Client()
    world.sign_in(other, third)
    assert f'name="points-{one.pk}"' in text(other.get(here))


def test_a_run_tells_its_signers_what_was_not_counted(shown: Version) -> None:
    page = text(client("group").get(reverse("run", args=[shown.run_id])))
    assert "有评定项目未计入这次运行" in page
    assert "创新举措评定" in page


def test_a_rater_finds_only_his_own_items_and_units_none(shown: Version) -> None:  # noqa: ARG001
    panel = Panel.objects.get()
    other = Client()
    world.sign_in(other, world.with_role("assessor", None))
    assert other.get(reverse("panel", args=[panel.pk])).status_code == 404
    assert panel.name not in text(other.get(reverse("panels")))
    assert client("unit").get(reverse("panels")).status_code == 404


def test_the_office_opens_an_item_from_the_rules(shown: Version) -> None:  # noqa: ARG001
    office = client("office")
    form = text(office.get(reverse("panel-open")))
    assert "创新举措评定" in form
    answer = office.post(reverse("panel-open"), {"item": "branches_2026|bonus_innovated", "period": "2026Q3",
                                                 "due": "2020-01-01"}, follow=True)  # fmt: skip
    assert "须有至少 2 名评委" in text(answer)
    assert Panel.objects.count() == 1
    # panel-choice
    assert "请选择评定项目" in text(office.post(reverse("panel-open"), {"item": "x"}, follow=True))


def test_a_finding_stands_beside_the_number_it_contradicts(shown: Version, django_assert_max_num_queries: Any) -> None:
    work()
    unit = Account.objects.get(username="unit").grants.get().unit
    assert unit is not None
    office = client("office")
    with django_assert_max_num_queries(16):
        page = text(office.get(reverse("findings", args=[shown.pk])))
    assert "衡审报〔2026〕18号" in page
    assert "数值不符" in page
    english = text(client("office").get(reverse("findings", args=[shown.pk]), headers={"accept-language": "en"}))
    assert "concluded in a document" in english
    assert "文件结论" not in english
    portrait = text(client("unit").get(reverse("portrait", args=[shown.pk, unit.pk])))
    assert "与自报矛盾" in portrait
    file = client("office").get(reverse("findings-file", args=[shown.pk]))
    assert file.status_code == 200
    other = world.with_role("unit", "B1")
    seen = Client()
    world.sign_in(seen, other)
    assert "衡审报" not in text(seen.get(reverse("findings", args=[shown.pk])))  # of a unit that is not his


def test_a_refused_finding_leaves_what_was_typed_in_the_form(shown: Version) -> None:
    here = reverse("finding-add", args=[shown.pk])
    before = Job.objects.count()
    answer = client("office").post(here, {"document": "督〔2026〕5号", "period": "2026", "value": "九成"})
    assert answer.status_code == 422
    page = text(answer)
    assert "督〔2026〕5号" in page
    assert "核实值“九成”" in page
    assert Job.objects.count() == before
    assert client("office").post(here, {"period": "1999"}).status_code == 422
    assert client("unit").get(here).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_pages_of_entry_are_for_everybody_on_every_screen(shown: Version, page: Any, live: str) -> None:
    work()
    panel = Panel.objects.get()
    pages = {
        reverse("panels"): "office", reverse("panel-open"): "office", reverse("procedure"): "office",
        reverse("findings", args=[shown.pk]): "office", reverse("finding-add", args=[shown.pk]): "office",
        reverse("panel", args=[panel.pk]): "assessor", f"{reverse('panel', args=[panel.pk])}?page=1": "office",
    }  # fmt: skip
    for address, role in pages.items():
        for name, one in client(role).cookies.items():
            page.context.add_cookies([{"name": name, "value": one.value, "url": live}])
        page.goto(address)
        page.wait_for_load_state("networkidle")
        whole(page)
    assert settings.STEELYARD.demo
