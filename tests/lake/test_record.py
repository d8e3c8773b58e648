"""The record: same file twice is nothing new, corrections replace by key, snapshots stay, changed bytes are noticed."""

from __future__ import annotations

import os
import sqlite3
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from steelyard.engine.model.declared import read_facts
from steelyard.engine.problems import Refused
from steelyard.lake.intake import BatchReport, Refusal, in_turn
from steelyard.lake.record import Ledger, arrivals, durable, snapshot, verify
from steelyard.lake.record.durable import only_writer
from steelyard.lake.record.verify import orphans, sweep
from tests.lake.intake_office import FILING, NOW, Office

LATER = NOW + timedelta(days=3)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def test_the_same_bytes_twice_leave_the_same_state(office: Office) -> None:
    path = office.rows("a.csv", "1,01,2026-01-15,,5,", "2,01,2026-01-15,,x,")
    first = office.accept(path)
    digest = snapshot(office.record).digest
    again = office.accept(office.file("别名.csv", path.read_bytes()), at=LATER)
    assert (again.new, again.batch) == (False, first.batch)
    assert snapshot(office.record).digest == digest
    assert "已在第 1 批" in next(again.lines("zh"))
    assert "already here" in next(again.lines("en"))


def test_same_files_give_the_same_bytes_in_another_record(tmp_path: Path) -> None:
    offices = [Office(tmp_path / name) for name in "ab"]
    digests = []
    for office in offices:
        office.accept(office.rows("a.csv", *(f"{n},01,2026-01-{n % 28 + 1:02d},,{n}.5," for n in range(5000))))
        office.accept(office.rows("b.csv", "7,01,,,8,", "9,01,,,x,"), at=LATER)
        digests.append(snapshot(office.record).digest)
    assert digests[0] == digests[1]


def test_a_correction_replaces_by_key_and_the_earlier_version_stays_readable(office: Office) -> None:
    office.accept(office.rows("一月.csv", "1,01,2026-01-15,,5,", "2,01,2026-01-15,,6,", "3,02,2026-01-15,,7,"))
    report = office.accept(office.rows("更正.csv", "2,01,2026-01-15,,60,", "3,02,2026-01-15,,7,"), at=LATER)
    counts = report.batch.counts
    assert (counts.rows, counts.accepted, counts.stored, counts.unchanged, counts.revised) == (2, 2, 1, 1, 1)
    assert sorted(office.column("amount")) == [Decimal(5), Decimal(7), Decimal(60)]
    assert sorted(office.column("amount", as_of_batch=1)) == [Decimal(5), Decimal(6), Decimal(7)]
    assert sorted(office.column("amount", known_at=NOW)) == [Decimal(5), Decimal(6), Decimal(7)]
    third = office.accept(office.rows("再更正.csv", "2,01,2026-01-15,,61,"), at=LATER)
    assert sorted(office.column("amount")) == [Decimal(5), Decimal(7), Decimal(61)]
    gone = pq.read_table(office.record / third.batch.superseded.path).to_pylist()  # type: ignore[union-attr]
    assert gone == [
        {"_batch": 1, "_row": 3, "_by": 2, "_by_row": 2},
        {"_batch": 2, "_row": 2, "_by": 3, "_by_row": 2},
    ]


def test_keys_of_several_columns_and_files_far_apart(tmp_path: Path) -> None:
    office = Office(tmp_path, FILING.replace("key: [id]", "key: [unit, due_on]"))
    office.accept(office.rows("a.csv", "1,01,2026-01-15,,5,", "2,01,2026-02-15,,6,", "3,01,,,6,"))
    assert len(office.seen()) == 2  # a key is never empty
    office.accept(office.rows("b.csv", "9,01,2026-02-15,,66,"), at=LATER)
    assert sorted(office.column("id")) == ["1", "9"]


def test_a_table_without_key_only_grows(tmp_path: Path) -> None:
    office = Office(tmp_path, FILING.replace("key: [id]", "key: []"))
    office.accept(office.rows("a.csv", "1,01,,,5,", "1,01,,,5,"))
    office.accept(office.rows("b.csv", "1,01,,,6,"), at=LATER)
    assert office.column("id") == ["1", "1", "1"]


def test_late_and_revised_rows_are_told_apart(office: Office) -> None:
    close = datetime(2026, 4, 5)
    office.accept(office.rows("a.csv", "1,01,2026-03-15,,5,", "2,01,2026-03-16,,6,", "3,01,2026-04-01,,6,"))
    office.accept(office.rows("b.csv", "2,01,2026-03-16,,7,", "4,01,2026-03-20,,1,"), at=close + timedelta(days=1))
    found = arrivals(snapshot(office.record), "filing", "due_on", date(2026, 3, 1), date(2026, 4, 1), close)
    assert (found.rows, found.late, found.revised, found.revised_late) == (3, 1, 1, 1)


