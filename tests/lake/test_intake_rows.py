"""What intake does with rows: typed strictly, counted without gaps, rejected with row, column and reason."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from steelyard.engine.calendar import Hours, china
from steelyard.lake.intake.job import Job
from steelyard.lake.intake.limits import Limits
from steelyard.lake.intake.loading.load import load
from steelyard.lake.intake.sources.chunks import Chunk
from steelyard.lake.intake.sources.text import TextFile
from steelyard.lake.record import verify
from tests.lake.intake_office import FILING, HEADER, NOW, Office, codes, parquet, table


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def test_a_good_file_is_stored_typed_with_its_batch_row_and_time(office: Office) -> None:
    report = office.accept(office.rows("一月.csv", '1,013003,2026年1月15日,2026-01-09,"1,234.50",增值税'))
    assert office.seen() == [
        {
            "id": "1", "unit": "013003", "due_on": date(2026, 1, 15), "filed_on": date(2026, 1, 9),
            "amount": Decimal("1234.50"), "kind": "增值税", "late_days": -6, "_batch": 1, "_row": 2, "_known_at": NOW,
        }
    ]  # fmt: skip
    assert report.batch.totals == {"amount": "1234.50", "late_days": "-6"}
    assert verify(office.record) == []


def test_every_kind_of_bad_cell_is_rejected_with_its_row_column_reason_and_text(office: Office) -> None:
    bad = {
        "id": [("", "cell-missing")],
        "unit": [(" 01", "cell-outer-space"), ("0\u200b1", "cell-control"), ("0\u03011\u0041\u0301", "cell-not-nfc"),
                 ("厦\ufffd", "cell-replaced")],
        "due_on": [("2026-1-15", "cell-not-date"), ("2026-02-30", "cell-no-such-day"), ("20260115", "cell-not-date")],
        "amount": [
            ("1e3", "cell-not-decimal"), ("NaN", "cell-not-decimal"), ("１２", "cell-not-decimal"),
            ("1_000", "cell-not-decimal"), ("+1", "cell-not-decimal"), ("01", "cell-not-decimal"),
            ("1,23", "cell-not-decimal"), ("1.234", "cell-too-fine"), ("12345678901", "cell-too-large"),
        ],
        "kind": [("营业税", "cell-not-allowed")],
    }  # fmt: skip
    good = {
        "id": "{n}",
        "unit": "01",
        "due_on": "2026-01-15",
        "filed_on": "2026-01-10",
        "amount": "1",
        "kind": "增值税",
    }
    lines, expected = [], []
    for column, cases in bad.items():
        for text, code in cases:
            row = len(lines) + 2
            cells = {**good, "id": str(row), column: text}
            lines.append(",".join(f'"{cell}"' for cell in cells.values()))
            expected.append((row, column, code, text))
    report = office.accept(office.rows("bad.csv", *lines, "好,01,2026-01-15,2026-01-10,1.5000,增值税"))
    assert office.findings(report) == expected
    assert report.batch.counts.model_dump() == {
        "rows": len(lines) + 1, "accepted": 1, "rejected": len(lines), "skipped": 0, "stored": 1, "unchanged": 0,
        "revised": 0, "titles": 0, "blank": 0, "footers": 0,
    }  # fmt: skip
    assert office.column("amount") == [Decimal("1.50")]
    assert report.batch.reasons["cell-not-decimal"] == 7


def test_codes_are_text_and_are_never_merged(office: Office) -> None:
    office.accept(office.rows("a.csv", "1,1.2,,,,", "2,1.20,,,,", "3,007,,,,"))
    assert office.column("unit") == ["1.2", "1.20", "007"]


def test_a_stray_quote_costs_its_own_row_and_nothing_below_it(office: Office) -> None:
    report = office.accept(office.rows("a.csv", '1,"01,,,,', "2,01,,,,", '3,0"1,,,,', '4,"0""1",,,,', "5,01,,,,"))
    assert office.findings(report) == [
        (2, "", "row-quotes", '1,"01,,,,'),
        (4, "", "row-quotes", '3,0"1,,,,'),
    ]
    assert office.column("id") == ["2", "4", "5"]
    assert office.column("unit") == ["01", '0"1', "01"]


def test_ragged_blank_and_title_rows_are_told_apart(office: Office) -> None:
    text = f"某省税务局申报明细\n{HEADER}\n1,01,,,,\n\n,,,,,\n2,01\n3,01,,,,,9\n4,01,,,,"
    report = office.accept(office.file("a.gbk", text.replace("\n", "\r\n"), "gb18030"))
    counts = report.batch.counts
    assert (counts.titles, counts.blank, counts.rows, counts.accepted, counts.rejected) == (1, 2, 4, 2, 2)
    assert [(row, code) for row, _, code, _ in office.findings(report)] == [(6, "row-ragged"), (7, "row-ragged")]
    assert [row["_row"] for row in office.seen()] == [3, 8]


def test_a_cell_cut_in_the_middle_of_a_character_costs_one_row(office: Office) -> None:
    lines = ["标题", HEADER, "1,甲,,,,", "2,乙,,,,", "3,丙,,,,"]
    raw = "\n".join(lines).encode("gb18030").replace("乙".encode("gb18030"), "乙".encode("gb18030")[:1])
    report = office.accept(office.file("a.gbk", raw))
    assert [(row, column, code) for row, column, code, _ in office.findings(report)] == [(4, "unit", "cell-encoding")]
    assert office.column("unit") == ["甲", "丙"]


def test_a_delimiter_that_is_also_half_a_character_does_not_cut_characters(office: Office) -> None:
    word = "剕"  # its second byte in gb18030 is the bar
    assert b"|" in word.encode("gb18030")
    text = "\n".join([HEADER.replace(",", "|"), f"1|{word}||||", "2|乙||||"])
    cut = text.encode("gb18030") + b"\n3|\x81||||x"
    report = office.accept(office.file("a.bar", cut))
    assert office.column("unit") == [word, "乙"]
    assert codes(office.findings(report)) in (["row-encoding"], ["row-ragged"])


def test_line_breaks_inside_quotes_are_one_record_where_declared(office: Office) -> None:
    text = f'{HEADER}\n1,01,,,,\n2,"0\n1",,,,\n3,01,,,,\n4,01\n\n'
    report = office.accept(office.file("a.many", text))
    assert office.findings(report) == [(3, "unit", "cell-control", "0\n1"), (6, "", "row-ragged", "4,01")]
    assert office.column("_row") == [2, 5]


def test_a_quote_left_open_refuses_the_file_instead_of_swallowing_it(office: Office) -> None:
    lines = "\n".join(f"{n},01,,,," for n in range(2000))
    assert office.refuse(office.file("a.many", f'{HEADER}\n0,"01,,,,\n{lines}\n')) == ["file-quotes"]
    assert office.refuse(office.file("b.many", f'{HEADER}\n0,"01,,,,\n')) == ["file-quotes"]


def test_checks_reject_or_warn_and_unknown_passes(office: Office) -> None:
    report = office.accept(
        office.rows("a.csv", "1,01,2026-01-15,2024-01-01,1,", "2,01,2026-01-15,2026-01-01,-1,", "3,01,,,,")
    )
    assert office.findings(report) == [
        (2, "申报早于期限四百天以上", "check-failed", ""),
        (3, "税额不得为负数", "check-failed", ""),
    ]
    assert office.column("id") == ["1", "3"]


def test_control_totals_are_compared_and_a_difference_refuses_the_file(office: Office) -> None:
    rows = ["1,01,,,10.50,", "2,01,,,20,"]
    report = office.accept(office.rows("a.csv", *rows, '合计,,,,"30.50",'))
    assert (report.batch.counts.footers, report.batch.totals["amount"]) == (1, "30.50")
    assert office.refuse(office.rows("b.csv", *rows, "合计,,,,31,")) == ["control-total"]
    unclear = office.accept(office.rows("c.csv", "7,01,,,1x,", "8,01,,,20,", "合计,,,,31,"))
    assert [(one.code, one.params["column"]) for one in unclear.problems] == [("control-total-unclear", "应征税额")]


def test_trimming_is_declared_and_every_repair_is_listed(tmp_path: Path) -> None:
    office = Office(tmp_path, FILING.replace("aliases: [机关]", "trim: true"))
    report = office.accept(office.rows("a.csv", "1, 01\u3000,,,,", "2,02,,,,"))
    assert office.column("unit") == ["01", "02"]
    assert office.findings(report) == [(2, "unit", "cell-trimmed", " 01\u3000")]
    assert report.batch.counts.rejected == 0


def test_two_headings_for_one_column_are_refused_as_nothing_says_which_is_right(tmp_path: Path) -> None:
    office = Office(tmp_path)
    for beside in ("unit", "机关"):
        path = office.file(f"{beside}.csv", f"{HEADER},{beside}\n1,01,,,1,,02\n")
        assert office.refuse(path) == ["header-two-for-one"]
    aside = Office(tmp_path / "aside", FILING.replace('nulls: ["-"],', "ignore: [主管税务机关代码],"))
    assert not aside.accept(aside.file("a.csv", f"{HEADER},unit\n1,01,,,1,,02\n")).problems
    assert aside.column("unit") == ["02"]


def test_doubled_headers_are_refused_and_unknown_ones_reported_with_a_suggestion(office: Office) -> None:
    assert office.refuse(office.file("a.csv", HEADER + ",征收项目\n")) == ["header-doubled"]
    report = office.accept(office.file("b.csv", HEADER + ",征收项日,\n1,01,,,,,x,\n"))
    assert [problem.code for problem in report.problems] == ["header-unknown", "header-nameless"]
    assert "征收项目" in report.problems[0].text("zh")
    assert office.refuse(office.file("c.csv", "申报序号,机关\n1,01\n")) == ["header-missing"] * 4


def test_one_row_equal_to_another_counts_once_and_quarrelling_rows_are_all_rejected(office: Office) -> None:
    same, other = "1,01,,,5,", "2,01,,,6,"
    report = office.accept(office.rows("a.csv", same, other, same, "2,01,,,7,", "3,01,,,8,"))
    assert office.findings(report) == [
        (3, "id", "key-doubled", "2"),
        (4, "id", "row-doubled", "1"),
        (5, "id", "key-doubled", "2"),
    ]
    assert office.column("id") == ["1", "3"]
    assert report.batch.totals["amount"] == "13.00"


def test_an_integer_a_moment_and_a_yes_are_read_as_declared(tmp_path: Path) -> None:
    text = """
