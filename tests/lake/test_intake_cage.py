"""Hostile files cost a refusal with a reason, never the process, and leave nothing behind."""

from __future__ import annotations

import io
import os
import subprocess
import zipfile
from datetime import datetime
from pathlib import Path

import pytest

from steelyard.engine.problems import Refused
from steelyard.lake.intake import Limits, Refusal
from steelyard.lake.intake.cage import Cage
from steelyard.lake.intake.job import Job
from steelyard.lake.record import Ledger, verify
from tests.lake.intake_office import HEADER, NOW, Office, table
from tests.lake.workbooks import SHEET, row, sheet, workbook

HEAD = row(*HEADER.split(","))


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def bomb() -> bytes:
    """A few kilobytes that unpack to 200 MB."""
    return workbook("<worksheet><!--" + " " * 200_000_000 + "--></worksheet>")


def lying_bomb() -> bytes:
    """The same, and the zip's index says that it is small."""
    raw = bytearray(bomb())
    at = raw.rfind(b"PK\x01\x02", 0, raw.rfind(SHEET.encode()))
    raw[at + 24 : at + 28] = (1000).to_bytes(4, "little")
    return bytes(raw)


def entities() -> bytes:
    """A billion laughs."""
    lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return workbook(f'<!DOCTYPE x [<!ENTITY l0 "ha">{lines}]><worksheet>&l9;</worksheet>')


def many_members() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for n in range(3000):
            archive.writestr(str(n), "")
    return out.getvalue()


