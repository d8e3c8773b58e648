"""Files on their way into the record: what is kept, what is watched, how a batch is graded."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from threading import Timer

import pytest
from django.conf import settings
from django.utils import timezone

from steelyard.bureau.folder import Bureau
from steelyard.engine.problems import Refused
from steelyard.lake.record.durable import only_writer
from steelyard.web.cycles.data import loading, watching
from steelyard.web.cycles.data.grading import grade, in_time_since
from steelyard.web.cycles.data.mirroring import catch_up, mirror
from steelyard.web.cycles.data.receiving import Brought, keep, receive
from steelyard.web.cycles.data.rejects import batch_of
from steelyard.web.cycles.data.watching import database_tables, fetch, watch
from steelyard.web.cycles.models import Arrival, Delivery, Loaded, Source
from steelyard.web.jobs import asking
from steelyard.web.jobs.claiming import claim
from steelyard.web.jobs.doing import perform
from steelyard.web.jobs.models import Job, State
from tests.bureau.four_branches import DEBTS, debts
from tests.web.cycles.office import LATE, NOW, opened, who, work

POSTGRES = """
table: debt2
name: 欠税
source: 征管
columns:
  id: {name: 序号, type: text, required: true}
  unit: {name: 机关, type: text, required: true}
key: [id]
files: [{match: "public.debt2", format: csv, lines: many}, {match: "debt2.csv", format: csv, lines: many}]
"""


@pytest.fixture
def bureau(db: None, tmp_path: Path) -> Iterator[Bureau]:  # noqa: ARG001  its tables
    before = settings.STEELYARD
    yield opened(tmp_path)
    settings.STEELYARD = before


@pytest.mark.parametrize(
    ("rows", "accepted", "late", "revised", "letter"),
    [
        (1000, 1000, 0, 0, "A"),
        (1000, 995, 9, 9, "A"),
        (1000, 994, 0, 0, "B"),
        (1000, 1000, 11, 0, "B"),
        (1000, 1000, 0, 51, "C"),
        (1000, 900, 0, 0, "C"),
        (1000, 899, 0, 0, "D"),
        (1000, 1000, 201, 0, "D"),
        (0, 0, 0, 0, "A"),
    ],
)
def test_the_worst_share_decides_the_grade(rows: int, accepted: int, late: int, revised: int, letter: str) -> None:
    assert grade(rows, accepted, late, revised) == letter


def test_rows_are_late_fifteen_days_after_their_quarter() -> None:
    assert in_time_since(datetime(2026, 4, 15, 23, 59)) == date(2026, 1, 1)
    assert in_time_since(datetime(2026, 4, 16)) == date(2026, 4, 1)
    assert in_time_since(datetime(2027, 1, 5)) == date(2026, 10, 1)


def test_batches_of_the_command_line_are_listed_once(bureau: Bureau) -> None:
    catch_up(NOW)
    assert mirror(bureau) == 0
    rows = Loaded.objects.order_by("number")
    assert [row.file for row in rows][:2] == ["units.csv", "filing.csv"]
    filing = rows[1]
    assert (filing.first, filing.last, filing.rows) == (date(2026, 1, 15), date(2026, 12, 15), 160)
    assert filing.late > 100, "a whole year that became known in December"
    assert filing.grade == "D"
    assert rows[0].late == 0, "a register has no days"


def test_what_cannot_be_kept_leaves_nothing(bureau: Bureau, tmp_path: Path) -> None:  # noqa: ARG001
    big = [b"x" * (1 << 20)] * 2
    with pytest.raises(Refused) as refused:
        keep(
            [Brought("a.csv", big), Brought("a\u202eb.csv", [b"x"]), Brought("..", [b"x"]), Brought("c.csv", [])],
            most=1,
        )
    codes = [problem.code for problem in refused.value.problems]
    assert sorted(codes) == ["upload-empty", "upload-large", "upload-name", "upload-name"]
    assert [path for path in settings.STEELYARD.media.rglob("*") if path.is_file()] == []
    with pytest.raises(Refused) as refused:
        keep([])
    assert refused.value.problems[0].code == "upload-none"
    settings.STEELYARD = replace(settings.STEELYARD, home=tmp_path / "site" / "media" / "file")
    settings.STEELYARD.home.write_text("no folder")
    with pytest.raises(Refused) as refused:
        keep([Brought("a.csv", [b"x"])])
    assert refused.value.problems[0].code == "upload-disk"


def test_names_lead_nowhere(bureau: Bureau) -> None:  # noqa: ARG001
    kept = keep([Brought("../../etc/debt.csv", [b"x"]), Brought("C:\\tmp\\b.csv", [b"y"])])
    assert [one.name for one in kept] == ["debt.csv", "b.csv"]
    assert all((settings.STEELYARD.media / one.stored).is_file() for one in kept)


def test_a_watched_folder_is_taken_once_and_only_when_files_are_whole(bureau: Bureau, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    settings.STEELYARD = replace(settings.STEELYARD, watched=str(inbox))
    path = inbox / "debt_new.csv"
    path.write_text(debts({**DEBTS, "11": "9.00"}), "utf-8")
    written = path.stat().st_mtime
    watch(datetime.fromtimestamp(written + 1, NOW.tzinfo))
    assert not Delivery.objects.exists(), "it may still be written to"
    later = datetime.fromtimestamp(written + 10, NOW.tzinfo)
    watch(later)
    watch(later)
    assert Delivery.objects.get().source == Source.WATCHED
    job = work()
    assert (job.state, job.asked_by) == (State.DONE, "")
    assert Delivery.objects.get().state == Arrival.LOADED
    assert Loaded.objects.get(pk=job.came_to["batches"][0]).revised == 1
    path.write_text(debts({**DEBTS, "11": "8.00"}), "utf-8")
    os.utime(path, (written + 20, written + 20))
    watch(datetime.fromtimestamp(written + 60, NOW.tzinfo))
    assert Delivery.objects.count() == 2
    assert Job.objects.count() == 2
    assert bureau.record.is_dir()


def test_a_file_that_was_taken_by_a_worker_which_died_then_is_loaded_by_the_next(
    bureau: Bureau,  # noqa: ARG001
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.STEELYARD = replace(settings.STEELYARD, watched=str(tmp_path / "inbox"))
    (tmp_path / "inbox").mkdir()
    path = tmp_path / "inbox" / "debt_new.csv"
    path.write_text(debts({**DEBTS, "11": "9.00"}), "utf-8")
    later = datetime.fromtimestamp(path.stat().st_mtime + 10, NOW.tzinfo)
    with monkeypatch.context() as dying:
        dying.setattr(watching, "ask", killed)
        with pytest.raises(SystemExit):
            watch(later)
    watch(later)
    watch(later)
    assert work().state == State.DONE
    assert (Job.objects.count(), Delivery.objects.get().state) == (1, Arrival.LOADED)


def test_a_file_waits_while_another_system_pushes(bureau: Bureau) -> None:
    receive([Brought("debt_new.csv", [debts({**DEBTS, "11": "9.00"}).encode()])], by="", now=timezone.now())
    with ExitStack() as other:
        other.enter_context(only_writer(bureau.record))
        Timer(0.3, other.pop_all().close).start()
        assert work().state == State.DONE
    assert Delivery.objects.get().state == Arrival.LOADED


def killed(*_: object, **__: object) -> None:
    """As far as a test can be: nothing catches it, and what is open is undone."""
    raise SystemExit


def test_a_file_that_cannot_be_taken_is_told_once_and_keeps_no_other_waiting(bureau: Bureau, tmp_path: Path) -> None:
    """Names from an archive of another system, an export that broke off, and a good file after them."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    settings.STEELYARD = replace(settings.STEELYARD, watched=str(inbox))
    with open(os.fsencode(inbox) + "/a征管.csv".encode("gb18030"), "wb") as file:
        file.write(b"x")
    (inbox / "b.csv").touch()
    (inbox / "debt_new.csv").write_text(debts({**DEBTS, "11": "9.00"}), "utf-8")
    later = datetime.fromtimestamp((inbox / "debt_new.csv").stat().st_mtime + 10, NOW.tzinfo)
    watch(later)
    watch(later)
    assert work().state == State.DONE
    found = {one.name: (one.state, [two["code"] for three in one.reports for two in three["problems"]])
             for one in Delivery.objects.all()}  # fmt: skip
    assert found == {
        "a\\xd5\\xf7\\xb9\\xdc.csv": (Arrival.REFUSED, ["upload-name"]), "b.csv": (Arrival.REFUSED, ["upload-empty"]),
        "debt_new.csv": (Arrival.LOADED, []),
    }  # fmt: skip
    assert bureau.record.is_dir()


