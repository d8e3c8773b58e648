"""What can be written on the command line, and what starting up costs."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from steelyard.bureau.folder import Bureau
from steelyard.cli import main
from steelyard.commands import HOMES
from steelyard.commands.arguments import _meant, read

HEAVY = {"duckdb", "pyarrow", "sqlglot", "numpy", "jinja2", "xlsxwriter", "pydantic"}


@pytest.mark.parametrize("start", ["import steelyard", "from steelyard.cli import main; main(['--help'])"])
def test_help_loads_no_database_and_no_printer(start: str) -> None:
    code = f"import sys\ntry:\n    {start}\nexcept SystemExit:\n    pass\nprint(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stderr.split())
    assert "steelyard" in loaded
    assert loaded & HEAVY == set()


@pytest.mark.parametrize("command", sorted(HOMES))
def test_every_command_has_a_home_and_describes_each_argument(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    module, _, function = HOMES[command].partition(":")
    assert callable(getattr(import_module(f"steelyard.commands.{module}"), function))
    with pytest.raises(SystemExit):
        main([command, "--help"])
    shown = capsys.readouterr().out.partition("positional arguments:")[2] or "options:"
    lines = shown.splitlines()
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        if line.startswith("  ") and not line.startswith("   ") and "  " not in line.strip():
            assert after.startswith("     "), f"{line.strip()} is not described"


@pytest.mark.parametrize("written", [["--language", "en", "schema"], ["schema", "--language", "en"]])
def test_the_language_stands_before_or_behind_the_command(written: list[str]) -> None:
    assert read(written).language == "en"


def test_unit_and_indicator_may_stand_on_both_sides_of_options() -> None:
    found = read(["explain", "home", "U1", "--plan", "p", "late"])
    assert (found.unit, found.indicator, found.plan) == ("U1", "late", "p")


@pytest.mark.parametrize("written", [["explain", "home", "U1", "late", "more"], ["explain", "home", "U1", "--rowz"]])
def test_a_word_too_many_is_not_understood(written: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(written)
    assert stopped.value.code == 2
    assert written[-1] in capsys.readouterr().err


def test_a_unit_alone_is_told_with_all_its_indicators(bureau: Bureau, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(bureau.root), "B"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "B局（B） 2026",
        "  准期申报率（rate） 59.5 / 60  失分 0.5",
        "  逾期户次（late） 34 / 40  失分 6",
        "写上指标名称，看每一步算术与最小补救",
    ]


def test_points_of_all_indicators_for_machines(bureau: Bureau, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(bureau.root), "B", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [(one["indicator"], one["points"], one["full"], one["lost"]) for one in told] == [
        ("rate", "59.5", "60", "0.5"),
        ("late", "34", "40", "6"),
    ]


def test_nobody_named_is_said_with_what_to_write(bureau: Bureau, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(bureau.root)]) == 1
    assert "[explain-whom]" in capsys.readouterr().err


@pytest.mark.parametrize("written", ["2027-03-01T00:00:00+08:00", "2027-03-01T00:00:00Z", "3月1日"])
@pytest.mark.parametrize("command", [["run", "home"], ["explain", "home", "U1"], ["intake", "home", "a.csv"]])
def test_a_knowledge_time_is_local_or_refused_in_words(
    command: list[str], written: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        read([*command, "--known-at", written])
    assert ended.value.code == 2
    assert "--known-at: " in capsys.readouterr().err
    assert read([*command, "--known-at", "2027-03-01"]).known_at.isoformat() == "2027-03-01T00:00:00"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (["run", "home", "--structure", "1月"], "写作 write it as 2027-03-01: 1月"),
        (["run", "home", "--threads", "two"], "应为整数 must be a whole number: two"),
        (["explain", "home", "A", "--limit", "all"], "应为整数 must be a whole number: all"),
    ],
)
def test_a_word_for_a_number_is_refused_in_both_languages(
    written: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        read(written)
    assert ended.value.code == 2
    assert capsys.readouterr().err.splitlines()[-2].endswith(said)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (["runn"], "是否想写 did you mean 'run'?"),
        (["demo", "--scale", "smal"], "是否想写 did you mean 'small'?"),
        (["run"], "还须写明 the following arguments are required: folder"),
        (["explain", "home", "--person"], "--person: 后面须有一个值 expected one argument"),
        (["intake", "home"], "还须写明 the following arguments are required: files"),
        (["run", "home", "--rowz"], "看不懂 not understood: --rowz"),
        (["demo", "--s", "small"], "选项不止一个 ambiguous option: --s，可写 could match --scale, --seed, --sheets"),
        (["demo", "--json=yes"], "后面不能有值 ignored explicit argument 'yes'"),
    ],
)
def test_what_is_not_understood_is_told_in_both_languages_with_where_to_look(
    written: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        read(written)
    assert ended.value.code == 2
    *_, told, where = capsys.readouterr().err.splitlines()
    assert told.endswith(said)
    command = " ".join(["steelyard", *written[: written[0] != "runn"]])
    assert where.startswith(f"{command} --help ")


def test_a_word_is_guessed_however_python_lists_what_is_allowed() -> None:
    for allowed in ("'run', 'text'", "run, text"):
        assert _meant(f"argument command: invalid choice: 'runn' (choose from {allowed})").endswith("'run'?")


def test_nothing_is_guessed_for_a_word_that_is_like_no_other(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        read(["zzzzzz"])
    assert "did you mean" not in capsys.readouterr().err


@pytest.mark.parametrize(("where", "code"), [("none/rows.csv", "output-nowhere"), ("", "output-is-folder")])
@pytest.mark.parametrize("command", ["explain", "cleaning"])
def test_a_file_that_has_nowhere_to_be_is_refused_before_anything_is_computed(
    bureau: Bureau, tmp_path: Path, command: str, where: str, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    whom = ["A", "late"] if command == "explain" else []
    assert main([command, str(bureau.root), *whom, "--csv", str(tmp_path / where)]) == 1
    said = capsys.readouterr()
    assert f"错误 [{code}]" in said.err
    assert said.out == ""
    assert list(tmp_path.iterdir()) == []


def test_signs_that_a_terminal_lacks_do_not_stop_the_answer(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.TextIOWrapper(io.BytesIO(), encoding="gbk")
    monkeypatch.setattr(sys, "stdout", screen)
    assert main(["explain", str(bureau.root), "A局", "late"]) == 0
    screen.flush()
    shown = screen.buffer.getvalue().decode("gbk")
    assert "得分 = 40\\u22122 = 38" in shown