table: visit
name: 办税
source: 叫号系统
columns:
  no: {name: 号, type: integer}
  taken: {name: 取号, type: datetime, formats: ["%Y/%m/%d %H:%M", "%Y-%m-%d %H:%M:%S"]}
  done: {name: 办结, type: datetime}
  once: {name: 一次办结, type: boolean}
derive:
  wait: minutes(taken, done)
  open_days: workdays(taken, done)
  open_minutes: workminutes(taken, done)
files: [{match: "*.csv", format: csv}]
"""
    office = Office(tmp_path, text)
    lines = [
        "7,2026/01/05 08:30,2026-01-06 10:00:59,是",
        "8,2026-01-05 08:30:00,2026-01-05 08:20:00,否",
        "9.0,,,", "1,2026/13/01 00:00,,", "1,,2026-01-01 24:00:00,", "1,,,对", "1234567890123456789,,,",
        "5,2026/01/05 08:30,2090-01-05 08:30:00,",
    ]  # fmt: skip
    hours = Hours.daily("09:00-12:00", "13:30-18:00")
    report = office.accept(office.file("a.csv", "号,取号,办结,一次办结\n" + "\n".join(lines)), calendar=china(hours))
    assert [(row["no"], row["once"]) for row in office.seen("visit")] == [(7, True), (8, False)]
    assert [(row["wait"], row["open_days"], row["open_minutes"]) for row in office.seen("visit")] == [
        (1530, 1, 510),
        (-10, 0, 0),
    ]
    assert codes(office.findings(report)) == [
        "cell-not-integer", "cell-no-such-day", "cell-no-such-day", "cell-not-boolean", "cell-too-large",
        "derive-unknown", "derive-unknown",
    ]  # fmt: skip
    assert office.refuse(office.file("b.csv", "号,取号,办结,一次办结\n")) == ["derive-no-calendar"]


def test_financial_years_become_days_by_month_start(tmp_path: Path) -> None:
    office = Office(tmp_path, _YEARS)
    office.accept(office.file("a.csv", "y,q\n2010,1\n2010,4\n,4\n"))
    assert office.column("on", "years") == [date(2010, 4, 1), date(2011, 1, 1), None]


_YEARS = """
table: years
name: 年度
source: 公开数据
columns: {y: {name: 年, type: integer}, q: {name: 季, type: integer}}
derive:
  on: month_start(y, q * 3 + 1)
