"""From a number on a page to a ruling: every step through the pages, each by whoever may take it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from steelyard.engine.problems import CATALOGUE
from steelyard.web.configuration import Configuration
from steelyard.web.cycles.models import Stage as VersionStage
from steelyard.web.cycles.models import Version
from steelyard.web.dialogue.models import Appeal, Evidence, Remark, Stage
from steelyard.web.jobs.doing import perform
from steelyard.web.jobs.models import Job, State
from steelyard.web.people.models import Unit
from steelyard.web.site.demonstration import fill
from steelyard.web.trail.models import Event
from tests.web.people import world
from tests.web.province import Province

pytestmark = pytest.mark.django_db
INDICATOR = "filing_on_time"


@pytest.fixture
def site(province: Province, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Version:
    """The province, published this morning; today is the tenth of January 2027, a Sunday."""
    now = datetime(2027, 1, 8, 9, 0, tzinfo=timezone.get_default_timezone())
    settings.STEELYARD = Configuration(
        tmp_path / "site", bureau=str(province.bureau.root), record=str(province.bureau.record)
    )
    fill(province.folder, [], now, passwords=False)
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(days=2))
    return Version.objects.get(stage=VersionStage.PUBLISHED)


@pytest.fixture
def code(province: Province) -> str:
    return next(iter(province.views.lines))


class Desk:
    """A client for each of the people around one number."""

    def __init__(self, version: Version, code: str, indicator: str = INDICATOR) -> None:
        self.version, self.code, self.indicator = version, code, indicator
        self.clients: dict[str, Client] = {}

    def client(self, role: str) -> Client:
        if role not in self.clients:
            self.clients[role] = Client()
            own = Unit.objects.get(pk=self.code) if role == "unit" else Unit.objects.get(parent=None)
            world.signed_in(self.clients[role], role, own)
        return self.clients[role]

    def at(self, name: str) -> str:
        return reverse(name, args=[self.version.pk, self.code, self.indicator])

    def post(self, role: str, address: str, **data: Any) -> str:
        """What the page that one comes back to says."""
        answer = self.client(role).post(address, data, follow=True)
        assert answer.status_code == 200, answer.status_code
        return answer.content.decode()

    def get(self, role: str, address: str) -> str:
        answer = self.client(role).get(address)
        assert answer.status_code == 200, answer.status_code
        return answer.content.decode()

    def upload(self, role: str, name: str, content: bytes, **more: str) -> str:
        data = {"file": SimpleUploadedFile(name, content), "source": "own", "about": "说明", **more}
        return self.post(role, self.at("evidence-add"), **data)


@pytest.fixture
def desk(site: Version, code: str) -> Desk:
    return Desk(site, code)


def test_a_unit_says_something_and_the_assessor_answers_below_it(desk: Desk) -> None:
    page = desk.post("unit", desk.at("remark"), text="口径 <b>有误</b>")
    assert "口径 &lt;b&gt;有误&lt;/b&gt;" in page
    first = Remark.objects.get()
    page = desk.post("assessor", desk.at("remark"), text="已按规则第二条", answers=first.pk)
    assert page.index("口径") < page.index("已按规则第二条")
    assert Remark.objects.get(answers=first).text == "已按规则第二条"


def test_evidence_comes_back_as_it_was_and_taking_it_is_on_record(desk: Desk) -> None:
    desk.upload("unit", "证明 材料.pdf", b"%PDF-1.4 x")
    found = Evidence.objects.get()
    answer = desk.client("committee").get(reverse("evidence-file", args=[found.pk]))
    assert answer.content == b"%PDF-1.4 x"
    assert answer["Content-Disposition"].startswith("attachment")
    assert Event.objects.filter(act="evidence-file", target=f"evidence:{found.pk}").count() == 1
    assert " A" not in desk.get("unit", desk.at("dialogue")).split("可靠程度", 1)[0]
    desk.post("office", reverse("evidence-grade", args=[found.pk]), grade="A")
    assert Evidence.objects.get().grade == "A"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [("a.exe", b"MZ", "不是可以作为佐证的文件"), ("a.pdf", b"hello", "内容与扩展名不符")],
)
def test_a_bad_file_is_refused_with_the_reason_on_the_same_page(
    desk: Desk, name: str, content: bytes, said: str
) -> None:
    assert said in desk.upload("unit", name, content)
    assert not Evidence.objects.exists()


def test_an_appeal_goes_its_way_through_four_hands(desk: Desk) -> None:
    assert "申诉期最后一天" in desk.get("unit", desk.at("appeal-file"))
    page = desk.post("unit", desk.at("appeal-file"), claim="有三件不是我局的")
    appeal = Appeal.objects.get()
    assert "有三件不是我局的" in page
    for role, name, stage in (("assessor", "answer", "answered"), ("office", "check", "checked")):
        assert "轮到您" in desk.get(role, reverse("appeals"))
        desk.post(role, reverse(f"appeal-{name}", args=[appeal.pk]), text="意见")
        appeal.refresh_from_db()
        assert appeal.stage == stage
    page = desk.post("committee", reverse("appeal-uphold", args=[appeal.pk]), text="成立")
    assert "须先预演" in page
    Appeal.objects.update(digest="d" * 64)
    page = desk.post("committee", reverse("appeal-uphold", args=[appeal.pk]), text="成立", preview="7")
    assert "请刷新页面，看清现在的影响再裁定" in page
    desk.post("committee", reverse("appeal-reject", args=[appeal.pk]), text="不成立，依据第三条")
    appeal.refresh_from_db()
    assert appeal.stage == Stage.REJECTED
    assert "不成立，依据第三条" in desk.get("unit", reverse("appeal", args=[appeal.pk]))


def test_a_preview_is_asked_for_with_files_and_waits_as_a_job(desk: Desk) -> None:
    desk.post("unit", desk.at("appeal-file"), claim="更正")
    appeal = Appeal.objects.get()
    assert "请先选定更正用的文件" in desk.post("office", reverse("appeal-preview", args=[appeal.pk]))
    desk.upload("unit", "更正.csv", b"a,b\n1,2\n")
    page = desk.post("unit", reverse("appeal-files", args=[appeal.pk]), files=[Evidence.objects.get().pk])
    assert "已选定更正材料" in page
    page = desk.post("office", reverse("appeal-preview", args=[appeal.pk]))
    assert "正在预演" in page
    job = Job.objects.get()
    assert job.given["appeal"] == appeal.pk
    Job.objects.update(state=State.RUNNING, attempts=1)
    perform(job.pk, 1)
    page = desk.get("unit", reverse("appeal", args=[appeal.pk]))
    assert "正在预演" not in page
    assert "上一次预演没有完成" in page
    assert "更正.csv" in page.split("上一次预演没有完成", 1)[1].split("</div>", 1)[0], "with the reason"


def test_others_see_neither_the_number_nor_the_appeal_nor_that_they_exist(desk: Desk) -> None:
    desk.post("unit", desk.at("appeal-file"), claim="秘密诉求")
    appeal = Appeal.objects.get()
    others = [one for one in Unit.objects.exclude(pk=desk.code).filter(children=None) if one.pk != desk.code]
    stranger = Client()
    world.signed_in(stranger, "unit", others[0])
    for address in (reverse("appeal", args=[appeal.pk]), desk.at("dialogue"), desk.at("appeal-file")):
        assert stranger.get(address).status_code == 404
    addresses = [reverse("appeal", args=[pk]) for pk in (appeal.pk, appeal.pk + 999)]
    foreign, absent = (
        re.sub('"[A-Za-z0-9]{64}"', "", stranger.get(one).content.decode()).replace(one, "") for one in addresses
    )
    assert foreign == absent
    assert "秘密诉求" not in stranger.get(reverse("appeals")).content.decode()


def test_nobody_rules_on_his_own_unit(desk: Desk) -> None:
    desk.post("unit", desk.at("appeal-file"), claim="更正")
    appeal = Appeal.objects.get()
    own = Unit.objects.get(pk=desk.code)
    world.person("x1", own)
    who = world.account("judge", person="x1", second=world.seal(world.KEY))
    world.grant(who, "assessor", Unit.objects.get(parent=None))
    client = Client()
    world.sign_in(client, who)
    assert client.post(reverse("appeal-answer", args=[appeal.pk]), {"text": "好"}).status_code == 404


def test_pages_ask_the_database_a_few_questions_whatever_hangs_there(
    desk: Desk, django_assert_max_num_queries: Any
) -> None:
    for number in range(8):
        desk.post("unit", desk.at("remark"), text=f"第{number}句")
    desk.get("office", desk.at("dialogue"))
    with django_assert_max_num_queries(16):
        desk.get("office", desk.at("dialogue"))


def test_the_pages_speak_english(desk: Desk) -> None:
    desk.client("unit").cookies["django_language"] = "en"
    page = desk.get("unit", desk.at("dialogue"))
    assert "Remarks and answers" in page
    assert "Hand in" in page


def test_a_form_without_a_file_or_with_a_made_up_source_is_told_why(desk: Desk) -> None:
    """``file-none``, ``source-unknown``."""
    assert "请选择文件" in desk.post("unit", desk.at("evidence-add"), source="own", about="说明")
    assert "来源应为" in desk.upload("unit", "a.txt", b"x", source="gossip")
    assert not Evidence.objects.exists()


@pytest.mark.parametrize("answers", ["x", "²", "9" * 30, "0", "404"])
def test_an_answer_to_what_is_not_there_is_refused_in_words_and_not_kept(desk: Desk, answers: str) -> None:
    page = desk.post("unit", desk.at("remark"), text="口径有误", answers=answers)
    assert CATALOGUE.words("remark-gone", "zh") in page
    assert not Remark.objects.exists()


def test_files_that_are_none_are_not_chosen(desk: Desk) -> None:
    desk.post("unit", desk.at("appeal-file"), claim="更正")
    appeal = Appeal.objects.get()
    desk.post("unit", reverse("appeal-files", args=[appeal.pk]), files=["²", "x", "9" * 30])
    assert not appeal.files.exists()


def test_an_appeal_against_the_total_leads_to_what_the_total_is_the_sum_of(desk: Desk) -> None:
    desk.indicator = "total"
    desk.post("unit", desk.at("appeal-file"), claim="总分有误")
    page = desk.get("unit", reverse("appeal", args=[Appeal.objects.get().pk]))
    summed = reverse("unit-indicators", args=[desk.version.pk, desk.code])
    for name in ("explanation", "rows"):
        assert desk.client("unit").get(desk.at(name)).headers["Location"] == summed
    assert desk.at("explanation") in page
    assert desk.client("unit").get(summed).status_code == 200
