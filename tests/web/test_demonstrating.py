"""The site of the demonstration waits for the run that `steelyard demo` makes beside it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from steelyard.bureau.demo import PLAN
from steelyard.bureau.folder import Bureau
from steelyard.web.people.models import Account
from steelyard.web.site.demonstrating import ACCOUNTS, _awaited, _fill
from tests.web.people.world import account


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


@pytest.mark.django_db
def test_a_site_that_was_ended_while_it_was_filled_is_begun_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def filled(*_: Any) -> list[Any]:
        account("office")
        return []

    def ended(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("steelyard.web.site.demonstration.fill", filled)
    monkeypatch.setattr("steelyard.web.site.demonstration.put_to_work", lambda *_: None)
    monkeypatch.setattr("steelyard.web.site.shown.planning.shown", lambda *_: None)
    monkeypatch.setattr("steelyard.web.site.shown.cascading.shown", lambda *_, **__: None)
    monkeypatch.setattr("steelyard.web.site.shown.entering.shown", ended)
    with pytest.raises(KeyboardInterrupt):
        _fill(tmp_path, tmp_path)
    assert not Account.objects.exists()
    monkeypatch.setattr("steelyard.web.site.shown.entering.shown", lambda *_: None)
    _fill(tmp_path, tmp_path)
    (tmp_path / ACCOUNTS).unlink()  # somebody may have worked in it: it is left alone, and told so
    with pytest.raises(SystemExit, match=ACCOUNTS):
        _fill(tmp_path, tmp_path)