checks: [{check: "if(q = 4, y > 0, not (q in (5, 6)) or abs(-q) < 2.5 and y - 1 != 3)", level: reject, say: 年季不合}]
files: [{match: "*.csv", format: csv}]
"""


def test_a_file_without_the_expected_column_type_is_refused_before_any_row(tmp_path: Path) -> None:
    office = Office(tmp_path, _YEARS.replace("month_start(y, q * 3 + 1)", "y > 'x'"))
    assert office.refuse(office.file("a.csv", "y,q\n")) == ["check-types"]
    office = Office(tmp_path / "b", _YEARS.replace("month_start(y, q * 3 + 1)", "y * 1.5"))
    assert office.refuse(office.file("a.csv", "y,q\n")) == ["derive-not-integer"]


def test_parquet_gets_the_same_verdicts_and_binary_floats_are_refused(office: Office) -> None:
    columns = {
        "申报序号": ["1", "2"], "机关": ["01", " 02"], "申报期限": [date(2026, 1, 15), None],
        "申报日期": ["2026-01-10", None], "应征税额": [Decimal("1.50"), None], "征收项目": ["增值税", None],
    }  # fmt: skip
    report = office.accept(parquet(office.folder / "a.parquet", **columns))
    assert office.findings(report) == [(2, "unit", "cell-outer-space", " 02")]
    assert office.column("amount") == [Decimal("1.50")]
    floats = parquet(office.folder / "b.parquet", **{**columns, "应征税额": [1.5, 2.5]})
    assert office.refuse(floats) == ["file-parquet-type"]


def test_a_text_longer_than_any_cell_may_be_is_rejected(office: Office) -> None:
    report = office.accept(office.rows("a.csv", f"1,{'长' * 40_000},,,,", f"2,{'长' * 30_000},,,,"))
    assert codes(office.findings(report)) == ["cell-too-long"]


WIDE = """
table: wide
name: 宽表
source: 年报
columns: {unit: {name: 机关, type: text}, year: {name: 年, type: integer}, amount: {name: 数, type: integer}}
key: [unit, year]
files:
  - match: "*.csv"
    format: csv
    footer: 合计
    unpivot: {keep: [unit], value: amount, skip: ["[z]"], columns: [{pattern: '([0-9]{4})年', into: {year: 1}}]}
