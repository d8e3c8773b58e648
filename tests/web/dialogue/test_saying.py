"""Remarks hang on the number and outlive every new version; evidence is kept as it came."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from steelyard.engine.problems import Refused
from steelyard.web.cycles.data.evidence import MOST
from steelyard.web.dialogue.models import Evidence, Remark
from steelyard.web.dialogue.saying import Number, grade, hanging_on, say, show, withdraw
from steelyard.web.trail.models import Event
from tests.web.dialogue.office import PUBLISHED, Office, bare, version

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    return bare()


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def shown(office: Office, folder: Path, name: str, content: bytes, about: str = "说明") -> Evidence:
    return show(
        office.number(), upload(name, content), about, "own", by=office.people["liaison"], now=PUBLISHED, media=folder
    )


def test_a_remark_is_seen_at_the_number_of_the_next_version_with_what_it_was_about(office: Office) -> None:
    said = say(office.number(), " 口径有误 ", by=office.people["liaison"], now=PUBLISHED)
    say(office.number("B"), "别处", by=office.people["liaison"], now=PUBLISHED)
    newer = version(office.people["office"], "newer", number=2)
    found = hanging_on(Remark.objects.all(), Number(newer, office.units["A"], "done", "9.50"))
    assert [(one.pk, one.text, one.shown, one.version.number) for one in found] == [(said.pk, "口径有误", "10.00", 1)]


def test_what_is_said_is_told_in_the_trail(office: Office) -> None:
    say(office.number(), "一句", by=office.people["liaison"], now=PUBLISHED)
    event = Event.objects.get()
    assert (event.act, event.actor, event.target) == ("remark", "liaison", "number:all/2026/A/done")


@pytest.mark.parametrize(("text", "code"), [("  ", "text-empty"), ("长" * 2001, "text-long")])
def test_nothing_and_too_much_is_not_said(office: Office, text: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        say(office.number(), text, by=office.people["liaison"], now=PUBLISHED)
    assert codes(refused) == [code]
    assert not Remark.objects.exists()
    assert not Event.objects.exists()


def test_evidence_is_kept_byte_by_byte_under_a_name_of_ours(office: Office, tmp_path: Path) -> None:
    found = shown(office, tmp_path, "../../etc/证明.PDF", b"%PDF-1.7 content")
    assert (tmp_path / found.stored).read_bytes() == b"%PDF-1.7 content"
    assert found.name == "证明.PDF"
    assert "证明" not in found.stored
    assert found.stored.endswith(".pdf")
    assert Event.objects.get().detail["digest"] == found.digest


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.exe", b"MZ", "file-kind-refused"),
        ("a", b"", "file-kind-refused"),
        ("a.pdf", b"PK\x03\x04", "file-content-other"),
        ("a.csv", b"1,\x00,2", "file-content-other"),
        ("a.csv", b"", "upload-empty"),
    ],
)
def test_what_is_no_evidence_leaves_nothing(
    office: Office, tmp_path: Path, name: str, content: bytes, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        shown(office, tmp_path, name, content)
    assert codes(refused) == [code]
    assert [*tmp_path.rglob("*")] == []
    assert not Evidence.objects.exists()
    assert not Event.objects.exists()


def test_a_file_that_is_too_large_is_refused_before_it_is_kept(office: Office, tmp_path: Path) -> None:
    large = upload("a.txt", b"x")
    large.size = MOST + 1
    with pytest.raises(Refused) as refused:
        show(office.number(), large, "说明", "own", by=office.people["liaison"], now=PUBLISHED, media=tmp_path)
    assert codes(refused) == ["file-size"]
    assert [*tmp_path.rglob("*")] == []


def test_a_file_goes_again_when_its_row_cannot_be_kept(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("steelyard.web.dialogue.saying.record", broken)
    with pytest.raises(OSError, match="disk full"):
        shown(office, tmp_path, "a.txt", b"x")
    assert not Evidence.objects.exists()
    assert [one for one in tmp_path.rglob("*") if one.is_file()] == []


def test_only_its_author_takes_evidence_back_and_it_stays_to_be_seen(office: Office, tmp_path: Path) -> None:
    found = shown(office, tmp_path, "a.txt", b"x")
    with pytest.raises(Refused) as foreign:
        withdraw(found, "误传", by=office.people["other"], now=PUBLISHED)
    withdraw(found, "误传", by=office.people["liaison"], now=PUBLISHED)
    with pytest.raises(Refused) as twice:
        withdraw(found, "又", by=office.people["liaison"], now=PUBLISHED)
    assert codes(foreign) + codes(twice) == ["not-own", "withdrawn-already"]
    assert Evidence.objects.get().withdrawn == "误传"
    assert (tmp_path / found.stored).is_file()


def test_the_office_grades_evidence_by_one_of_four_letters(office: Office, tmp_path: Path) -> None:
    found = shown(office, tmp_path, "a.txt", b"x")
    grade(found, "B", by=office.people["office"], now=PUBLISHED)
    with pytest.raises(Refused) as refused:
        grade(found, "E", by=office.people["office"], now=PUBLISHED)
    assert codes(refused) == ["grade-unknown"]
    assert Evidence.objects.get().grade == "B"
    assert Event.objects.filter(act="evidence-grade").count() == 1


def test_a_full_disk_is_told_and_leaves_no_half_of_a_file(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("steelyard.web.cycles.data.evidence.os.fsync", full)
    with pytest.raises(Refused) as refused:
        shown(office, tmp_path, "a.txt", b"x")
    assert codes(refused) == ["upload-disk"]
    assert [one for one in tmp_path.rglob("*") if one.is_file()] == []
