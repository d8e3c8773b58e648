"""What somebody sees when the machine fails: words and an exit code, never a traceback, nothing that looks finished."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from steelyard.bureau.folder import Bureau
from steelyard.bureau.sheets import publishing
from steelyard.cli import main

QUICK = ("--sheets", "none")
NOBODY = 65534


@pytest.fixture
def own(bureau: Bureau) -> Iterator[Path]:
    """A copy of the bureau that everybody may reach, and only its owner may write to."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        yield Path(shutil.copytree(bureau.root, Path(folder) / "home"))


@pytest.fixture
def reader(own: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Path]:
    """The same, seen by somebody who may only read; what the program loads late is loaded before."""
    assert main(["explain", str(own), "A局", "late", "--period", "2026"]) == 0
    capsys.readouterr()
    for path in [own, *own.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    was = os.geteuid()
    if was == 0:
        os.seteuid(NOBODY)
    yield own
    os.seteuid(was)
    for path in [own, *own.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)


def test_a_record_that_cannot_be_written_can_still_be_asked(reader: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert sorted(path.name for path in (reader / "record").glob("ledger*")) == ["ledger.sqlite"]
    assert main(["explain", str(reader), "A局", "late", "--period", "2026"]) == 0
    assert "得分 = 40−2 = 38" in capsys.readouterr().out


def test_a_run_is_replayed_from_where_nothing_can_be_written(
    own: Path, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", str(own), *QUICK]) == 0
    request.getfixturevalue("reader")
    (folder,) = (own / "runs").iterdir()
    assert main(["replay", str(folder)]) == 0
    assert "一致" in capsys.readouterr().out


def test_batches_that_wait_in_the_journal_are_not_passed_over(reader: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.seteuid(os.getuid())
    (reader / "record/ledger.sqlite-wal").write_bytes(b"x" * 100)
    (reader / "record/ledger.sqlite-wal").chmod(0o444)
    if os.getuid() == 0:
        os.seteuid(NOBODY)
    assert main(["explain", str(reader), "A局", "late", "--period", "2026"]) == 3
    assert "ledger.sqlite" in capsys.readouterr().err


def test_nothing_is_taken_in_where_nothing_can_be_written(reader: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["intake", str(reader), str(reader / "files")]) == 3
    shown = capsys.readouterr()
    assert "机器故障" in shown.err
    assert "Traceback" not in shown.err + shown.out


def test_a_ledger_that_is_no_database_is_named(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (own / "record/ledger.sqlite").write_bytes(b"not a database" * 100)
    assert main(["run", str(own), *QUICK]) == 1
    assert "[ledger-unreadable]" in capsys.readouterr().err


def test_a_full_disk_under_the_ledger_is_the_machines_fault(
    own: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(sqlite3, "connect", full)
    assert main(["run", str(own), *QUICK]) == 3
    assert "database or disk is full" in capsys.readouterr().err


@pytest.mark.parametrize("file", ["results.csv", "results.xlsx"])
def test_a_run_whose_tables_could_not_be_written_does_not_look_finished(
    own: Path, file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", str(own), *QUICK]) == 0
    (folder,) = (own / "runs").iterdir()
    shutil.rmtree(folder)
    (folder / file).mkdir(parents=True)  # as good as a disk that refuses this one file
    assert main(["run", str(own), *QUICK]) == 3
    assert "机器故障" in capsys.readouterr().err
    assert (folder / "scores.parquet").is_file()
    assert not (folder / "run.json").exists()
    assert main(["replay", str(folder)]) == 1
    (folder / file).rmdir()
    assert main(["run", str(own), *QUICK]) == 0
    assert (folder / "run.json").is_file()


def test_a_run_that_is_stopped_says_so(
    own: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stopped(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(publishing, "Results", stopped)
    assert main(["run", str(own), *QUICK]) == 130
    assert "已中断" in capsys.readouterr().err.splitlines()[-1]


@pytest.mark.parametrize("written", ["{", "{}", "[]", '{"run": 1}', "\udcff"])
def test_a_damaged_manifest_is_named_with_what_to_do(
    own: Path, written: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", str(own), *QUICK]) == 0
    (folder,) = (own / "runs").iterdir()
    (folder / "run.json").write_text(written, "utf-8", "surrogateescape")
    for command in (["run", str(own), *QUICK], ["replay", str(folder)]):
        assert main(command) == 1
        said = capsys.readouterr().err
        assert f"{folder}/run.json: 错误 [run-damaged]" in said
        assert "steelyard run" in said


@pytest.mark.parametrize("command", ["replay", "recount", "proof"])
@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("known_at", ...),
        ("known_at", "never"),
        ("known_at", 3),
        ("structure", "soon"),
        ("structure", 2026),
        ("plan", 1),
    ],
)
def test_a_manifest_that_lacks_a_time_is_named_by_whoever_repeats_the_run(
    own: Path, command: str, key: str, value: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", str(own), *QUICK]) == 0
    (folder,) = (own / "runs").iterdir()
    manifest = json.loads((folder / "run.json").read_text("utf-8"))
    manifest.pop(key, None)
    (folder / "run.json").write_text(json.dumps(manifest if value is ... else {**manifest, key: value}), "utf-8")
    capsys.readouterr()
    more = {"recount": ["--seed", "1"], "proof": ["A", "-o", str(own / "proof.json")]}
    assert main([command, str(folder), *more.get(command, [])]) == 1
    assert f"{folder}/run.json: 错误 [run-damaged] 运行文件夹里的 run.json 已损坏（{key}）" in capsys.readouterr().err


@pytest.mark.parametrize("written", ["{", "{}", '{"rules": [], "facts": [["a"]]}'])
def test_damaged_rules_of_a_run_are_named(own: Path, written: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(own), *QUICK]) == 0
    (folder,) = (own / "runs").iterdir()
    (folder / "rules.json").write_text(written, "utf-8")
    assert main(["replay", str(folder)]) == 1
    assert f"{folder}/rules.json: 错误 [run-damaged]" in capsys.readouterr().err


@pytest.mark.parametrize(("spoil", "code"), [(True, "record-file-changed"), (False, "record-file-missing")])
@pytest.mark.parametrize("command", ["run", "explain", "replay", "cleaning"])
def test_a_damaged_record_is_named_with_the_batch(
    own: Path, command: str, spoil: bool, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", str(own), *QUICK]) == 0
    (run,), (file,) = (own / "runs").iterdir(), (own / "record/facts/filing").iterdir()
    shutil.rmtree(own / "record/prepared")
    if spoil:
        file.write_bytes(file.read_bytes()[:300])
    else:
        file.unlink()
    capsys.readouterr()
    words = {"run": [str(own), *QUICK], "explain": [str(own), "A", "late", "--rows"], "replay": [str(run)]}
    assert main([command, *words.get(command, [str(own)])]) == 1
    said = capsys.readouterr()
    assert f"{file.relative_to(own / 'record')}: 错误 [{code}] 第 2 批" in said.err
    assert said.out == ""
