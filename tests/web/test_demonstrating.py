"""The site of the demonstration waits for the run that `steelyard demo` makes beside it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from steelyard.bureau.demo import PLAN
from steelyard.bureau.folder import Bureau
from steelyard.web.site.demonstrating import _awaited


def _run(bureau: Bureau, name: str, written: float) -> Path:
    folder = bureau.runs / f"{PLAN}-2026-{name}"
    folder.mkdir(parents=True)
    for file in ("run.json", "views.json"):
        (folder / file).write_text("{}", "utf-8")
        os.utime(folder / file, (written, written))
    return folder


def test_a_run_of_today_is_taken_before_the_province_is_finished(tmp_path: Path) -> None:
    bureau, begun = Bureau(tmp_path, tmp_path / "record"), time.time()
    _run(bureau, "old", begun - 3600)
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as province:
        new = _run(bureau, "new", begun + 1)
        assert _awaited(bureau, province, begun) == new
        assert province.poll() is None
        province.kill()


def test_without_a_new_run_that_of_an_earlier_start_is_shown_in_the_end(tmp_path: Path) -> None:
    bureau, begun = Bureau(tmp_path, tmp_path / "record"), time.time()
    with subprocess.Popen([sys.executable, "-c", "pass"]) as province:
        assert _awaited(bureau, province, begun) is None
        old = _run(bureau, "old", begun - 3600)
        assert _awaited(bureau, province, begun) == old
