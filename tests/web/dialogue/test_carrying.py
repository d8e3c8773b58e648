"""An upheld appeal is settled by a version in which its correction stands, by no other; nobody waits in the dark."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from steelyard.engine.calendar import Calendar, read_calendar
from steelyard.engine.problems import Refused
from steelyard.web.cycles.data.mirroring import mirror
from steelyard.web.dialogue.appealing import carry_out, correct_with, file, move
from steelyard.web.dialogue.carrying import newest, standing
from steelyard.web.dialogue.models import Appeal, Stage
from steelyard.web.dialogue.saying import show
from steelyard.web.pages.office.waiting import waiting
from steelyard.web.people.asking import Asker, By
from tests.bureau.small_bureau import load
from tests.web.dialogue.office import PUBLISHED, Office, configured, office, version
from tests.web.people import world

pytestmark = pytest.mark.django_db
HEAD = "编号,单位,日期\n"
FEBRUARY = datetime(2027, 2, 1)
SAID = By(actor="other", role="group", behalf="")


@pytest.fixture(scope="module")
def calendar() -> Calendar:
    path = Path("examples/province/calendar.yaml")
    return read_calendar(path.read_text("utf-8"), path.name)


@pytest.fixture
def at(tmp_path: Path, settings: Any) -> Office:
    made = office(tmp_path)
    settings.STEELYARD = configured(made, tmp_path)
    return made


def steps(appeal: Appeal, at: Office, *names: tuple[str, str]) -> None:
    for name, who in names:
        move(appeal, name, "意见", by=at.people[who], now=PUBLISHED)
    appeal.refresh_from_db()


def named(at: Office, folder: Path, appeal: Appeal, rows: str, name: str = "cases_appeal.csv") -> None:
    content = SimpleUploadedFile(name, f"{HEAD}{rows}\n".encode())
    by = at.people["liaison"]
    found = show(at.number(), content, "更正", "own", by=by, now=PUBLISHED, media=folder / "site/media")
    correct_with(appeal, [found], by=by, now=PUBLISHED)


def ruled(at: Office, appeal: Appeal) -> None:
    Appeal.objects.filter(pk=appeal.pk).update(digest="a" * 64)
    steps(appeal, at, ("uphold", "committee"))


def upheld(at: Office, folder: Path, calendar: Calendar, rows: str = "2,B,2026-03-02") -> Appeal:
    by = at.people["liaison"]
    appeal = file(at.number(), "有误", by=by, now=PUBLISHED, calendar=calendar, days=5, to_rule=20)
    named(at, folder, appeal, rows)
    steps(appeal, at, ("answer", "assessor"), ("check", "office"))
    ruled(at, appeal)
    return appeal


def arrive(at: Office, *files: tuple[str, str]) -> None:
    """Each on a day of its own."""
    for name, rows in files:
        load(at.bureau, {name: HEAD + rows}, FEBRUARY + timedelta(days=newest()))
        mirror(at.bureau)


def settled(at: Office, batch: int) -> list[Appeal]:
    """By a new version that knows the record up to that batch."""
    found = version(at.people["office"], f"run{batch}", "f" * 64, batch, batch=batch)
    return carry_out(found, by=at.people["other"], said=SAID, now=PUBLISHED)


CORRECTED = ("cases_appeal.csv", "2,B,2026-03-02")


def test_a_version_whose_run_no_longer_has_the_corrected_rows_settles_nothing(
    at: Office, tmp_path: Path, calendar: Calendar
) -> None:
    appeal = upheld(at, tmp_path, calendar)
    arrive(at, CORRECTED, ("cases_routine.csv", "2,A,2026-03-02\n7,C,2026-03-07"))
    assert settled(at, 4) == []
    (replaced,) = standing(appeal, 4).replaced
    assert (replaced.file, replaced.by.number, replaced.rows) == ("cases_appeal.csv", 4, 1)
    assert settled(at, 3) == [appeal]


def test_another_file_that_says_the_same_again_carries_it_out_as_well(
    at: Office, tmp_path: Path, calendar: Calendar
) -> None:
    appeal = upheld(at, tmp_path, calendar)
    arrive(
        at, CORRECTED, ("cases_routine.csv", "2,A,2026-03-02"), ("cases_again.csv", "2,B,2026-03-02\n7,C,2026-03-07")
    )
    assert settled(at, 4) == []
    assert settled(at, 5) == [appeal]


def test_other_rows_of_the_same_file_may_change_later(at: Office, tmp_path: Path, calendar: Calendar) -> None:
    """Case 1 was known when the number was published: that the file repeats it makes it no part of the correction."""
    rows = "1,A,2026-03-01\n2,B,2026-03-02"
    appeal = upheld(at, tmp_path, calendar, rows)
    arrive(at, ("cases_appeal.csv", rows), ("cases_routine.csv", "1,A,2026-03-21"))
    assert settled(at, 4) == [appeal]


def test_what_another_file_had_brought_first_is_a_part_of_the_correction(
    at: Office, tmp_path: Path, calendar: Calendar
) -> None:
    appeal = upheld(at, tmp_path, calendar)
    arrive(at, ("cases_source.csv", "2,B,2026-03-02\n3,C,2026-03-03"), CORRECTED, ("cases_off.csv", "3,B,2026-03-03"))
    assert standing(appeal, 5).whole
    arrive(at, ("cases_wrong.csv", "2,A,2026-03-02"))
    assert settled(at, 6) == []
    assert settled(at, 5) == [appeal]


def test_a_file_that_is_listed_late_counts_from_then_on(at: Office, tmp_path: Path, calendar: Calendar) -> None:
    """Batches of the command line and of other systems are listed by the next routine."""
    appeal = upheld(at, tmp_path, calendar)
    name, rows = CORRECTED
    load(at.bureau, {name: HEAD + rows}, FEBRUARY + timedelta(days=newest()))
    assert standing(appeal, 3).missing == (name,)
    mirror(at.bureau)
    assert standing(appeal, 3).whole


def test_a_declaration_that_is_mended_is_asked_again(at: Office, tmp_path: Path, calendar: Calendar) -> None:
    """While it cannot be read, whatever another file had brought first is thought to be a part of the correction."""
    appeal = upheld(at, tmp_path, calendar)
    arrive(at, ("cases_source.csv", "2,B,2026-03-02\n3,C,2026-03-03"), CORRECTED, ("cases_off.csv", "3,B,2026-03-03"))
    spoiled = at.bureau.root / "facts" / "spoiled.yaml"
    spoiled.write_text("table: [", "utf-8")
    assert not standing(appeal, 5).whole
    spoiled.unlink()
    assert standing(appeal, 5).whole


def test_the_page_says_what_it_waits_for_and_which_batch_undid_it(
    at: Office, tmp_path: Path, calendar: Calendar
) -> None:
    mirror(at.bureau)
    appeal, client = upheld(at, tmp_path, calendar), Client()
    world.sign_in(client, world.with_role("office"))
    address = reverse("appeal", args=[appeal.pk])

    def page() -> str:
        return client.get(address).content.decode()

    def to_do() -> list[str]:
        return [one.words.zh for one in waiting(Asker(world.with_role("office"), PUBLISHED.date()), PUBLISHED)]

    assert "等待绩效办装载：" in page()
    assert "申诉成立，待装载更正材料" in to_do()
    arrive(at, CORRECTED)
    assert "申诉成立，待公布更正" in to_do()
    assert "下一次公布时即办结" in page()
    assert "重新提请裁定</h2>" not in page()
    arrive(at, ("cases_routine.csv", "2,A,2026-03-02"))
    told = page()
    assert "cases_routine.csv" in told
    assert "申诉成立，但更正的记录已被后来的文件改掉：请重新装载更正，或重新提请裁定" in to_do()
    assert reverse("batch", args=[4]) in told
    assert reverse("appeal-reopen", args=[appeal.pk]) in told
    client.cookies["django_language"] = "en"
    assert "rows, replaced by batch" in page()
    assert "put to the committee again" in client.get(reverse("appeals")).content.decode()


def test_the_office_puts_it_to_the_committee_again_with_other_files(
    at: Office, tmp_path: Path, calendar: Calendar
) -> None:
    appeal = upheld(at, tmp_path, calendar)
    arrive(at, CORRECTED)
    with pytest.raises(Refused, match="appeal-stands"):
        steps(appeal, at, ("reopen", "office"))
    arrive(at, ("cases_routine.csv", "2,C,2026-03-02"))
    steps(appeal, at, ("reopen", "office"))
    assert (appeal.stage, appeal.digest) == (Stage.CHECKED, "")
    with pytest.raises(Refused, match="appeal-not-previewed"):
        steps(appeal, at, ("uphold", "committee"))
    named(at, tmp_path, appeal, "2,B,2026-03-02\n7,C,2026-03-07", "cases_better.csv")
    ruled(at, appeal)
    assert settled(at, 4) == []
    arrive(at, ("cases_better.csv", "2,B,2026-03-02\n7,C,2026-03-07"))
    assert settled(at, 5) == [appeal]
    assert [one.name for one in appeal.moves.all()] == ["answer", "check", "uphold", "reopen", "uphold", "carry-out"]


def test_it_is_not_opened_again_beside_another_one_about_the_same_number(
    at: Office, tmp_path: Path, calendar: Calendar
) -> None:
    appeal = upheld(at, tmp_path, calendar)
    arrive(at, CORRECTED, ("cases_routine.csv", "2,A,2026-03-02"))
    file(at.number(), "又", by=at.people["liaison"], now=PUBLISHED, calendar=calendar, days=5, to_rule=20)
    with pytest.raises(Refused, match="appeal-open"):
        steps(appeal, at, ("reopen", "office"))