"""


def test_headings_that_hold_values_become_rows_and_each_bad_cell_is_one_row(tmp_path: Path) -> None:
    office = Office(tmp_path, WIDE)
    report = office.accept(office.file("a.csv", "机关,2024年,2025年\n甲,1,x\n乙,[z],4\n合计,1,4\n,,\n丙,,\n"))
    assert [(row["unit"], row["year"], row["amount"], row["_row"]) for row in office.seen("wide")] == [
        ("甲", 2024, 1, 2002),
        ("乙", 2025, 4, 3003),
        ("丙", 2024, None, 6002),
        ("丙", 2025, None, 6003),
    ]
    assert office.findings(report) == [(2003, "amount", "cell-not-integer", "x")]
    counts = report.batch.counts
    assert (counts.rows, counts.accepted, counts.rejected, counts.skipped) == (6, 4, 1, 1)
    assert (counts.footers, counts.blank) == (1, 1)


def test_patterns_that_fit_nothing_overlap_or_cannot_be_read_are_refused(tmp_path: Path) -> None:
    office = Office(tmp_path, WIDE)
    path = office.file("a.csv", "机关,2024年\n甲,1\n")
    assert office.refuse(office.file("b.csv", "机关,24年\n甲,1\n")) == ["header-missing"]
    doubled = "columns: [{pattern: '([0-9]{4}).', into: {year: 1}}, {pattern"
    office.tables = [table(WIDE.replace("columns: [{pattern", doubled))]
    assert office.refuse(path) == ["header-claimed"]
    office.tables = [table(WIDE.replace("([0-9]{4})年", "(?=x)([0-9]{4})年"))]
    assert office.refuse(path) == ["header-pattern"]


def test_a_parser_that_loses_a_row_is_caught_by_the_second_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The splitter is made to lose the last row of a block; the count of line ends does not agree."""
    real = TextFile._chunk

    def forgetful(source: TextFile, *args: Any) -> Chunk:
        chunk = real(source, *args)
        return replace(chunk, rows=chunk.rows[:-1], cells={at: cells[:-1] for at, cells in chunk.cells.items()})

    monkeypatch.setattr(TextFile, "_chunk", forgetful)
    raw = tmp_path / "a.csv"
    raw.write_text(HEADER + "\n1,01,,,,\n2,01,,,,\n", "utf-8")
    job = Job(
        raw=str(raw), name="a.csv", size=1, table=table(), feed=0, batch=1, known_at=NOW, out=str(tmp_path),
        limits=Limits(),
    )  # fmt: skip
    assert [told.code for told in load(job).problems] == ["rows-unaccounted"]


