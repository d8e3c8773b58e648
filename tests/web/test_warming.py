"""What workers read before they answer anybody; and that what was read once is read again when it has changed."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from steelyard.bureau import folder
from steelyard.bureau.folder import Bureau
from steelyard.engine.problems import Refused
from steelyard.web.configuration import Configuration
from steelyard.web.site.warming import beforehand, warm
from tests.looped import in_a_loop
from tests.web.promises import rows
from tests.web.promises.bureau import behind


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


@pytest.mark.django_db
def test_after_warming_nobody_waits_for_rules_declarations_or_the_latest_results(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = behind(settings, tmp_path)
    rows.placed()
    rows.versions()
    monkeypatch.setattr("steelyard.web.site.warming.connections.close_all", lambda: None)
    warm()
    reading = "read again"
    for name in ("read_book", "tables_of"):
        monkeypatch.setattr(folder, name, lambda *_: pytest.fail(reading))
    monkeypatch.setattr("steelyard.web.people.registering.register.organisation", lambda *_: pytest.fail(reading))
    monkeypatch.setattr("steelyard.bureau.views.reading.gzip.decompress", lambda *_: pytest.fail(reading))
    warm()
    assert made.bureau.book().plans.keys() == {"units"}
    assert gc.get_freeze_count() > 0


@pytest.mark.django_db
def test_a_site_with_nothing_behind_it_is_served_all_the_same(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.STEELYARD = Configuration(tmp_path)
    monkeypatch.setattr("steelyard.web.site.warming.connections.close_all", lambda: None)
    warm()
    assert gc.get_freeze_count() > 0


@pytest.mark.django_db(transaction=True)
def test_a_server_reads_inside_its_event_loop_without_being_refused(
    tmp_path: Path, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    behind(settings, tmp_path)
    rows.placed()
    rows.versions()
    caplog.set_level("INFO", "steelyard.warming")

    async def served() -> None:
        beforehand()

    in_a_loop(served)
    assert caplog.messages == []


def test_rules_that_were_changed_are_read_anew(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "book.yaml").write_text("book: 甲\n", "utf-8")
    refused = _refusal(Bureau(tmp_path))
    assert _refusal(Bureau(tmp_path)) == refused, "what is refused is refused again"
    (tmp_path / "rules" / "book.yaml").write_text("nonsense: 1\n", "utf-8")
    assert _refusal(Bureau(tmp_path)) != refused


def _refusal(bureau: Bureau) -> str:
    try:
        return f"read: {sorted(bureau.book().plans)}"
    except Refused as refused:
        return str([problem.code for problem in refused.problems])
