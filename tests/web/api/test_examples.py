"""The examples of the manual are what a site answered: each is asked again, and the page is old when one differs.

``WRITE=1 pytest tests/web/api/test_examples.py`` writes the page anew.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from steelyard.web.api import facts
from steelyard.web.configuration import Configuration
from steelyard.web.people.tokens import SCOPES
from tests.bureau.small_bureau import bureau, load
from tests.bureau.test_correcting import CASES, FACTS, RULES, UNITS
from tests.lake.intake_office import shared_cage
from tests.web.api.caller import integrator

pytestmark = pytest.mark.django_db
PAGE = Path(__file__).resolve().parents[3] / "docs/api/examples.md"
HEAD = """\
# 接口示例 · Examples of the API

每个例子都由测试真实发出、真实收到；摘要和编号换成了固定的样子。本页由 `tests/web/api/test_examples.py` 写出。
Every example was really asked and answered; digests and keys stand in a fixed form. A test writes this page.
"""
ROW = {"id": "9", "unit": "B", "on": "2026-05-01"}
UNIT = {"code": "D", "name": "丁", "level": "分局", "class": "分局", "valid_from": "2026-01-01"}
REGISTER = {"day": "2026-07-01", "tables": {"units": [UNIT]}}
CHANGING = ((r"[0-9a-f]{64}", "3f…64 hex"), (r"\b[0-9a-f]{32}\b", "KEY"), (r"sy_[\w-]{20,}", "sy_…"))

Asked = tuple[str, str, str, Any, dict[str, str]]


def asked(last: Callable[[], Any]) -> Iterator[Asked]:
    """What for, method, path, body, headers. ``last``: the answer before, where one follows from another."""
    yield "令牌的范围 what the token is good for", "GET", "token", None, {}
    yield "数据表的列 the columns of a table", "GET", "facts/cases", None, {}
    yield "推送一行 push a row, and what it moved", "POST", "facts/cases", {"rows": [ROW]}, {}
    yield "再推一次 the same again: the same batch", "POST", "facts/cases", {"rows": [ROW]}, {}
    late = {"id": "10", "unit": "B", "on": "2026-02-30"}
    yield "不合格的行留下并说明 a row that does not fit", "POST", "facts/cases", {"rows": [late]}, {}
    yield "没有的列 a column that there is not", "POST", "facts/cases", {"rows": [{"colour": "red"}]}, {}
    yield "浮点数 a binary float", "POST", "facts/cases", {"rows": [{"id": 0.1}]}, {"Accept-Language": "en"}
    yield "不是 JSON no JSON", "POST", "facts/cases", "{", {}
    yield "别人的表 a table that is not for the token", "POST", "facts/units", {"rows": [UNIT]}, {}
    yield "没有令牌 no token", "GET", "token", None, {"Authorization": ""}
    yield "不接受的方法 a method that is not taken", "DELETE", "token", None, {}
    yield "已公布的版本（还没有）published versions, none yet", "GET", "versions", None, {}
    yield "没有的版本 no such version", "GET", "versions/9/units", None, {}
    yield "机构 units", "GET", "organisation/units?size=2", None, {}
    yield "人员 persons", "GET", "organisation/persons?size=2", None, {}
    yield "报送并预演 submit and try", "POST", "organisation/imports", REGISTER, {}
    sent = last()
    yield "再读一次报送 read it again", "GET", f"organisation/imports/{sent['key']}", None, {}
    yield (
        "令牌不能自行采用机构变动 units wait for a human being", "POST", f"organisation/imports/{sent['key']}/apply",
        {"digest": sent["digest"]}, {},
    )  # fmt: skip
    wrong = {**REGISTER, "tables": {"units": [{**UNIT, "valid_from": "2026-02-30"}]}}
    yield "登记册有误 a register with a mistake", "POST", "organisation/imports", wrong, {}


@pytest.fixture
def token(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    made = bureau(tmp_path, FACTS, RULES)
    load(made, {"units.csv": UNITS, "cases1.csv": CASES})
    settings.STEELYARD = Configuration(tmp_path / "site", bureau=str(made.root), record=str(made.record), live="all")
    facts.live.cache_clear()
    monkeypatch.setattr(facts, "cage", shared_cage)
    now = datetime(2027, 1, 4, 1, 0, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: now)
    facts.live().open()
    return integrator("P", SCOPES)


def test_every_example_is_what_a_site_answers(token: str) -> None:
    told, answers = [HEAD], list[Any]()
    for words, method, path, body, headers in asked(lambda: answers[-1]):
        sent = body if isinstance(body, str) else json.dumps(body)
        given = {"authorization": f"Bearer {token}", **{name.lower(): value for name, value in headers.items()}}
        more = {} if body is None else {"data": sent, "content_type": "application/json"}
        answer: Any = Client().generic(method, f"/api/v1/{path}", headers=given, **more)  # type: ignore[arg-type]
        answers.append(answer.json())
        told.append(_example(words, method, path, body, headers, answer))
    page = "".join(told)
    if os.environ.get("WRITE"):
        PAGE.write_text(page, "utf8")
    assert page == PAGE.read_text("utf8")


def _example(words: str, method: str, path: str, body: Any, headers: dict[str, str], answer: Any) -> str:
    extra = "".join(f"\n{name}: {value}" for name, value in headers.items() if value)
    sent = "" if body is None else "\n\n" + (body if isinstance(body, str) else _pretty(body))
    asked = _fixed(f"{method} /api/v1/{path}{extra}{sent}")
    got = _fixed(_pretty(answer.json()))
    return f"\n## {words}\n\n```http\n{asked}\n```\n\n{answer.status_code}\n\n```json\n{got}\n```\n"


def _pretty(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)


def _fixed(text: str) -> str:
    for pattern, put in CHANGING:
        text = re.sub(pattern, put, text)
    return text
