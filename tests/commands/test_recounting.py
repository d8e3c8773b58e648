"""``steelyard recount``: a drawn cell that is not what was published is found, and the words say how sure that is."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from steelyard.bureau.asking import recounting
from steelyard.bureau.folder import Bureau
from steelyard.cli import main
from steelyard.engine.problems import Refused
from steelyard.lake.runners import prepared


@pytest.fixture(scope="module")
def published(bureau: Bureau) -> Path:
    assert main(["run", str(bureau.root), "--sheets", "none"]) == 0
    (run,) = bureau.runs.glob("year-2026-*")
    return run


@pytest.fixture
def run(published: Path, bureau: Bureau, tmp_path: Path) -> Path:
    """The run and its record in a place of their own."""
    shutil.copytree(bureau.record, tmp_path / "record")
    return Path(shutil.copytree(published, tmp_path / "runs" / published.name))


@pytest.fixture
def recounted(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, Any]]:
    def ask(run: Path, *more: str) -> tuple[int, Any]:
        capsys.readouterr()
        code = main(["--json", "recount", str(run), *more])
        return code, json.loads(capsys.readouterr().out)

    return ask


def test_a_sound_run_is_weighed_again_in_plain_words(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["recount", str(run), "--seed", "2027-01-10", "--sample", "4"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"运行 {run.name}：共 10 个单元（单位×指标×周期），以种子“2027-01-10”抽 4 个，由独立复核器重新计算",
        "一致 4 个，不一致 0 个",
        "有 95% 的把握：全部单元中有误的不超过 52.72%，即至多 5 个",
    ]


def test_the_seed_decides_the_cells_and_a_longer_list_begins_with_the_shorter(
    run: Path, recounted: Callable[..., tuple[int, Any]]
) -> None:
    four = recounted(run, "--seed", "a", "--sample", "4")[1]["checked"]
    assert recounted(run, "--seed", "a", "--sample", "6")[1]["checked"][:4] == four
    assert recounted(run, "--seed", "b", "--sample", "4")[1]["checked"] != four
    assert all(cell.startswith("2026/") for cell in four)


def test_without_a_number_enough_are_drawn_to_meet_one_wrong_cell_in_a_hundred(
    run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--language", "en", "recount", str(run), "--seed", "a"]) == 0
    assert "every cell was weighed again: exactly 0 are wrong" in capsys.readouterr().out


def test_a_table_changed_after_the_run_is_found(run: Path, recounted: Callable[..., tuple[int, Any]]) -> None:
    table = pq.read_table(run / "indicators.parquet")
    rows = table.to_pylist()
    rows[3]["points"] += 1
    pq.write_table(pa.Table.from_pylist(rows, table.schema), run / "indicators.parquet")
    code, found = recounted(run, "--seed", "a", "--sample", "10")
    (wrong,) = found["wrong"]
    assert code == 1
    assert (wrong["unit"], wrong["indicator"]) == (rows[3]["unit"], rows[3]["indicator"])
    assert wrong["differences"] == ["indicators.parquet points: 35.000000000000 ≠ 34"]
    assert found["cells_at_most"] == 1


def test_what_the_verifier_says_against_a_proof_counts_as_wrong(
    run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A mistake of the program that wrote the scores would show like this."""
    monkeypatch.setattr(recounting, "canonical", lambda bundle: json.dumps(bundle).encode())
    assert main(["recount", str(run), "--seed", "a", "--sample", "1"]) == 1
    said = capsys.readouterr().out
    assert "一致 0 个，不一致 1 个" in said
    assert "不能复核" in said
    assert said.splitlines()[-1] == "查清并更正以上各处之前，不宜公布"


def test_a_record_that_was_changed_is_refused(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    raw = next(path for path in (run.parent.parent / "record/raw").rglob("*") if path.is_file())
    raw.write_bytes(raw.read_bytes() + b" ")
    assert main(["recount", str(run), "--seed", "a"]) == 1
    assert "record-file-changed" in capsys.readouterr().err


def test_what_lies_ready_for_reading_is_not_believed(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever can write beside the record can write a checksum as well."""
    ready = [*(run.parent.parent / "record/prepared").rglob("*.arrow")]
    assert ready
    for column in ready:
        rows = prepared._ready(column)
        assert rows is not None
        prepared._keep(rows.take(pa.array([0] * rows.num_rows)), column)
    assert main(["recount", str(run), "--seed", "a", "--sample", "10"]) == 0
    assert "一致 10 个，不一致 0 个" in capsys.readouterr().out


def test_what_is_no_run_or_lacks_its_tables_is_refused(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["recount", str(run.parent), "--seed", "a"]) == 1
    (run / "indicators.parquet").unlink()
    assert main(["recount", str(run), "--seed", "a"]) == 1
    assert capsys.readouterr().err.count("run-missing") == 2


def test_the_verifier_must_be_there(
    run: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(recounting.steelyard, "__file__", str(tmp_path / "a/b/__init__.py"))
    assert main(["recount", str(run), "--seed", "a"]) == 1
    assert "recount-no-verifier" in capsys.readouterr().err


def test_a_sample_of_nothing_proves_nothing(run: Path) -> None:
    with pytest.raises(SystemExit):
        main(["recount", str(run), "--seed", "a", "--sample", "0"])
    with pytest.raises(Refused, match="recount-impossible"):
        recounting.recount(run, None, 0, "a")


@pytest.mark.parametrize("how", ["cut", "unit", "period"])
def test_a_damaged_table_of_the_run_is_named(run: Path, how: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = run / "indicators.parquet"
    if how == "cut":
        path.write_bytes(path.read_bytes()[:300])
    else:
        pq.write_table(pq.read_table(path).drop_columns([how]), path)
    capsys.readouterr()
    assert main(["recount", str(run), "--seed", "1"]) == 1
    assert f"{path}: 错误 [run-damaged]" in capsys.readouterr().err
