"""An appeal: in time, by the four rights, with the effect on everybody seen before anyone rules."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from steelyard.bureau.asking.running import run
from steelyard.bureau.runs.order import Order
from steelyard.bureau.runs.results import Results
from steelyard.engine.calendar import Calendar, read_calendar
from steelyard.engine.problems import Refused
from steelyard.lake.intake import intake
from steelyard.web.cycles.data.mirroring import mirror
from steelyard.web.cycles.models import Stage as VersionStage
from steelyard.web.dialogue import appealing
from steelyard.web.dialogue.appealing import carry_out, correct_with, file, move
from steelyard.web.dialogue.models import Appeal, Stage
from steelyard.web.dialogue.moves import BY_NAME, MOVES, diagram, leading_on
from steelyard.web.dialogue.previewing import ask_preview, look_ahead
from steelyard.web.dialogue.saying import show
from steelyard.web.jobs.context import Context
from steelyard.web.jobs.models import Job, State
from steelyard.web.people.asking import By
from steelyard.web.trail.models import Event
from tests.bureau.small_bureau import load
from tests.web.dialogue.office import PUBLISHED, ZONE, Office, bare, configured, office, version

pytestmark = pytest.mark.django_db
NATIONAL = Path("examples/province/calendar.yaml")


@pytest.fixture(scope="module")
def calendar() -> Calendar:
    return read_calendar(NATIONAL.read_text("utf-8"), NATIONAL.name)


def filed(at: Office, calendar: Calendar, now: datetime = PUBLISHED, **more: Any) -> Appeal:
    given = {"by": at.people["liaison"], "now": now, "calendar": calendar, "days": 5, "to_rule": 20, **more}
    return file(at.number(), "第 2 件不是我局的", **given)


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def moved(appeal: Appeal, at: Office, *names: tuple[str, str]) -> None:
    for name, who in names:
        move(appeal, name, "意见", by=at.people[who], now=PUBLISHED)


CHECKED = (("answer", "assessor"), ("check", "office"))


def test_five_working_days_from_the_eve_of_a_holiday_end_after_it_to_the_last_second(calendar: Calendar) -> None:
    at = bare()  # published on 30 September; 1 to 8 October are off, 10 October is made up for
    last = calendar.add_workdays(date(2026, 9, 30), 5)
    assert last > date(2026, 10, 9)
    end = datetime(last.year, last.month, last.day, 23, 59, 59, tzinfo=ZONE)
    appeal = filed(at, calendar, end)
    assert appeal.due == calendar.add_workdays(last, 20)
    with pytest.raises(Refused) as late:
        file(at.number("B"), "晚了一秒", by=at.people["liaison"], now=end + timedelta(seconds=1), calendar=calendar,
             days=5, to_rule=20)  # fmt: skip
    assert codes(late) == ["appeal-late"]


def test_a_preview_cannot_be_appealed_against(calendar: Calendar) -> None:
    at = bare()
    at.version.stage = VersionStage.PREVIEW
    at.version.save()
    with pytest.raises(Refused) as refused:
        filed(at, calendar)
    assert codes(refused) == ["appeal-not-published"]


def test_one_number_has_one_open_appeal_and_another_after_it_was_withdrawn(calendar: Calendar) -> None:
    at = bare()
    first = filed(at, calendar)
    with pytest.raises(Refused) as twice:
        filed(at, calendar)
    assert codes(twice) == ["appeal-open"]
    move(first, "withdraw", "撤回", by=at.people["liaison"], now=PUBLISHED)
    assert filed(at, calendar).pk != first.pk


@pytest.mark.parametrize("stage", Stage.values)
@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_only_the_moves_of_the_table_can_be_made(
    stage: str, name: str, calendar: Calendar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(appealing, "undone", lambda _: True)
    at = bare()
    appeal = filed(at, calendar)
    Appeal.objects.update(stage=stage, digest="d")
    allowed = name in {way.name for way in leading_on(stage)}
    before = Event.objects.count()
    if allowed:
        found = move(appeal, name, "意见", by=at.people["other"], now=PUBLISHED)
        assert found.stage == BY_NAME[name].to
    else:
        with pytest.raises(Refused) as refused:
            move(appeal, name, "意见", by=at.people["other"], now=PUBLISHED)
        assert codes(refused) == ["appeal-move"]
    assert Event.objects.count() == before + allowed


def test_nobody_takes_two_steps_of_one_appeal(calendar: Calendar) -> None:
    at = bare()
    appeal = filed(at, calendar)
    with pytest.raises(Refused) as own:
        move(appeal, "answer", "意见", by=at.people["liaison"], now=PUBLISHED)
    moved(appeal, at, ("answer", "assessor"))
    with pytest.raises(Refused) as twice:
        move(appeal, "check", "意见", by=at.people["assessor"], now=PUBLISHED)
    assert codes(own) == codes(twice) == ["appeal-same-person"]


def test_nobody_upholds_what_nobody_has_previewed(calendar: Calendar) -> None:
    at = bare()
    appeal = filed(at, calendar)
    moved(appeal, at, *CHECKED)
    with pytest.raises(Refused) as refused:
        move(appeal, "uphold", "成立", by=at.people["committee"], now=PUBLISHED)
    assert codes(refused) == ["appeal-not-previewed"]
    assert move(appeal, "reject", "不成立", by=at.people["committee"], now=PUBLISHED).stage == Stage.REJECTED


def test_the_diagram_tells_every_move() -> None:
    assert sum(len(way.begins) for way in MOVES) == diagram().count(" --> ") - 2


def correction(at: Office, folder: Path, appeal: Appeal, text: str = "2,B,2026-03-02") -> None:
    content = SimpleUploadedFile("cases_appeal.csv", f"编号,单位,日期\n{text}\n".encode())
    found = show(
        at.number(), content, "更正", "own", by=at.people["liaison"], now=PUBLISHED, media=folder / "site/media"
    )
    correct_with(appeal, [found], by=at.people["liaison"], now=PUBLISHED)


def previewed(appeal: Appeal, at: Office) -> dict[str, Any]:
    job = ask_preview(appeal, by=at.people["office"], now=PUBLISHED)
    Job.objects.filter(pk=job.pk).update(state=State.RUNNING, attempts=1)
    return dict(look_ahead(Context(job.pk, 1, "office"), job.given))


def test_what_the_committee_rules_on_is_what_is_then_published(
    tmp_path: Path, calendar: Calendar, settings: Any
) -> None:
    at = office(tmp_path)
    settings.STEELYARD = configured(at, tmp_path)
    appeal = filed(at, calendar)
    correction(at, tmp_path, appeal)
    moved(appeal, at, *CHECKED)
    came_to = previewed(appeal, at)
    assert {one["unit"]: (one["gain"], one["places"]) for one in came_to["moved"]} == {
        "A": ("-5", [2, 3]), "B": ("5", [3, 2]),
    }  # fmt: skip
    moved(appeal, at, ("uphold", "committee"))
    load(at.bureau, {"cases_appeal.csv": "编号,单位,日期\n2,B,2026-03-02"}, datetime(2027, 2, 1))
    digest = Results(run(at.bureau, Order(periods=("2026",), history=False))).digest
    by, said = at.people["other"], By(actor="other", role="group", behalf="")
    wrong = version(at.people["office"], "wrong", "f" * 64, 2)
    assert carry_out(wrong, by=by, said=said, now=PUBLISHED) == []
    right = version(at.people["office"], "right", digest, 3)
    assert carry_out(right, by=by, said=said, now=PUBLISHED) == [appeal]
    appeal.refresh_from_db()
    assert (appeal.stage, appeal.corrected and appeal.corrected.number) == (Stage.DONE, 3)
    assert [one.name for one in appeal.moves.all()] == ["answer", "check", "uphold", "carry-out"]


def upheld(at: Office, folder: Path, calendar: Calendar, unit: str, text: str) -> Appeal:
    """On a file of its own, but for what a preview would say."""
    appeal = file(
        at.number(unit), "有误", by=at.people["liaison"], now=PUBLISHED, calendar=calendar, days=5, to_rule=20
    )
    correction(at, folder, appeal, text)
    moved(appeal, at, *CHECKED)
    Appeal.objects.filter(pk=appeal.pk).update(digest=unit * 64)
    moved(appeal, at, ("uphold", "committee"))
    appeal.refresh_from_db()
    return appeal


def loaded(at: Office, *appeals: Appeal) -> None:
    """The office loads the very files, each on a day of its own."""
    for number, appeal in enumerate(appeals):
        content = f"编号,单位,日期\n{2 + appeal.pk - appeals[0].pk},B,2026-03-02\n"
        one = appeal.files.get()
        assert hashlib.sha256(content.encode()).hexdigest() == one.digest
        path = at.bureau.root.parent / f"cases_appeal_{appeal.pk}.csv"
        path.write_bytes(content.encode())
        intake(at.bureau.record, list(at.bureau.tables().values()), [path], datetime(2027, 2, 1 + number))
    mirror(at.bureau)


def test_one_version_settles_all_whose_corrections_it_contains_and_no_other(
    tmp_path: Path, calendar: Calendar, settings: Any
) -> None:
    at = office(tmp_path)
    settings.STEELYARD = configured(at, tmp_path)
    first = upheld(at, tmp_path, calendar, "A", "2,B,2026-03-02")
    second = upheld(at, tmp_path, calendar, "B", "3,B,2026-03-02")
    loaded(at, first, second)
    by, said = at.people["other"], By(actor="other", role="group", behalf="")
    without, half, whole = (version(at.people["office"], f"run{n}", "f" * 64, n, batch=n) for n in (2, 3, 4))
    assert carry_out(without, by=by, said=said, now=PUBLISHED) == []
    assert carry_out(half, by=by, said=said, now=PUBLISHED) == [first]
    assert carry_out(whole, by=by, said=said, now=PUBLISHED) == [second]
    second.refresh_from_db()
    assert (second.stage, second.corrected) == (Stage.DONE, whole)


def test_what_was_published_before_the_ruling_settles_it_with_the_ruling(
    tmp_path: Path, calendar: Calendar, settings: Any
) -> None:
    at = office(tmp_path)
    settings.STEELYARD = configured(at, tmp_path)
    appeal = filed(at, calendar)
    correction(at, tmp_path, appeal)
    moved(appeal, at, *CHECKED)
    Appeal.objects.update(digest="a" * 64)
    loaded(at, appeal)
    there = version(at.people["office"], "before", "f" * 64, 2, batch=3)
    moved(appeal, at, ("uphold", "committee"))
    appeal.refresh_from_db()
    assert (appeal.stage, appeal.corrected) == (Stage.DONE, there)
    assert [one.name for one in appeal.moves.all()] == ["answer", "check", "uphold", "carry-out"]


def test_other_files_undo_a_preview(tmp_path: Path, calendar: Calendar, settings: Any) -> None:
    at = office(tmp_path)
    settings.STEELYARD = configured(at, tmp_path)
    appeal = filed(at, calendar)
    with pytest.raises(Refused) as nothing:
        ask_preview(appeal, by=at.people["office"], now=PUBLISHED)
    correction(at, tmp_path, appeal)
    previewed(appeal, at)
    appeal.refresh_from_db()
    assert appeal.digest
    correction(at, tmp_path, appeal, "3,A,2026-03-03")
    appeal.refresh_from_db()
    assert (codes(nothing), appeal.digest, appeal.preview) == (["appeal-no-files"], "", None)


def test_a_file_that_intake_refuses_is_told_with_its_reason(tmp_path: Path, calendar: Calendar, settings: Any) -> None:
    at = office(tmp_path)
    settings.STEELYARD = configured(at, tmp_path)
    appeal = filed(at, calendar)
    content = SimpleUploadedFile("unknown.csv", b"a,b\n")
    found = show(
        at.number(), content, "更正", "own", by=at.people["liaison"], now=PUBLISHED, media=tmp_path / "site/media"
    )
    correct_with(appeal, [found], by=at.people["liaison"], now=PUBLISHED)
    with pytest.raises(Refused) as refused:
        previewed(appeal, at)
    assert codes(refused) == ["file-no-feed"]
    appeal.refresh_from_db()
    assert appeal.digest == ""


def test_files_that_are_changed_while_a_preview_runs_undo_it(tmp_path: Path, calendar: Calendar, settings: Any) -> None:
    at = office(tmp_path)
    settings.STEELYARD = configured(at, tmp_path)
    appeal = filed(at, calendar)
    correction(at, tmp_path, appeal)
    job = ask_preview(appeal, by=at.people["office"], now=PUBLISHED)
    Job.objects.filter(pk=job.pk).update(state=State.RUNNING, attempts=1)

    class Watched(Context):
        def progress(self, *_: object) -> None:
            if not appeal.files.filter(name="cases_other.csv").exists():
                content = SimpleUploadedFile("cases_other.csv", "编号,单位,日期\n3,A,2026-03-03\n".encode())
                media = tmp_path / "site/media"
                found = show(at.number(), content, "又", "own", by=at.people["liaison"], now=PUBLISHED, media=media)
                correct_with(appeal, [found], by=at.people["liaison"], now=PUBLISHED)

    with pytest.raises(Refused) as refused:
        look_ahead(Watched(job.pk, 1, "office"), job.given)
    appeal.refresh_from_db()
    assert (codes(refused), appeal.digest) == (["appeal-files-changed"], "")


def test_a_preview_that_ends_after_the_ruling_changes_nothing_of_it(
    tmp_path: Path, calendar: Calendar, settings: Any
) -> None:
    """Another one was asked for, and the committee ruled on what it had before that."""
    at = office(tmp_path)
    settings.STEELYARD = configured(at, tmp_path)
    appeal = filed(at, calendar)
    correction(at, tmp_path, appeal)
    moved(appeal, at, *CHECKED)
    previewed(appeal, at)
    load(at.bureau, {"cases_more.csv": "编号,单位,日期\n8,C,2026-03-08"}, datetime(2027, 2, 1))
    late = ask_preview(appeal, by=at.people["office"], now=PUBLISHED)
    Job.objects.filter(pk=late.pk).update(state=State.RUNNING, attempts=1)
    moved(appeal, at, ("uphold", "committee"))
    appeal.refresh_from_db()
    ruled = (appeal.digest, appeal.preview_id)
    with pytest.raises(Refused) as refused:
        look_ahead(Context(late.pk, 1, "office"), late.given)
    appeal.refresh_from_db()
    assert (codes(refused), (appeal.digest, appeal.preview_id)) == (["appeal-move"], ruled)


def test_the_committee_rules_only_on_the_preview_that_it_looked_at(
    tmp_path: Path, calendar: Calendar, settings: Any
) -> None:
    at = office(tmp_path)
    settings.STEELYARD = configured(at, tmp_path)
    appeal = filed(at, calendar)
    correction(at, tmp_path, appeal)
    moved(appeal, at, *CHECKED)
    previewed(appeal, at)
    appeal.refresh_from_db()
    seen = appeal.preview_id
    previewed(appeal, at)
    with pytest.raises(Refused) as refused:
        move(appeal, "uphold", "成立", by=at.people["committee"], now=PUBLISHED, preview=seen)
    assert codes(refused) == ["appeal-previewed-again"]
    appeal.refresh_from_db()
    now = appeal.preview_id
    assert move(appeal, "uphold", "成立", by=at.people["committee"], now=PUBLISHED, preview=now).stage == Stage.UPHELD
