"""Temporary folders of a process that was killed are swept by the next start, and only those."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from steelyard.lake.intake.cage import Cage
from steelyard.lake.runners import duckdb_runner
from steelyard.lake.scratch import Scratch, beside

HOLD = """
import sys
from steelyard.lake.intake.cage import Cage
cage = Cage()
(cage._folder.path / "left.txt").write_text("half done")
print(cage._folder.path, flush=True)
sys.stdin.read()
"""

SPILL = """
import sys
from steelyard.lake.runners import duckdb_runner
runner = duckdb_runner.connect({})
((setting,),) = runner._connection.execute("SELECT current_setting('temp_directory')").fetchall()
open(setting + "/left.tmp", "w").write("spilled")
print(setting, flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What stands for /tmp here, and in the processes that are started."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return tmp_path


def started(program: str = HOLD, *more: str) -> tuple[subprocess.Popen[str], Path]:
    child = subprocess.Popen(
        [sys.executable, "-c", program, *more], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout
    return child, Path(child.stdout.readline().strip())


def test_what_a_killed_process_left_is_swept_by_the_next_start_and_nothing_else() -> None:
    killed, left = started()
    alive, held = started()
    killed.send_signal(signal.SIGKILL)
    killed.wait(30)
    assert (left / "left.txt").exists()
    with Cage() as cage:
        assert not left.exists()
        assert (held / "left.txt").exists()
        assert cage._folder.path.is_dir()
        names = sorted(path.name for path in held.parent.iterdir())
    assert names == sorted(
        [".lock", *(f"{path.name}{end}" for path in (held, cage._folder.path) for end in ("", ".lock"))]
    )
    alive.communicate("", timeout=30)
    assert not held.exists()  # it ended by itself and cleared up


def test_what_a_killed_database_spilled_is_swept_by_the_next_one() -> None:
    killed, left = started(SPILL)
    killed.send_signal(signal.SIGKILL)
    killed.wait(30)
    assert (left / "left.tmp").exists()
    with duckdb_runner.connect({}):
        assert not left.exists()


def test_a_folder_that_is_closed_leaves_nothing() -> None:
    scratch = Scratch("trial")
    (scratch.path / "a").write_text("a", "utf-8")
    scratch.close()
    scratch.close()
    assert [path.name for path in scratch.path.parent.iterdir()] == [".lock"]


BESIDE = """
import sys
from pathlib import Path
from steelyard.lake.scratch import beside
with beside(Path(sys.argv[-1]), "push") as folder:
    (folder / "left.csv").write_text("half done")
    print(folder, flush=True)
    sys.stdin.read()
"""


def test_what_was_copied_beside_the_record_is_swept_as_well(temporary: Path) -> None:
    record = temporary / "kept" / "record"
    killed, left = started(BESIDE, str(record))
    killed.send_signal(signal.SIGKILL)
    killed.wait(30)
    assert (left / "left.csv").exists()
    assert left.parent.parent == record.parent
    with beside(record, "preview") as folder:
        assert folder.stat().st_mode & 0o077 == 0
        assert not left.exists()
    assert [path.name for path in left.parent.iterdir()] == [".lock"]


def test_what_people_keep_beside_the_record_stays(temporary: Path) -> None:
    """The record lies in a folder of the bureau's own, where there may be anything."""
    record = temporary / "kept" / "record"
    with beside(record, "push") as folder:
        homes = [folder.parent, *(record.parent / name for name in ("temp", "tmp", "drafts"))]
    kept = [home / "mine" / "a.txt" for home in homes] + [home / "a.lock" for home in homes[1:]]
    for path in kept:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("a", "utf-8")
    with beside(record, "push"):
        assert [path for path in kept if not path.exists()] == []


def test_a_folder_that_somebody_else_prepared_is_not_trusted(temporary: Path) -> None:
    scratch = Scratch("trial")
    home = scratch.path.parent
    scratch.close()
    home.chmod(0o777)
    other = Scratch("trial")
    assert other.path.parent != home
    assert other.path.parent.parent == temporary
    other.close()
