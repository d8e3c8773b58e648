"""A bureau's folder as people name it."""

from __future__ import annotations

from pathlib import Path

import pytest

import steelyard
from steelyard.cli import main
from tests.commands.small_bureau import build


def test_a_folder_is_named_by_text_or_by_path(tmp_path: Path) -> None:
    built = build(tmp_path)
    assert steelyard.Bureau(str(tmp_path)) == built
    assert steelyard.Bureau(str(tmp_path), str(tmp_path / "other")).record == tmp_path / "other"
    scores = steelyard.Results(steelyard.run(steelyard.Bureau(str(tmp_path)), steelyard.Order())).scores()
    assert scores.column("unit").to_pylist() == list("ABCDE")


def test_without_comparisons_it_is_said_where_to_write_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    build(tmp_path)
    assert main(["reconcile", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert "[reconcile-missing]" in said
    example = said.partition("样子见 ")[2].strip()
    assert Path(__file__).resolve().parents[2].joinpath(example).is_file()


def test_all_rule_files_in_another_encoding_are_named_at_once_with_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    build(tmp_path)
    kept = (tmp_path / "rules/rules.yaml").read_text("utf-8")
    for name in ("rules.yaml", "more.yaml"):
        (tmp_path / "rules" / name).write_text("# plain\n" + kept, "gb18030")
    for command in ("check", "run", "text"):
        assert main([command, str(tmp_path)]) == 1
        shown = capsys.readouterr()
        said = [line for line in (shown.out + shown.err).splitlines() if "[file-not-utf8]" in line]
        assert [line.partition(": 错误")[0] for line in said] == [
            f"{tmp_path}/rules/more.yaml:4:1",
            f"{tmp_path}/rules/rules.yaml:4:1",
        ]
        assert all("另存为 UTF-8" in line for line in said)


def test_a_calendar_in_another_encoding_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    build(tmp_path)
    (tmp_path / "calendar.yaml").write_text("name: 工作日历", "gb18030")
    assert main(["intake", str(tmp_path), str(tmp_path / "files")]) == 1
    assert "calendar.yaml:1:1: 错误 [file-not-utf8]" in capsys.readouterr().err


@pytest.mark.parametrize("leads", ["nowhere", "."])
def test_a_rule_file_that_cannot_be_opened_is_named(
    leads: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    build(tmp_path)
    (tmp_path / "rules/more.yaml").symlink_to(leads)
    assert main(["check", str(tmp_path)]) == 1
    shown = capsys.readouterr()
    assert "rules/more.yaml: 错误 [file-not-opened]" in shown.out + shown.err
