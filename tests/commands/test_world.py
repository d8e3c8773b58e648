"""``steelyard world`` on the command line."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from steelyard.cli import main

SMALL = ("--scale", "small", "--seed", "3")


@pytest.mark.parametrize(("language", "register"), [("zh", "登记册："), ("en", "registers: ")])
def test_a_world_is_told_in_the_language_asked_for(
    language: str, register: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--language", language, "world", str(tmp_path / "w"), *SMALL]) == 0
    shown = capsys.readouterr()
    lines = shown.err.splitlines()
    assert lines[0].startswith(register)
    unit = " 行" if language == "zh" else " rows"
    assert [line for line in lines if not line.endswith(unit)] == []
    if language == "en":  # names of files are as their systems give them; no other word is Chinese
        words = [re.sub(r"^\S+\.\w+: ", "", line) for line in lines]
        assert [word for word in words if re.search("[\u4e00-\u9fff]", word)] == []
        assert "planted truths" in shown.out


def test_what_was_written_is_summed_up_for_programs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--json", "world", str(tmp_path / "w"), *SMALL]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["files"] == len(list((tmp_path / "w/files").iterdir()))
    assert told["rows"] == sum(told["tables"].values())