def test_what_comes_at_the_very_moment_of_the_close_is_in_time(office: Office) -> None:
    close = datetime(2026, 4, 5)
    office.accept(office.rows("a.csv", "1,01,2026-03-15,,5,"), at=close - timedelta(days=1))
    office.accept(office.rows("b.csv", "1,01,2026-03-15,,7,", "2,01,2026-03-20,,1,"), at=close)
    facts = snapshot(office.record)
    found = arrivals(facts, "filing", "due_on", date(2026, 3, 1), date(2026, 4, 1), close)
    assert (found.rows, found.late, found.revised, found.revised_late) == (2, 0, 1, 0)
    before = arrivals(facts, "filing", "due_on", date(2026, 3, 1), date(2026, 4, 1), close - timedelta(seconds=1))
    assert (before.rows, before.late, before.revised, before.revised_late) == (2, 1, 1, 1)


def test_registers_are_loaded_first_and_unknown_codes_are_rejected(tmp_path: Path) -> None:
    units = """
---
table: units
name: 机关登记表
source: 人事系统
columns: {code: {name: 代码, type: text, required: true}}
key: [code]
files: [{match: "units*.tsv", format: csv, delimiter: "\t"}]
"""
    office = Office(tmp_path, FILING + "references: {unit: units}\n" + units)
    rows = office.rows("a.csv", "1,01,,,5,", "2,1,,,5,")
    assert office.refuse(rows) == ["register-empty"]
    first, second = office.load(rows, office.file("units.tsv", "代码\n01\n02\n"))
    assert isinstance(first, BatchReport)
    assert first.batch.table == "units"
    assert isinstance(second, BatchReport)
    assert office.findings(second) == [(3, "unit", "cell-unknown-code", "1")]
    office.accept(office.file("units2.tsv", "代码\n1\n"), at=LATER)
    again = office.accept(rows, at=LATER)  # the register grew: what was rejected may come in now
    assert (again.new, again.batch.counts.stored, again.batch.counts.unchanged) == (True, 1, 1)
    assert sorted(office.column("unit")) == ["01", "1"]


def test_a_refused_file_leaves_its_number_to_the_next_although_both_were_read_at_once(tmp_path: Path) -> None:
    second = FILING.replace("table: filing", "table: other").replace('match: "*.csv"', 'match: "*.other"')
    office = Office(tmp_path, FILING + "---" + second)
    files = [office.file("a.csv", b"\xff\xfe"), office.rows("b.other", "1,01,,,5,"), office.rows("c.csv", "1,01,,,6,")]
    refused, *loaded = office.load(*files)
    assert isinstance(refused, Refusal)
    assert [report.batch.number for report in loaded if isinstance(report, BatchReport)] == [1, 2]
    assert (office.column("_batch", "other"), office.column("_batch")) == ([1], [2])
    assert verify(office.record) == []


def test_a_stored_column_keeps_its_type_and_a_new_one_may_come(office: Office) -> None:
    office.accept(office.rows("a.csv", "1,01,,,5,"))
    office.tables = read_facts(FILING.replace("decimal(12,2)", "decimal(12,3)"), "facts.yaml")
    assert office.refuse(office.rows("b.csv", "2,01,,,5,"), at=LATER) == ["column-retyped"]
    more = FILING.replace("key: [id]", "key: [id]").replace("  kind:", "  note: {name: 备注, type: text}\n  kind:")
    office.tables = read_facts(more.replace('"*.csv", format: csv', '"*.csv", format: csv, absent: [note]'), "f")
    report = office.accept(office.rows("b.csv", "1,01,,,5,"), at=LATER)
    assert report.batch.counts.revised == 1  # an old row without the column does not say the same
    assert "note" in snapshot(office.record).sources["filing"].columns


def test_one_writer_at_a_time_and_readers_are_not_held_up(office: Office) -> None:
    path = office.rows("a.csv", "1,01,,,5,")
    with only_writer(office.record), pytest.raises(Refused, match="record-busy"):
        office.load(path)
    office.accept(path)
    with only_writer(office.record):
        assert len(office.seen()) == 1


def test_whoever_waits_for_a_turn_looks_at_the_clock_again_and_waits_so_long_and_no_longer(office: Office) -> None:
    office.accept(office.rows("a.csv", "1,01,,,5,"), at=LATER)
    path, times = office.rows("b.csv", "2,01,,,5,"), iter([LATER - timedelta(days=1), LATER])
    (report,) = in_turn(lambda: office.load(path, at=next(times)), 5)
    assert isinstance(report, BatchReport)
    with only_writer(office.record), pytest.raises(Refused, match="record-busy"):
        in_turn(lambda: office.load(path, at=LATER), 0.1)


def test_only_the_lock_itself_says_that_the_record_is_busy(office: Office) -> None:
    with pytest.raises(BlockingIOError, match="another pipe"), only_writer(office.record):
        raise BlockingIOError("another pipe")


def test_what_is_no_record_or_no_batch_is_refused(office: Office, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="record-missing"):
        snapshot(tmp_path / "nothing")
    office.accept(office.rows("a.csv", "1,01,,,5,"))
    with pytest.raises(Refused, match="snapshot-unknown"):
        snapshot(office.record, as_of_batch=2)
    assert snapshot(office.record, as_of_batch=0).sources == {}


