"""``steelyard explain --rows``: every row behind a total, and where it stands in the file that brought it."""

from __future__ import annotations

import csv
import json
from datetime import datetime
from pathlib import Path

import pytest

from steelyard.bureau.asking.explaining import explain_unit
from steelyard.bureau.asking.listing import listed
from steelyard.bureau.asking.running import run
from steelyard.bureau.folder import Bureau
from steelyard.bureau.runs.order import Order
from steelyard.cli import main
from steelyard.commands import listing
from steelyard.lake.intake import intake
from tests.commands import small_bureau
from tests.commands.small_bureau import build
from tests.rows_behind import COUNTS, rows_behind


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(arguments) == 0
    return capsys.readouterr().out


def test_rows_are_told_with_their_file_and_line(bureau: Bureau, capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, "explain", str(bureau.root), "E", "late", "--rows", "--limit", "2")
    assert text.splitlines()[-4:] == [
        "申报笔数（逾期天数大于30） = 5：计入 5 行（同期共 100 行）",
        "  filing.csv:402  序号 E0  机关 E  申报期限 2026-03-15  逾期天数 40",
        "  filing.csv:403  序号 E1  机关 E  申报期限 2026-03-15  逾期天数 40",
        "  另有 3 行未列出；--limit 0 全部列出",
    ]
    header, line = (bureau.root / "files/filing.csv").read_text("utf-8").splitlines()[:402:401]
    assert header.startswith("序号")
    assert line == "E0,E,2026-03-15,是,40"


def test_a_derived_column_is_called_by_what_it_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    derived = 'date: due_on\nderive: {over: "days(due_on, due_on)", odd: late_days * 2}'
    monkeypatch.setattr(small_bureau, "FILINGS", small_bureau.FILINGS.replace("date: due_on", derived))
    made = build(tmp_path)
    rules = tmp_path / "rules/rules.yaml"
    rules.write_text(rules.read_text("utf-8").replace("late_days > 30", "over = 0 and odd > 60"), "utf-8")
    text = said(capsys, "explain", str(made.root), "E", "late", "--rows", "--limit", "1")
    assert "申报期限 2026-03-15  odd 80  申报期限至申报期限的天数 0" in text, (
        "one that counts nothing plain keeps its key"
    )


def test_every_total_has_its_own_rows_and_without_a_limit_all(
    bureau: Bureau, capsys: pytest.CaptureFixture[str]
) -> None:
    text = said(capsys, "--language", "en", "explain", str(bureau.root), "B", "rate", "--rows", "--limit", "0")
    assert "number of filing (not late) = 97: 97 rows count, of 100 in these days" in text
    assert text.count("  filing.csv:") == 97 + 100
    assert "more rows" not in text


def test_without_the_option_no_row_is_listed(bureau: Bureau, capsys: pytest.CaptureFixture[str]) -> None:
    assert "filing.csv" not in said(capsys, "explain", str(bureau.root), "B", "rate")


def test_a_limit_below_zero_is_not_understood(bureau: Bureau) -> None:
    with pytest.raises(SystemExit) as left:
        main(["explain", str(bureau.root), "B", "rate", "--rows", "--limit", "-1"])
    assert left.value.code == 2


def test_all_rows_go_to_a_file_for_spreadsheets(
    bureau: Bureau, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "rows.csv"
    said(capsys, "explain", str(bureau.root), "B", "rate", "--csv", str(path), "--limit", "1")
    header, *rows = list(csv.reader(path.read_text("utf-8-sig").splitlines()))
    assert header == ["合计", "来源文件", "工作表", "行", "格", "序号", "机关", "申报期限", "是否逾期"]
    assert len(rows) == 197
    assert rows[0][0].startswith("申报笔数（")
    assert rows[0][1:] == ["filing.csv", "", "105", "", "B3", "B", "2026-03-15", "否"]
    assert rows[-1][-1] == ""  # the count of all filings does not ask whether they were late


def test_rows_for_machines_come_beside_the_explanation(bureau: Bureau, capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(said(capsys, "--json", "explain", str(bureau.root), "D", "late", "--rows"))
    (total,) = found["rows"]
    assert len(total["titles"]) == len(total["columns"])
    assert total["titles"][:2] == ["序号", "机关"]
    assert (total["number"], total["counted"], total["of"]) == ("2", 2, 100)
    assert [row["at"] for row in total["rows"]] == ["filing.csv:302", "filing.csv:303"]
    assert found["explanation"][0] == "D局（D） 2026 · 逾期户次"


def test_the_rows_are_those_of_the_proof(bureau: Bureau) -> None:
    ran = run(bureau, Order(uncertainty=False, history=False))
    explained = explain_unit(ran, "E", "late", None, "zh")
    (one,), (total,) = listed(ran, explained), explained.explanation.totals
    columns, rows = rows_behind(ran, total.aggregate, "E", "2026")
    assert columns == (COUNTS, *one.columns)
    assert sorted(row[1] for row in rows if row[0]) == sorted(row[0] for row in one.rows)


def test_a_corrected_row_is_listed_where_the_correction_stands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bureau = build(tmp_path)
    (tmp_path / "filing_2.csv").write_text(
        "序号,机关,申报期限,是否逾期,逾期天数\nE0,E,2026-03-15,否,0\nE9,E,2026-03-20,是,31\n", "utf-8"
    )
    intake(bureau.record, list(bureau.tables().values()), [tmp_path / "filing_2.csv"], datetime(2027, 2, 1))
    text = said(capsys, "explain", str(bureau.root), "E", "late", "--rows")
    head, *rows = text.splitlines()[-6:]
    assert head == "申报笔数（逾期天数大于30） = 5：计入 5 行（同期共 100 行）"
    assert [line.split()[0] for line in rows] == [
        *(f"filing.csv:{line}" for line in (403, 404, 405, 406)),
        "filing_2.csv:3",
    ]
    before = said(capsys, "explain", str(bureau.root), "E", "late", "--rows", "--known-at", "2027-01-31")
    assert before.splitlines()[-1].startswith("  filing.csv:406")


def test_a_name_that_several_bear_is_answered_with_their_codes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = build(tmp_path)
    renamed = tmp_path / "files/units_2.csv"
    renamed.write_text("code,name,level,parent,class,valid_from,valid_to\nB,A局,branch,P,厅,2020-01-01,\n", "utf-8")
    intake(home.record, list(home.tables().values()), [renamed], datetime(2027, 1, 6))
    assert main(["explain", str(home.root), "A局", "late"]) == 1
    assert "[name-of-several] “A局”不止一个；请用代码：A、B" in capsys.readouterr().err
    assert said(capsys, "explain", str(home.root), "B", "late").startswith("A局（B）")


def test_a_file_that_could_not_be_finished_is_not_there(
    bureau: Bureau, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> str:
        raise OSError("no space left")

    monkeypatch.setattr(listing, "cell", full)
    (tmp_path / "rows.csv").write_text("of yesterday")
    assert main(["explain", str(bureau.root), "E", "late", "--csv", str(tmp_path / "rows.csv")]) == 3
    assert [path.name for path in tmp_path.iterdir()] == ["rows.csv"]
    assert (tmp_path / "rows.csv").read_text() == "of yesterday"


def test_a_file_may_be_a_device(bureau: Bureau) -> None:
    assert main(["explain", str(bureau.root), "E", "late", "--csv", "/dev/null"]) == 0
    assert not Path("/dev/null").is_file()
