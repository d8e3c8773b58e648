"""The office's pages in a real browser: an upload whose progress is seen without a reload."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests.bureau.four_branches import FACTS, RULES, UNITS
from tests.bureau.small_bureau import bureau as written
from tests.web.cycles.office import work


@pytest.fixture
def inbox(tmp_path: Path) -> Iterator[Path]:
    before = settings.STEELYARD
    made = written(tmp_path, FACTS, RULES)
    made.record.mkdir(parents=True)
    settings.STEELYARD = replace(before, home=tmp_path, bureau=str(made.root), record=str(made.record))
    yield tmp_path
    settings.STEELYARD = before


def test_a_file_is_brought_and_its_job_tells_by_itself_when_it_is_done(inbox: Path, enter: Any) -> None:
    path = inbox / "units.csv"
    path.write_text(UNITS, "utf-8")
    page = enter("office", "/deliver")
    page.set_input_files("#files", str(path))
    page.get_by_role("button", name="上传并装载").click()
    page.get_by_text("等待", exact=True).wait_for()
    work()
    page.get_by_text("第 1 批报告").wait_for()
    page.get_by_text("第 1 批报告").click()
    page.get_by_text("每一行都采用了").wait_for()
