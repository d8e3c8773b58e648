"""C95: registers in, results out, by a contract that anyone can check; ten thousand persons lose nothing."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from steelyard.bureau.asking.running import run
from steelyard.bureau.exchange.conforming import Verdict, conform, take
from steelyard.bureau.exchange.contract import ACCOUNTS, RESULTS, registers
from steelyard.bureau.exchange.writing import KINDS, Kind, export, rows_in, rows_of
from steelyard.bureau.folder import Bureau
from steelyard.bureau.runs.order import Order
from steelyard.bureau.runs.results import Results
from steelyard.bureau.runs.saving import save
from steelyard.bureau.subjects.registers import organisation
from steelyard.cli import main
from steelyard.engine.problems import Refused
from steelyard.lake.intake import BatchReport, intake
from steelyard.lake.record.snapshot import snapshot
from tests.bureau.small_bureau import bureau, load
from tests.bureau.small_people import FACTS, FILES, MATTERS, RULES, confirmed_office, office
from tests.bureau.test_confirmed import WHOLE
from tests.lake.intake_office import shared_cage


def held(found: tuple[Verdict, ...]) -> dict[str, bool]:
    return {one.case: one.held for one in found}


def codes(found: tuple[Verdict, ...]) -> list[str]:
    return [problem.code for one in found for problem in one.problems if problem.severity == "error"]


def results_of(made: Bureau) -> Path:
    """A run that was kept."""
    return save(Results(run(made, Order(plan="units", uncertainty=False, history=False))))


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_written_keeps_to_the_contract_and_comes_back_whole(tmp_path: Path, kind: Kind) -> None:
    made = confirmed_office(tmp_path, WHOLE)
    kept = results_of(made)
    paths = export(made, tmp_path / "out", kind, run=kept)
    assert [path.name for path in paths] == [
        f"人事_{name}.{kind}" for name in ("机构", "岗位", "人员", "任职", "个人结果", "个人账户")
    ]
    found = conform(made, paths, shared_cage())
    assert held(found) == dict.fromkeys(("files", "rows", "register", "again"), True)
    empty = Bureau(made.root, tmp_path / "empty" / "record")
    assert codes(conform(empty, paths, shared_cage())) == []
    for table, path in ((RESULTS, paths[4]), (ACCOUNTS, paths[5])):
        record = tmp_path / f"again-{table.table}"
        (report,) = intake(record, [table], [path], datetime(2027, 1, 1), cage=shared_cage())
        assert isinstance(report, BatchReport)
        name = "persons" if table is RESULTS else "accounts"
        key = lambda row: tuple(map(str, row.values()))  # noqa: E731
        assert sorted(rows_of(snapshot(record), table), key=key) == sorted(
            rows_in(kept / f"{name}.parquet", table), key=key
        )


def test_ten_thousand_persons_go_out_and_come_in_and_nothing_is_lost(tmp_path: Path) -> None:
    """Names that a spreadsheet would run, rare characters, an apostrophe, moves and ends: all of it comes back."""
    odd = ["=1+1", "'引号", "-减", "@某", "㐀䶵", "O'Neil", "甲,乙", '引"号']
    names = [odd[number % 40] if number % 40 < len(odd) else f"人{number}" for number in range(10_000)]
    posts = [f"{'AB'[number % 2]}{number}" for number in range(2_000)]
    file = lambda lines: "\n".join(lines)  # noqa: E731
    quote = lambda text: '"' + text.replace('"', '""') + '"'  # noqa: E731
    held_rows = [
        f"n{number:05},{posts[number % 2000]},2025-01-01,{'2026-06-30' if number % 3 == 0 else ''},1"
        for number in range(10_000)
    ]
    moved = [f"n{number:05},{posts[(number + 1) % 2000]},2026-07-01,,0.5" for number in range(0, 10_000, 3)]
    made = bureau(tmp_path, FACTS, RULES)
    load(
        made,
        {
            "units.csv": FILES["units.csv"],
            "posts.csv": file(["岗位,机关,名称,职责", *(f"{code},{code[0]},岗{code},受理" for code in posts)]),
            "persons.csv": file(["人员,姓名", *(f"n{at:05},{quote(name)}" for at, name in enumerate(names))]),
            "holdings.csv": file(["人员,岗位,自,至,份额", *held_rows, *moved]),
        },
    )
    before = organisation(snapshot(made.record))
    assert len(before.persons) == 10_000
    for kind in KINDS:
        paths = export(made, tmp_path / kind, kind)
        again = Bureau(made.root, tmp_path / f"again-{kind}" / "record")
        intake(again.record, registers(made.tables()), paths, datetime(2027, 1, 1), cage=shared_cage())
        after = organisation(snapshot(again.record))
        for table in registers(made.tables()):
            assert rows_of(snapshot(again.record), table) == rows_of(snapshot(made.record), table)
        assert {one.name for one in after.persons.values()} == {one.name for one in before.persons.values()} >= set(odd)
        assert sum(map(len, after.holdings.values())) == sum(map(len, before.holdings.values())) == 13_334


def test_a_workbook_holds_text_that_no_spreadsheet_runs(tmp_path: Path) -> None:
    made = office(tmp_path)
    load(made, {"persons.csv": "人员,姓名\n007,=HYPERLINK(1)\n"}, datetime(2027, 1, 2))
    path = next(path for path in export(made, tmp_path / "out", "xlsx") if "人员" in path.name)
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} == {"s"}
    assert "'=HYPERLINK(1)" in {cell.value for cell in cells}


# ---- somebody else's files ----


def files(folder: Path, **texts: str) -> list[Path]:
    folder.mkdir()
    for name, text in texts.items():
        (folder / f"人事_{name}.csv").write_text(text, "utf-8")
    return sorted(folder.iterdir())


@pytest.mark.parametrize(
    ("texts", "case", "code"),
    [
        ({"工资": "甲\n乙\n"}, "files", "exchange-file"),
        ({"人员": "工号,姓名\n1,张\n"}, "rows", "header-missing"),
        ({"任职": "人员,岗位,自,至,份额\np1,A1,二月三十日,,1\n"}, "rows", "exchange-row"),
        ({"人员": "人员,姓名\np7,\n"}, "rows", "exchange-row"),
        ({"任职": "人员,岗位,自,至,份额\np1,没有,2027-01-01,,1\n"}, "register", "register-unknown-code"),
        ({"任职": "人员,岗位,自,至,份额\np1,B1,2026-01-01,,1\n"}, "register", "holding-shares-over-one"),
    ],
)
def test_files_that_do_not_keep_to_it_are_told_which_requirement_and_where(
    tmp_path: Path, texts: dict[str, str], case: str, code: str
) -> None:
    found = conform(office(tmp_path), files(tmp_path / "sent", **texts), shared_cage())
    assert [one.case for one in found if not one.held] == [case]
    assert code in codes(found)


def test_one_file_for_each_table(tmp_path: Path) -> None:
    made = office(tmp_path)
    paths = [*export(made, tmp_path / "out", "csv"), *export(made, tmp_path / "out", "xlsx")]
    assert codes(conform(made, paths, shared_cage())) == ["exchange-twice"] * 4


def test_registers_that_keep_to_it_come_in_and_others_do_not(tmp_path: Path) -> None:
    made = office(tmp_path)
    good = files(tmp_path / "good", 人员="人员,姓名\np7,周七\n", 任职="人员,岗位,自,至,份额\np7,B1,2027-01-01,,1\n")
    take(made, good, datetime(2027, 1, 2), shared_cage())
    assert "p7" in organisation(snapshot(made.record)).persons
    with pytest.raises(Refused) as refused:
        take(
            made,
            files(tmp_path / "bad", 任职="人员,岗位,自,至,份额\np9,B1,2027-01-01,,1\n"),
            datetime(2027, 1, 3),
            shared_cage(),
        )
    assert [problem.code for problem in refused.value.problems] == ["register-unknown-code"]


def test_results_that_were_taken_do_not_keep_the_registers_from_going_out(tmp_path: Path) -> None:
    made = confirmed_office(tmp_path, WHOLE)
    take(made, export(made, tmp_path / "out", "csv", run=results_of(made)), datetime(2027, 1, 1))
    names = [path.name for path in export(made, tmp_path / "again", "csv")]
    assert names == ["人事_机构.csv", "人事_岗位.csv", "人事_人员.csv", "人事_任职.csv"]


def test_a_bureau_whose_registers_lack_columns_cannot_exchange_them(tmp_path: Path) -> None:
    made = bureau(tmp_path, FACTS.replace("  name: {name: 姓名", "  called: {name: 姓名"), RULES)
    with pytest.raises(Refused) as refused:
        conform(made, [tmp_path / "人事_人员.csv"], shared_cage())
    assert [problem.code for problem in refused.value.problems] == ["exchange-declaration"]


def test_a_loss_would_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = office(tmp_path)
    paths = export(made, tmp_path / "out", "csv")
    monkeypatch.setattr("steelyard.bureau.exchange.writing.guarded", lambda text: text[:2])
    assert set(codes(conform(made, paths, shared_cage()))) == {"exchange-lost"}


def test_the_command_writes_checks_and_takes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = office(tmp_path)
    told = ["exchange", str(made.root), "--record", str(made.record)]
    out = tmp_path / "out"
    assert main([*told, "--out", str(out), "--format", "xlsx"]) == 0
    assert "人事_任职.xlsx" in capsys.readouterr().out
    assert main([*told, "--out", str(out), "--format", "xlsx", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 4
    assert main([*told, "--check", str(out)]) == 0
    shown = capsys.readouterr().out
    assert shown.count("[通过]") == 4
    assert main([*told, "--check", str(out), "--json"]) == 0
    assert [one["held"] for one in json.loads(capsys.readouterr().out)] == [True] * 4
    wrong = files(tmp_path / "sent", 任职="人员,岗位,自,至,份额\n" + "p1,没有,x,,1\n" * 25)
    assert main([*told, "--check", *map(str, wrong), "--language", "en"]) == 1
    shown = capsys.readouterr().out
    assert "[does not hold] headings are there" in shown
    assert "and 5 more" in shown
    nowhere = str(tmp_path / "nowhere")
    for act in ("--check", "--take"):
        assert main([*told, act, nowhere]) == 1
        assert "file-missing" in capsys.readouterr().err
        (tmp_path / "empty").mkdir(exist_ok=True)
        assert main([*told, act, str(tmp_path / "empty")]) == 1
        assert "exchange-none" in "".join(capsys.readouterr()), "nothing at all is none of the contract's files"
    (out / ".hidden").write_text("", "utf-8")
    assert main([*told, "--take", str(out), "--known-at", "2027-01-02"]) == 0
    assert "人事_任职.xlsx → holdings" in capsys.readouterr().out
    assert main(told) == 1
    assert "exchange-what" in capsys.readouterr().err


def test_whoever_takes_results_away_is_told_to_log_their_use(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = office(tmp_path)
    told = ["exchange", str(made.root), "--record", str(made.record), "--out", str(tmp_path / "out")]
    assert main(told) == 0
    assert capsys.readouterr().err == "", "registers are no results"
    assert main([*told, "--run", str(tmp_path / "year-2026")]) == 1
    assert "run-missing" in capsys.readouterr().err, "a run that is not there has no empty results"
    kept = results_of(made)
    assert main([*told, "--run", str(kept)]) == 0
    said = capsys.readouterr()
    assert kept.name in said.err
    assert "POST /api/v1/uses" in said.err
    assert "uses" not in said.out, "what programs read stays as it was"


def test_truths_and_moments_are_written_as_declared(tmp_path: Path) -> None:
    more = FACTS.replace(
        "  name: {name: 姓名, type: text, required: true}",
        "  name: {name: 姓名, type: text, required: true}\n  party: {name: 党员, type: boolean}\n"
        "  seen: {name: 核对, type: datetime}\n  born: {name: 出生, type: integer}",
    )
    made = bureau(tmp_path, more, RULES)
    people = "人员,姓名,党员,核对,出生\np1,张一,是,2026-01-02 03:04:05,1980\np2,李二,否,,\n"
    load(
        made,
        {
            **FILES,
            "persons.csv": people,
            "matter.csv": MATTERS,
            "holdings.csv": "人员,岗位,自,至,份额\np1,A1,2026-01-01,,1\n",
        },
    )
    paths = export(made, tmp_path / "out", "csv")
    assert codes(conform(Bureau(made.root, tmp_path / "empty" / "record"), paths, shared_cage())) == []
    assert "p1,张一,是,2026-01-02 03:04:05,1980" in (tmp_path / "out" / "人事_人员.csv").read_text("utf-8-sig")


@pytest.mark.parametrize("kind", KINDS)
def test_departments_of_posts_go_out_and_come_back_and_a_register_without_them_is_whole_as_well(
    tmp_path: Path, kind: Kind
) -> None:
    told = "  duty: {name: 职责, type: text}\n"
    made = bureau(tmp_path, FACTS.replace(told, f"{told}  department: {{name: 部门, type: text}}\n"), RULES)
    odd = ("征收管理科", "=科", "'甲", "甲、乙科", "㐀科", "", "")
    rows = [f"A{at},A,岗{at},受理,{department}" for at, department in enumerate(odd)]
    load(made, {"units.csv": FILES["units.csv"], "posts.csv": "\n".join(["岗位,机关,名称,职责,部门", *rows])})
    paths = [path for path in export(made, tmp_path / "out", kind) if "岗位" in path.name or "机构" in path.name]
    again = Bureau(made.root, tmp_path / "again" / "record")
    intake(again.record, registers(made.tables()), paths, datetime(2027, 1, 1), cage=shared_cage())
    found = organisation(snapshot(again.record))
    assert [found.posts[f"A{at}"].department for at in range(len(odd))] == [one or None for one in odd]
    plain = office(tmp_path / "plain")
    assert {one.department for one in organisation(snapshot(plain.record)).posts.values()} == {None}
