"""The office's path through the browser's eyes: from an upload to publication and a correction, by five accounts."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from steelyard.bureau.folder import Bureau
from steelyard.lake.record.ledger import Ledger
from steelyard.web.cycles.models import Delivery, Loaded, Notice, Run, Source, Stage, Version
from steelyard.web.dialogue.models import Appeal
from steelyard.web.dialogue.models import Stage as AppealStage
from steelyard.web.jobs.models import Job, State
from steelyard.web.pages.office.waiting import waiting
from steelyard.web.people.asking import Asker
from steelyard.web.trail.models import Event
from tests.bureau.four_branches import DEBTS, FACTS, RULES, UNITS, debts, filings
from tests.bureau.small_bureau import bureau as written
from tests.web.cycles.office import LATE, NOW, work
from tests.web.people import world


class Desk:
    """People of the bureau, each with a browser of their own."""

    def __init__(self) -> None:
        world.unit("10")
        self.clients: dict[str, Client] = {}

    def __call__(self, name: str) -> Client:
        """``office``, ``office-2``: the second person of that role."""
        if name not in self.clients:
            role, _, number = name.partition("-")
            who = world.account(f"{role}-{number or 1}", name=f"{role}{number}", second=world.seal(world.KEY))
            world.grant(who, role, world.unit("10"))
            self.clients[name] = Client()
            world.sign_in(self.clients[name], who)
        return self.clients[name]

    def asker(self, name: str) -> Asker:
        self(name)
        role, _, number = name.partition("-")
        return Asker(world.account(f"{role}-{number or 1}"), NOW.date())


@pytest.fixture
def empty(db: None, tmp_path: Path) -> Iterator[Bureau]:  # noqa: ARG001  its tables
    """A bureau with rules and nothing in its record yet, behind the site of this process."""
    before = settings.STEELYARD
    made = written(tmp_path, FACTS, RULES)
    made.record.mkdir(parents=True)
    (tmp_path / "site" / "media").mkdir(parents=True)
    settings.STEELYARD = replace(before, home=tmp_path / "site", bureau=str(made.root), record=str(made.record))
    yield made
    settings.STEELYARD = before


@pytest.fixture
def desk(empty: Bureau) -> Desk:  # noqa: ARG001  the bureau is there
    return Desk()


def upload(client: Client, files: dict[str, str | bytes], key: str = "") -> Any:
    sent = [SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text) for name, text in files.items()]
    return client.post("/deliver", {"files": sent, "key": key})


def done(response: Any) -> Job:
    """The job that an answer leads to, done in this process."""
    assert response.status_code == 302, response.content.decode()[:500]
    number = int(re.fullmatch(r"/jobs/(\d+)", response["Location"])[1])  # type: ignore[index]
    while (job := work()).pk != number:
        pass
    return job


FILES = {
    "units.csv": UNITS, "filing.csv": filings(LATE), "filing_old.csv": filings(LATE, 2025), "debt.csv": debts(DEBTS),
    "visit.csv": "序号,机关,日期\n1,11,2026-05-05",
}  # fmt: skip
NAMES = dict(zip(("score", "check", "rule", "publish"), ("assessor", "office-2", "committee", "group"), strict=True))


def start(desk: Desk, key: str = "") -> Version:
    job = done(desk("office").post("/runs/start", {"plan": "year", "period": "2026", "sheets": "none", "key": key}))
    assert job.state == State.DONE, job.problems
    return Version.objects.get(run_id=job.came_to["run"])


def signed(desk: Desk, version: Version) -> Version:
    for move, name in NAMES.items():
        answer = desk(name).post(f"/versions/{version.pk}/{move}", {"reason": ""}, follow=True)
        assert answer.status_code == 200, move
    version.refresh_from_db()
    return version


def text(response: Any) -> str:
    assert response.status_code == 200
    return str(response.content.decode())


def shown(desk: Desk, version: Version) -> str:
    """What the page gives the second person to send along."""
    page = text(desk("assessor").get(f"/runs/{version.run_id}"))
    return str(re.search(r'name="proposal" value="(\w+)"', page)[1])  # type: ignore[index]


def seconded(desk: Desk, version: Version) -> None:
    desk("assessor").post(f"/versions/{version.pk}/second", {"proposal": shown(desk, version)})


def upheld(version: Version, corrected: Version) -> Appeal:
    """Ruled on when its preview came to what was run afterwards."""
    return Appeal.objects.create(
        plan=version.plan, period=version.period, unit=world.unit("11"), version=version, shown="1", claim="少记一户",
        filed_by=world.account("office-1"), filed_at=NOW, due=NOW.date(), stage=AppealStage.UPHELD,
        digest=corrected.run.digest,
    )  # fmt: skip


def test_from_upload_to_publication_and_correction_by_five_accounts(desk: Desk) -> None:
    office = desk("office")
    job = done(upload(office, FILES, "form"))
    assert job.state == State.DONE, job.problems
    assert upload(office, FILES, "form")["Location"] == f"/jobs/{job.pk}", "the same form again"
    assert Delivery.objects.count() == len(FILES)
    assert len(list(Path(settings.STEELYARD.media).rglob("*"))) == 1 + len(FILES), "no copies left"
    assert "第 1 批" in text(office.get(f"/jobs/{job.pk}"))
    assert "filing.csv" in text(office.get("/batches"))

    version = start(desk)
    page = text(office.get(f"/runs/{version.run_id}"))
    assert "第一次运行" in page
    assert "确认得分" in page, "the stages are shown"
    assert f"/versions/{version.pk}/score" not in page, "the button is for the assessor"
    assert f"/versions/{version.pk}/score" in text(desk("assessor").get(f"/runs/{version.run_id}"))
    assert desk("unit").get(f"/runs/{version.run_id}").status_code == 404
    assert desk("auditor").get(f"/runs/{version.run_id}").status_code == 404, "not before publication"
    assert [one.words.zh for one in waiting(desk.asker("assessor"), NOW)] == ["待确认得分"]

    version = signed(desk, version)
    assert (version.stage, version.number) == (Stage.PUBLISHED, 1)
    assert work().kind == "notices"
    letters = text(desk("auditor").get("/notices"))
    assert letters.count("有效") == Notice.objects.count() == 3
    assert len(set(version.signatures.values_list("account", flat=True))) == 4

    job = done(upload(office, {"filing_2.csv": filings({**LATE, "11": 4})}))
    second = start(desk)
    page = text(office.get(f"/runs/{second.run_id}"))
    assert "对照公布版" in page
    assert "一分局" in page
    assert f"/versions/{second.pk}/score" not in text(desk("assessor").get(f"/runs/{second.run_id}")), "not yet"
    assert not waiting(desk.asker("assessor"), NOW), "nothing to sign before somebody proposes the correction"
    desk("assessor").post(f"/versions/{second.pk}/score")
    second.refresh_from_db()
    assert second.stage == Stage.PREVIEW, "first a correction has to be proposed"
    office.post(f"/versions/{second.pk}/correct", {"reason": "一分局补报"})
    assert [one.words.zh for one in waiting(desk.asker("assessor"), NOW)] == ["待附议更正"]
    seconded(desk, second)
    assert [one.words.zh for one in waiting(desk.asker("assessor"), NOW)] == ["待确认得分"]
    appeal = upheld(version, second)
    assert "申诉成立，待公布更正" in [one.words.zh for one in waiting(desk.asker("office"), NOW)]
    second = signed(desk, second)
    appeal.refresh_from_db()
    assert (appeal.stage, appeal.corrected) == (AppealStage.DONE, second), "publication settles it"
    assert (second.stage, second.number) == (Stage.PUBLISHED, 2)
    replaced = text(office.get(f"/runs/{version.run_id}"))
    assert "一分局补报" in replaced
    assert "这是本计划和周期的第一次运行" in replaced, "what was published is not held against what came after it"
    assert "由第 2 版更正" in re.sub(r"\s+|<[^>]+>", " ", text(office.get("/notices"))).replace("  ", " ")
    listed = text(office.get("/runs"))
    assert "已被更正" in listed
    assert "已公布" in listed
    acts = set(Event.objects.values_list("act", flat=True))
    assert {"data.receive", "data.load", "run.make", "version.publish", "version.correct", "version.second"} <= acts


def test_a_proposal_that_changed_under_the_open_page_is_not_seconded(desk: Desk) -> None:
    done(upload(desk("office"), FILES))
    signed(desk, start(desk))
    done(upload(desk("office"), {"filing_2.csv": filings({**LATE, "11": 4})}))
    second = start(desk)
    desk("office").post(f"/versions/{second.pk}/correct", {"reason": "一分局补报"})
    seen = shown(desk, second)
    desk("office-2").post(f"/versions/{second.pk}/correct", {"reason": "改一个口径"})
    answer = desk("assessor").post(f"/versions/{second.pk}/second", {"proposal": seen}, follow=True)
    assert "更正的提议变了" in text(answer)
    assert "改一个口径" in text(answer), "what is proposed now"
    second.refresh_from_db()
    assert second.seconded_by is None
    seconded(desk, second)
    second.refresh_from_db()
    assert second.seconded_by is not None


@pytest.mark.parametrize("ended", [State.FAILED, State.CANCELLED])
def test_notices_whose_job_did_not_finish_are_printed_again_and_those_that_are_printed_are_not(
    desk: Desk, ended: State
) -> None:
    done(upload(desk("office"), FILES))
    version = signed(desk, start(desk))
    here, again = f"/runs/{version.run_id}", f"/runs/{version.run_id}/notices"
    first = Job.objects.get(kind="notices")
    assert again not in text(desk("office").get(here)), "they are on their way"
    Job.objects.filter(pk=first.pk).update(state=ended)
    assert again in text(desk("office").get(here))
    assert again not in text(desk("assessor").get(here)), "it is for the office"
    assert desk("assessor").post(again).status_code == 404
    asked = desk("office").post(again)
    assert asked["Location"] != f"/jobs/{first.pk}"
    assert "正在印制" in text(desk("office").post(again, follow=True)), "one job is enough"
    assert done(asked).came_to["notices"] == Notice.objects.count() == 3
    assert not Notice.objects.filter(docx="")
    assert again not in text(desk("office").get(here))
    assert "都已印好" in text(desk("office").post(again, follow=True))


def test_bad_files_are_told_with_what_to_do(desk: Desk) -> None:
    office = desk("office")
    job = done(upload(office, {"units.csv": UNITS, "unknown.csv": "a,b\n1,2", "debt.csv": b"\xff\xfe\x00"}))
    assert (job.state, job.came_to["refused"]) == (State.DONE, 2)
    page = text(office.get("/deliveries?state=refused"))
    assert "unknown.csv" in page
    assert "units.csv" in page, "the words name the files that are expected"
    assert Ledger(settings.STEELYARD.of_bureau().record).batches()[-1].file == "units.csv"
    assert any("整份未收" in one.words.zh for one in waiting(desk.asker("office"), Delivery.objects.all()[0].at))


def test_a_file_whose_job_failed_does_not_look_as_if_it_still_waited(desk: Desk) -> None:
    job = upload(desk("office"), FILES)
    assert "units.csv" in text(desk("office").get("/deliveries?state=waiting"))
    assert "units.csv" not in text(desk("office").get("/deliveries?state=left"))
    Job.objects.update(state=State.FAILED)
    page = text(desk("office").get("/deliveries?state=left"))
    assert "未装载：任务没有完成，请重新上传" in page
    assert "units.csv" in page
    assert "units.csv" not in text(desk("office").get("/deliveries?state=waiting"))
    assert job.status_code == 302


def test_states_to_choose_from_are_named_in_the_language_of_the_page(desk: Desk) -> None:
    desk("office").post("/language", {"language": "en"})
    page = text(desk("office").get("/deliveries", headers={"accept-language": "en"}))
    assert "Not loaded" in page
    assert "待装载" not in page


def test_what_to_do_about_a_file_whose_job_failed_is_what_its_way_takes(desk: Desk) -> None:
    """The watched folder passes over a file with its old time, so that putting it back would lead nowhere."""
    upload(desk("office"), FILES)
    Job.objects.update(state=State.FAILED)
    for source, words in ((Source.WATCHED, "修改时间不变的不会再收"), (Source.DATABASE, "请重新取数")):
        Delivery.objects.update(source=source)
        assert words in text(desk("office").get("/deliveries"))


def test_an_upload_that_cannot_be_kept_is_refused_whole(desk: Desk) -> None:
    office = desk("office")
    for name, content in (("empty.csv", ""), (f"{'a' * 240}.csv", "x")):
        answer = upload(office, {"units.csv": UNITS, name: content})
        assert answer.status_code == 422
        assert "alert bad" in answer.content.decode()
    assert office.post("/deliver", {}).status_code == 422
    assert not Delivery.objects.exists()
    assert not Job.objects.exists()
    assert not [path for path in Path(settings.STEELYARD.media).rglob("*") if path.is_file()]


def test_rejected_rows_come_back_as_they_were_and_are_accepted_once_mended(desk: Desk) -> None:
    office = desk("office")
    done(upload(office, {"units.csv": UNITS}))
    bad = "序号,机关,日期,金额\nx1,11,2026-03-01,一百\nx2,12,2026-03-01,5.00\nx3,13,2026-02-30,7.00\n"
    job = done(upload(office, {"debt.csv": bad}))
    number = job.came_to["batches"][0]
    row = Loaded.objects.get(pk=number)
    assert (row.rows, row.accepted, row.rejected, row.grade) == (3, 1, 2, "D")
    page = text(office.get(f"/batches/{number}"))
    assert "一百" in page
    assert "2026-02-30" in page
    reasons = office.get(f"/batches/{number}/reasons.csv").content.decode("utf-8-sig").splitlines()
    assert [line.split(",")[:2] for line in reasons] == [["行号", "列"], ["2", "金额"], ["4", "日期"]]
    lines = office.get(f"/batches/{number}/rejected").content.decode()
    assert lines == "序号,机关,日期,金额\r\nx1,11,2026-03-01,一百\r\nx3,13,2026-02-30,7.00\r\n"
    mended = lines.replace("一百", "100.00").replace("02-30", "02-28")
    job = done(upload(office, {"debt_mended.csv": mended}))
    assert Loaded.objects.get(pk=job.came_to["batches"][0]).accepted == 2
    assert "有拒收行" in text(office.get("/batches?rejected=1"))
    assert office.get("/batches/99").status_code == 404
    assert [one for one in waiting(desk.asker("office"), NOW.replace(year=2020)) if "拒收" in one.words.zh]


def test_a_notice_is_the_same_bytes_whenever_it_is_made(desk: Desk) -> None:
    done(upload(desk("office"), FILES))
    version = signed(desk, start(desk))
    letter = Notice.objects.filter(kind="letter").order_by("serial")[0]
    before = {form: desk("office").get(f"/notices/{letter.pk}.{form}").content for form in ("pdf", "docx")}
    assert work().came_to["notices"] == 3
    letter.refresh_from_db()
    for form, content in before.items():
        answer = desk("office").get(f"/notices/{letter.pk}.{form}")
        assert answer.content == content, "made before it was printed, and after"
    with ZipFile(io.BytesIO(before["docx"])) as archive:
        document = archive.read("word/document.xml").decode()
    assert version.run.digest in document
    assert f"〔2026〕{letter.serial} 号" in document or f"{letter.serial} 号" in document
    assert before["pdf"].startswith(b"%PDF-")
    assert desk("unit").get(f"/notices/{letter.pk}.pdf").status_code == 404, "a unit that the register does not know"
    world.Unit.objects.create(code=letter.unit, name=letter.unit_name, parent_id="10", path=f"/10/{letter.unit}/")
    assert desk("unit").get(f"/notices/{letter.pk}.pdf").status_code == 200, "it lies below the unit of this account"
    stranger = Client()
    assert stranger.get(f"/notices/{letter.pk}.pdf").status_code == 302
    assert set(Event.objects.filter(act="notice").values_list("role", flat=True)) == {"office", "unit"}


def test_moves_that_came_too_late_are_told_and_foreign_ones_are_not_there(desk: Desk) -> None:
    done(upload(desk("office"), FILES))
    version = start(desk)
    assert desk("assessor").post(f"/versions/{version.pk}/publish").status_code == 404
    assert desk("assessor").post("/versions/999/score").status_code == 404
    assert desk("assessor").get(f"/versions/{version.pk}/score").status_code == 405
    desk("assessor").post(f"/versions/{version.pk}/score")
    answer = desk("assessor-2").post(f"/versions/{version.pk}/score", follow=True)
    assert "不能再确认得分" in text(answer)
    answer = desk("office-2").post(f"/versions/{version.pk}/refuse", {"reason": ""}, follow=True)
    assert "请写明理由" in text(answer)


def test_a_run_of_broken_rules_fails_with_words_and_is_listed(desk: Desk, empty: Bureau) -> None:
    done(upload(desk("office"), FILES))
    path = empty.root / "rules" / "rules.yaml"
    path.write_text(path.read_text("utf-8").replace("count(filing)", "count(nothing)"), "utf-8")
    answer = desk("office").post("/runs/start", {"plan": "year", "period": "2026", "sheets": "none"})
    job = done(answer)
    assert job.state == State.FAILED
    assert "rules.yaml" in job.problems[0]["zh"]
    assert str(empty.root) not in job.problems[0]["zh"]
    assert f"/jobs/{job.pk}" in text(desk("office").get("/runs"))
    path.write_text("indicator: [", "utf-8")
    assert desk("office").get("/runs/start").status_code == 409


def test_a_run_of_what_is_not_listed_is_told_to_choose(desk: Desk) -> None:
    """``run-choice``."""
    answer = desk("office").post("/runs/start", {"plan": "nothing", "period": "2026"}, follow=True)
    assert "请从列出的计划、周期和报告单形式中各选一项" in text(answer)
    assert not Job.objects.exists()


def test_a_recount_tells_the_share_of_wrong_cells_with_its_interval(desk: Desk) -> None:
    done(upload(desk("office"), FILES))
    version = start(desk)
    answer = desk("office").post(f"/runs/{version.run_id}/recount", {"seed": " "}, follow=True)
    assert "公开的种子" in text(answer)
    job = done(desk("office").post(f"/runs/{version.run_id}/recount", {"seed": "上证 3211.43", "sample": "4"}))
    assert (job.state, job.came_to["wrong"]) == (State.DONE, 0), job.problems
    page = text(desk("committee").get(f"/runs/{version.run_id}"))
    assert "上证 3211.43" in page
    assert desk("assessor").post(f"/runs/{version.run_id}/recount", {"seed": "1"}).status_code == 404


def test_pages_ask_the_database_a_bounded_number_of_times(desk: Desk, django_assert_max_num_queries: Any) -> None:
    job = done(upload(desk("office"), FILES))
    version = start(desk)
    lists = ("/jobs", "/batches", "/deliveries", "/runs", "/notices", "/deliver", "/batches/1", "/runs/start")
    for address in (*lists, f"/jobs/{job.pk}"):
        with django_assert_max_num_queries(16):
            text(desk("office").get(address))
    with django_assert_max_num_queries(24):
        text(desk("office").get(f"/runs/{version.run_id}"))
    assert Run.objects.count() == 1


def test_english_readers_find_english(desk: Desk) -> None:
    done(upload(desk("office"), FILES))
    version = start(desk)
    for address in ("/jobs", "/batches", "/batches/1", "/deliveries", "/deliver", "/runs", f"/runs/{version.run_id}"):
        page = text(desk("office").get(address, headers={"accept-language": "en"}))
        assert 'lang="en"' in page
