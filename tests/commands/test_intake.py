"""What somebody sees who hands files in on the command line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from steelyard.cli import main
from tests.commands.small_bureau import FILINGS, UNITS

HEAD = "序号,机关,申报期限,是否逾期,逾期天数\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for name, text in (("units.yaml", UNITS), ("filing.yaml", FILINGS)):
        path = tmp_path / "home/facts" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    (tmp_path / "in").mkdir()
    return tmp_path / "home"


def rows(path: Path, name: str | bytes = "filing1.csv") -> None:
    folder = os.fsencode(path)
    with open(os.path.join(folder, os.fsencode(name)), "wb") as out:
        out.write(f"{HEAD}1,A,2026-03-15,是,1\n".encode())


def test_files_with_odd_names_are_refused_each_on_one_line_and_the_others_are_loaded(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = home.parent / "in"
    for name in (
        "filing1.csv",
        b"filing\xb1\xed.csv",
        "filing\n第 9 批：假.csv",
        "filing\u202egpj.csv",
        "filing　表.csv",
    ):
        rows(desk, name)
    assert main(["intake", str(home), str(desk)]) == 1
    told = capsys.readouterr().out.splitlines()
    refused = [line for line in told if line.startswith("未装载")]
    assert refused == [
        r"未装载：filing\u000a第 9 批：假.csv",
        r"未装载：filing\u202egpj.csv",
        r"未装载：filing\xb1\xed.csv",
    ]
    assert sum("错误 [file-name]" in line for line in told) == 3
    assert [line.split("：")[0] for line in told if line.startswith(("第 ", "已在"))] == ["第 1 批", "已在第 1 批"]


def test_a_file_that_is_not_there_is_said_to_be_missing_whatever_its_name(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    named = [str(home / name) for name in ("filing1.csv", "别的.csv")]
    assert main(["intake", str(home), *named]) == 1
    told = capsys.readouterr().out
    assert told.count("错误 [file-missing]") == 2
    assert all(name in told for name in named)


def test_a_link_in_a_folder_opens_nothing_outside_it(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    desk, secret = home.parent / "in", home.parent / "secret.txt"
    secret.write_text("root:x:0:0\n", "utf-8")
    rows(desk)
    (desk / "filing2.csv").symlink_to(secret)
    (desk / "filing3.csv").symlink_to(desk / "filing1.csv")
    assert main(["intake", str(home), str(desk)]) == 1
    shown = capsys.readouterr().out
    assert "root:x" not in shown
    assert "\nfiling2.csv: 错误 [file-link]" in shown
    assert "第 1 批：filing1.csv" in shown
    assert "已在第 1 批：filing" in shown
    (desk / "filing2.csv").unlink()
    assert main(["intake", str(home), str(desk)]) == 0


def test_a_link_that_is_named_itself_is_followed(home: Path) -> None:
    elsewhere = home.parent / "elsewhere"
    elsewhere.mkdir()
    rows(elsewhere)
    (home.parent / "in/filing9.csv").symlink_to(elsewhere / "filing1.csv")
    assert main(["intake", str(home), str(home.parent / "in/filing9.csv")]) == 0


def test_what_a_killed_intake_left_is_gone_after_a_week_with_the_next_one(home: Path) -> None:
    rows(home.parent / "in")
    assert main(["intake", str(home), str(home.parent / "in")]) == 0
    old, young = (home / "record/temp" / name for name in ("old", "young"))
    for folder in (old, young):
        folder.mkdir(parents=True)
        (folder / "raw").write_text("1,A,2026-03-15,是,1", "utf-8")
    os.utime(old, (0, 0))
    main(["intake", str(home), str(home.parent / "in")])
    assert not old.exists()
    assert (young / "raw").is_file()