def test_a_file_from_an_archive_of_windows_is_copied_once(
    bureau: Bureau,  # noqa: ARG001
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its folder stands in its name, which is none of the name that it is listed under."""
    settings.STEELYARD = replace(settings.STEELYARD, watched=str(tmp_path / "inbox"))
    (tmp_path / "inbox").mkdir()
    path = tmp_path / "inbox" / "三月\\debt_new.csv"
    path.write_text(debts({**DEBTS, "11": "9.00"}), "utf-8")
    later, copies = datetime.fromtimestamp(path.stat().st_mtime + 10, NOW.tzinfo), list[int]()
    monkeypatch.setattr(watching, "keep", lambda *given: copies.append(1) or keep(*given))
    watch(later)
    watch(later)
    assert (len(copies), Delivery.objects.get().name) == (1, "debt_new.csv")


def test_what_a_worker_loaded_before_it_died_is_told_by_the_one_that_goes_on(
    bureau: Bureau,  # noqa: ARG001
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    job = receive([Brought("debt_new.csv", [debts({**DEBTS, "11": "9.00"}).encode()])], by="", now=timezone.now())
    with monkeypatch.context() as dying:
        dying.setattr(loading, "_settle", killed)
        with pytest.raises(SystemExit):
            work()
    later = claim("next", NOW + timedelta(minutes=5))
    assert later is not None
    perform(later.pk, later.attempts)
    (report,) = Delivery.objects.get().reports
    assert (report["new"], report["accepted"]) == (True, report["rows"])
    job.refresh_from_db()
    assert (job.state, job.came_to["batches"], job.lost) == (State.DONE, [report["batch"]], 1)
    again = receive([Brought("debt_new.csv", [debts({**DEBTS, "11": "9.00"}).encode()])], by="", now=timezone.now())
    assert work().pk == again.pk
    assert not Delivery.objects.get(job=again).reports[0]["new"], "another delivery of the same file"


def test_files_that_people_bring_may_be_kept_on_another_disk(
    bureau: Bureau,  # noqa: ARG001
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    receive([Brought("debt_new.csv", [debts({**DEBTS, "11": "9.00"}).encode()])], by="", now=timezone.now())
    link = os.link

    def apart(source: str | Path, target: str | Path) -> None:
        if str(settings.STEELYARD.media) in str(source):
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        link(source, target)

    monkeypatch.setattr(os, "link", apart)
    assert (work().state, Delivery.objects.get().state) == (State.DONE, Arrival.LOADED)


def test_without_a_watched_folder_nothing_is_looked_at(bureau: Bureau) -> None:  # noqa: ARG001
    watch(NOW + timedelta(days=1))
    assert not Delivery.objects.exists()


def test_tables_of_a_database_are_fetched_as_declared(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    path = bureau.root / "facts" / "more.yaml"
    path.write_text(POSTGRES, "utf-8")
    tables = list(bureau.tables().values())
    assert database_tables(tables) == ["public.debt2"]
    settings.STEELYARD = replace(settings.STEELYARD, source="postgresql://nobody@127.0.0.1:1/none")
    job = fetch(["public.debt2"], by=who("office"), now=NOW, key="k")
    assert fetch(["public.debt2"], by=who("office"), now=NOW, key="k") == job
    done = work()
    assert (done.state, done.came_to["refused"]) == (State.DONE, 1)
    report = Delivery.objects.get().reports[0]
    assert report["problems"][0]["code"] == "database-failed"
    assert "nobody" not in str(report), "the address may hold a password"
    monkeypatch.setattr(asking, "MOST_OWN", 0)
    with pytest.raises(Refused) as refused:
        fetch(["public.debt2"], by=who("office"), now=NOW)
    assert refused.value.problems[0].code == "job-too-many-own"
    assert Delivery.objects.count() == 1


def test_a_batch_that_is_not_there_is_named(bureau: Bureau) -> None:
    with pytest.raises(Refused) as refused:
        batch_of(bureau, 99)
    assert refused.value.problems[0].code == "batch-missing"
    assert LATE
