"""制度文件 in the library: what a change of it would do to the indicators that rest on it."""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any

import pytest

from steelyard.web.configuration import Configuration
from tests.bureau import small_bureau
from tests.bureau.test_correcting import FACTS, RULES
from tests.web.library.test_library_pages import signed

DOCUMENT = """document: measures
name: 办法
issuer: 省局
since: 2026-01-01
clauses:
  - {clause: 第五条, text: 按时办结, assesses: [办结], risks: [拖延]}
  - {clause: 第六条, text: 归档, until: 2026-06-30}
"""
BOOK = "\n---\n".join([RULES.replace("name: 办结\n", "name: 办结\nbasis: 《办法》第五条\n"), DOCUMENT])


@pytest.fixture
def site(db: None, tmp_path: Path, settings: Any) -> None:  # noqa: ARG001  tables must be there
    made = small_bureau.bureau(tmp_path, FACTS, BOOK)
    settings.STEELYARD = Configuration(tmp_path, bureau=str(made.root), record=str(made.record))


@pytest.mark.usefixtures("site")
def test_a_clause_that_is_repealed_in_the_library_is_told_before_it_is_adopted() -> None:
    office = signed("office")
    office.post("/library/take")
    repealed = DOCUMENT.replace("第五条, text: 按时办结,", "第五条, text: 按时办结, until: 2025-12-31,")
    said = html.unescape(
        office.post("/library/measures/write", {"text": repealed, "base": 1, "check": 1}).content.decode()
    )
    assert "指标“办结”" in said
    assert "已于 2025-12-31 失效" in said