CELL = st.text(st.sampled_from("0179.-+,eE_ 甲\u3000\"'\t"), max_size=8)


@given(cells=st.lists(CELL, min_size=1, max_size=12))
def test_no_row_is_ever_lost_and_stored_numbers_say_what_the_cell_said(
    tmp_path_factory: pytest.TempPathFactory, cells: list[str]
) -> None:
    """Whatever stands in the cells, each row is counted, and a number is stored as it is written or not at all."""
    folder = tmp_path_factory.mktemp("rows")
    lines = [f"{n},01,,,{cell}," for n, cell in enumerate(cells)]
    raw = folder / "a.csv"
    raw.write_text("\n".join([HEADER, *lines]) + "\n", "utf-8", newline="")
    job = Job(
        raw=str(raw), name="a.csv", size=1, table=table(), feed=0, batch=1, known_at=NOW, out=str(folder),
        limits=Limits(),
    )  # fmt: skip
    outcome = load(job)
    assert outcome.counts is not None, outcome.problems
    assert outcome.counts.rows + outcome.counts.blank == len(cells)
    assert outcome.counts.balanced()
    for row in pq.read_table(folder / "facts.parquet").to_pylist():
        said = cells[int(row["id"])].strip('"').replace(",", "")
        assert row["amount"] == (Decimal(said) if said not in ("", "-") else None)
        assert said in ("", "-") or not set(said) & set("eE_+ ")


@pytest.mark.parametrize("blank", [1, 3])
def test_a_file_of_nothing_but_blank_lines_holds_no_row(office: Office, blank: int) -> None:
    report = office.accept(office.file("a.csv", HEADER + "\n" + "\n" * blank))
    counts = report.batch.counts
    assert (counts.rows, counts.blank, counts.accepted, counts.rejected) == (0, blank, 0, 0)


MARKS = st.text(st.sampled_from(list('ab,"\r \t税')), max_size=9)


@example(lines=[""], width=2, closed=True)
@example(lines=["a,b", "", "a,b"], width=2, closed=False)
@given(lines=st.lists(MARKS, min_size=1, max_size=9), width=st.integers(1, 4), closed=st.booleans())
def test_each_line_is_good_blank_or_broken_as_if_it_were_alone(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], width: int, closed: bool
) -> None:
    raw = tmp_path_factory.mktemp("lines") / "a.csv"
    lines = [line.rstrip("\r") for line in lines]  # before a line break it belongs to the break
    text = "\n".join([",".join(f"h{n}" for n in range(width)), *lines]) + "\n" * closed
    raw.write_bytes(text.encode())
    source = TextFile(raw, table().files[0], Limits())
    chunks = [task() for task in source.chunks(range(width))]
    expected = [_verdict(line, width) for line in (lines if closed or lines[-1] else lines[:-1])]
    rows = {row: "good" for chunk in chunks for row in chunk.rows.tolist()}
    rows |= {broken.row: broken.code for chunk in chunks for broken in chunk.broken}
    assert rows == {at: verdict for at, verdict in enumerate(expected, start=2) if verdict != "blank"}
    assert sum(chunk.blank for chunk in chunks) == expected.count("blank")
    read = [bytes_ for chunk in chunks if len(chunk.rows) for bytes_ in chunk.cells[0].to_pylist()]
    first = [lines[at].encode() for at, verdict in enumerate(expected) if verdict == "good"]
    assert read == [next(csv.reader([line.decode()]), [""])[0].encode() for line in first]


def _verdict(line: str, width: int) -> str:
    """Said once more, one line at a time."""
    if not line.strip(" \t\r"):
        return "blank"
    if not re.fullmatch(r'(?:[^",\r]*|"(?:[^"\r]|"")*")(?:,(?:[^",\r]*|"(?:[^"\r]|"")*"))*', line):
        return "row-quotes"
    return "good" if len(next(csv.reader([line]))) == width else "row-ragged"