def doubled_member() -> bytes:
    out = io.BytesIO(workbook(sheet([HEAD])))
    with zipfile.ZipFile(out, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr(SHEET, sheet([HEAD]))
    return out.getvalue()


HOSTILE = {
    "bomb.xlsx": (bomb, "file-limit"),
    "liar.xlsx": (lying_bomb, "file-not-workbook"),
    "laughs.xlsx": (entities, "file-not-workbook"),
    "deep.xlsx": (lambda: workbook("<worksheet>" + "<a>" * 100_000), "file-limit"),
    "members.xlsx": (many_members, "file-limit"),
    "doubled.xlsx": (doubled_member, "file-not-workbook"),
    "broken.xlsx": (lambda: workbook(sheet([HEAD]))[:-30], "file-not-workbook"),
    "cut.xlsx": (lambda: workbook(sheet([HEAD] * 500)).replace(b"\xed", b"\xee"), "file-not-workbook"),
    "forged.xlsx": (lambda: b"PK\x03\x04" + os.urandom(500), "file-not-workbook"),
    "picture.xlsx": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(500), "file-not-workbook"),
    "empty.xlsx": (lambda: b"", "file-not-workbook"),
    "wide.xlsx": (lambda: workbook(sheet([row(*(f"列{n}" for n in range(1001)))])), "file-limit"),
    "zeros.csv": (lambda: bytes(1000), "file-not-text"),
    "utf16.csv": (lambda: HEADER.encode("utf-16"), "file-not-text"),
    "gbk.csv": (lambda: HEADER.encode("gb18030"), "file-not-text"),
    "endless.csv": (lambda: b"x" * (1 << 21), "file-record-too-long"),
    "endless2.csv": (lambda: f"{HEADER}\n".encode() + b"x" * (40 << 20), "file-record-too-long"),
    "columns.csv": (lambda: ",".join(map(str, range(2000))).encode(), "file-limit"),
    "empty.csv": (lambda: b"", "file-empty"),
    "empty.many": (lambda: b"", "file-empty"),
    "gbk.many": (lambda: HEADER.encode("gb18030"), "file-not-text"),
    "text.parquet": (lambda: b"PAR1 no PAR1", "file-not-parquet"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_its_reason(office: Office, name: str) -> None:
    make, code = HOSTILE[name]
    assert office.refuse(office.file(name, make())) == [code]
    assert Ledger(office.record).batches() == []
    assert [path for path in office.record.rglob("*") if path.is_file() and path.parent != office.record] == []


def test_a_hostile_file_does_not_harm_the_next_one(office: Office) -> None:
    files = [office.file("laughs.xlsx", entities()), office.rows("good.csv", "1,01,,,,")]
    first, second = office.load(*files)
    assert isinstance(first, Refusal)
    assert not isinstance(second, Refusal)
    assert verify(office.record) == []


def job(folder: Path, content: str, **limits: int | float) -> Job:
    raw = folder / "raw"
    raw.write_text(content, "utf-8")
    return Job(
        raw=str(raw), name="a.csv", size=raw.stat().st_size, table=table(), feed=0, batch=1, known_at=NOW,
        out=str(folder), limits=Limits(**limits),  # type: ignore[arg-type]
    )  # fmt: skip


ROWS = HEADER + "\n" + "\n".join(f"{n},01,2026-01-05,2026-01-04,1.00,增值税" for n in range(300_000))


def test_limits_of_time_memory_and_disk_end_in_a_reason(tmp_path: Path) -> None:
    with Cage() as cage:
        cases = {
            "cage-time": {"seconds": 0, "seconds_per_mib": 0},
            "cage-memory": {"memory": 1 << 20},
            "cage-disk": {"written_bytes": 1 << 16},
            "file-limit": {"rows": 1000},
        }
        found = {code: cage.run(job(tmp_path, ROWS, **limits)).problems[0].code for code, limits in cases.items()}
        # short of memory, C++ below us may end the process before anyone can say why
        assert found == {code: code for code in cases} | {"cage-memory": found["cage-memory"]}
        assert found["cage-memory"] in ("cage-memory", "cage-died")
        assert cage.run(job(tmp_path, ROWS)).counts.rows == 300_000  # type: ignore[union-attr]


def _child(cage: Cage) -> subprocess.Popen[bytes]:
    """The one that answers whoever asks for one job at a time."""
    return cage._children[-1].running()


def test_a_parser_that_dies_is_a_reason_and_the_cage_goes_on(tmp_path: Path) -> None:
    good = job(tmp_path, ROWS)
    with Cage() as cage:
        assert cage.run(good).counts
        child = _child(cage)
        child.kill()
        child.wait()
        assert cage.run(good).counts  # a dead child is replaced
        os.kill(_child(cage).pid, 19)  # stopped: it will die in the middle of the job
        os.kill(_child(cage).pid, 9)
        outcome = cage.run(good)
        assert outcome.counts or outcome.problems[0].code == "cage-died"
        outcome = cage.run(good.model_copy(update={"raw": str(tmp_path / "gone")}))
        assert [told.code for told in outcome.problems] == ["cage-disk"]


def test_the_cage_hides_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_PASSWORD", "secret")
    with Cage() as cage:
        cage.run(job(tmp_path, HEADER + "\n"))
        child = _child(cage)
        assert b"DATABASE_PASSWORD" not in Path(f"/proc/{child.pid}/environ").read_bytes()


def test_missing_unexpected_and_oversized_files_are_refused(office: Office) -> None:
    assert office.refuse(office.folder / "no.csv") == ["file-missing"]
    assert office.refuse(office.file("a.txt", "")) == ["file-no-feed"]
    small = Limits(file_bytes=10, workbook_bytes=10)
    assert office.refuse(office.rows("a.csv"), limits=small) == ["file-too-big"]
    book = office.file("a.xlsx", workbook(sheet([HEAD])))
    assert office.refuse(book, limits=Limits(workbook_bytes=10)) == ["file-limit"]
    assert office.refuse(book, limits=Limits(unpacked_bytes=100)) == ["file-limit"]


def test_time_never_runs_backwards(office: Office) -> None:
    office.accept(office.rows("a.csv", "1,01,,,,"))
    with pytest.raises(Refused, match="known-at-backwards"):
        office.load(office.rows("b.csv", "2,01,,,,"), at=datetime(2026, 1, 1))