def codes(office: Office) -> list[str]:
    return [problem.code for problem in verify(office.record)]


def test_every_changed_or_missing_file_is_noticed(office: Office) -> None:
    office.accept(office.rows("a.csv", "1,01,,,5,", "2,01,,,x,"))
    office.accept(office.rows("b.csv", "1,01,,,6,"), at=LATER)
    files = [path for path in office.record.rglob("*") if path.is_file() and "." not in path.name[:1]]
    named = sorted(path for path in files if path.parent != office.record)
    assert len(named) == 6  # two raw, two of facts, one of findings, one of superseded rows
    for path in named:
        good = path.read_bytes()
        for bad in (good[:-1] + bytes([good[-1] ^ 1]), good + b"\0", good[:-1]):
            path.write_bytes(bad)
            assert (path.name, codes(office)) == (path.name, ["record-file-changed"])
        path.unlink()
        assert codes(office) == ["record-file-missing"]
        path.write_bytes(good)
    assert codes(office) == []


def test_the_ledger_cannot_be_changed_quietly(office: Office) -> None:
    office.accept(office.rows("a.csv", "1,01,,,5,"))
    office.accept(office.rows("b.csv", "2,01,,,5,"), at=LATER)
    ledger = office.record / "ledger.sqlite"
    for change in ("update batch set entry = ''", "delete from batch"):
        with sqlite3.connect(ledger) as connection, pytest.raises(sqlite3.IntegrityError, match="a batch"):
            connection.execute(change)
    with sqlite3.connect(ledger) as connection:
        connection.execute("drop trigger batch_is_final")
        connection.execute("""update batch set entry = replace(entry, '"5.00"', '"6.00"') where number = 1""")
    assert codes(office) == ["ledger-broken"]


def test_a_batch_that_does_not_add_up_is_noticed(office: Office) -> None:
    report = office.accept(office.rows("a.csv", "1,01,,,5,"))
    counts = report.batch.counts.model_copy(update={"rows": 9})
    wrong = report.batch.model_copy(update={"number": 2, "counts": counts, "declaration": "other"})
    Ledger(office.record).append(wrong)
    assert codes(office) == ["record-unbalanced"]


def test_one_file_cannot_be_committed_twice_even_by_force(office: Office) -> None:
    report = office.accept(office.rows("a.csv", "1,01,,,5,"))
    with pytest.raises(sqlite3.IntegrityError):
        Ledger(office.record).append(report.batch.model_copy(update={"number": 2}))
    assert len(Ledger(office.record).batches()) == 1


def test_orphans_are_never_read_and_what_was_left_unfinished_is_swept_after_a_week(office: Office) -> None:
    office.accept(office.rows("a.csv", "1,01,,,5,"))
    stray = office.record / "facts" / "filing" / "00000002-x.parquet"
    stray.write_bytes(b"half")
    folder = office.record / "temp" / "left"
    folder.mkdir()
    now = datetime.now()
    assert orphans(office.record) == [stray]
    assert len(office.seen()) == 1
    assert sweep(office.record, now) == []
    for path in (stray, folder):
        os.utime(path, ((now - timedelta(days=8)).timestamp(),) * 2)
    assert sweep(office.record, now) == [folder]
    assert stray.exists()
    assert codes(office) == []


def test_a_report_says_in_both_languages_where_every_row_went(office: Office) -> None:
    report = office.accept(office.rows("a.csv", "1,01,,,5,", "2,01,,,x,"))
    chinese, english = "\n".join(report.lines("zh")), "\n".join(report.lines("en"))
    assert "收到 2 行 = 采用 1 + 拒收 1" in chinese
    assert "cell-not-decimal" in chinese
    assert "2 rows in = 1 accepted + 1 rejected" in english
    (refusal,) = office.load(office.file("b.csv", ""), at=LATER)
    assert isinstance(refusal, Refusal)
    assert next(refusal.lines("en")) == "not loaded: b.csv"


def test_a_file_of_just_the_limit_is_taken_and_one_byte_more_is_not(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"0123456789")
    assert durable.copy(tmp_path / "a", tmp_path / "b", 10)[1] == 10
    assert (tmp_path / "b").read_bytes() == b"0123456789"
    with pytest.raises(Refused, match="file-too-big"):
        durable.copy(tmp_path / "a", tmp_path / "c", 9)


def test_bytes_are_on_the_disk_before_a_file_has_its_name_and_then_the_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[tuple[str, bool]] = []
    final, really = tmp_path / "kept", durable.flush

    def flush(path: Path) -> None:
        really(path)
        done.append((path.name, final.exists()))

    monkeypatch.setattr(durable, "flush", flush)
    (tmp_path / "new").write_bytes(b"facts")
    durable.place(tmp_path / "new", final)
    assert done == [("new", False), (tmp_path.name, True)]
