"""The pages of tokens: made once, shown once, ended at once; and readable by everybody."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from steelyard.web.people.models import Token
from steelyard.web.people.tokens import good
from steelyard.web.trail.models import Event
from tests.web.browser import OFFICE, WIDE, Enter, axe
from tests.web.people.world import bureau, sign_in, with_role

pytestmark = pytest.mark.django_db(transaction=True)
RULES = Path(__file__).resolve().parents[4] / "examples" / "province"


@pytest.fixture(autouse=True)
def _bureau(tmp_path: Path, settings: Any) -> None:
    settings.STEELYARD = replace(settings.STEELYARD, home=tmp_path / "site", bureau=str(RULES), record=str(tmp_path))
    bureau()
    with_role("integration", "P")


def filled(**more: Any) -> dict[str, Any]:
    """The form, as somebody would send it."""
    usual = {"account": "integration-p", "name": "征管系统", "scopes": ["results", "organisation"], "unit": "A"}
    return {**usual, "until": (timezone.localdate() + timedelta(days=30)).isoformat(), **more}


def keeper(role: str = "security") -> Client:
    client = Client()
    sign_in(client, with_role(role, None))
    return client


def test_a_token_is_shown_once_and_never_again() -> None:
    client = keeper()
    page = client.post("/tokens/new", filled())
    token = Token.objects.get()
    text = page.content.decode().split('value="sy_')[1].split('"')[0]
    assert good(f"sy_{text}", timezone.now()) == token
    assert (token.unit_id, token.scopes) == ("A", ["organisation", "results"])
    assert text not in client.get("/tokens").content.decode()
    assert "征管系统" in client.get("/tokens").content.decode()
    assert text not in str(list(Event.objects.values()))


def test_a_token_is_good_until_midnight_of_the_bureau(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not a second less, wherever the machine's clock stands: 16:00 UTC ends the day in China."""
    midnight = datetime(2026, 11, 24, 16, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: midnight - timedelta(hours=1))
    page = keeper().post("/tokens/new", filled(until="2026-11-24"))
    text = "sy_" + page.content.decode().split('value="sy_')[1].split('"')[0]
    assert good(text, midnight - timedelta(milliseconds=1)) == Token.objects.get()
    assert good(text, midnight) is None


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ({"account": "nobody"}, "没有这样的账号"),
        ({"unit": "Z9"}, "没有这个单位"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["facts"]}, "写明是哪几张数据表"),
        ({"until": "2020-01-01"}, "到期日不能早于今天"),
        ({"until": str(timezone.localdate() + timedelta(days=367))}, "最长 366 天"),
        ({"scopes": ["register"]}, "覆盖最上级单位"),
    ],
)
def test_what_is_wrong_is_told_on_the_form_and_no_token_is_made(more: dict[str, Any], word: str) -> None:
    page = keeper().post("/tokens/new", filled(**more))
    assert page.status_code == 422
    assert word in page.content.decode()
    assert not Token.objects.exists()


def test_a_token_may_last_its_366_days() -> None:
    keeper().post("/tokens/new", filled(until=str(timezone.localdate() + timedelta(days=366))))
    assert Token.objects.count() == 1


def test_nothing_is_chosen_beforehand() -> None:
    assert "checked" not in keeper().get("/tokens/new").content.decode()


def test_whoever_has_not_shown_himself_lately_is_asked_again() -> None:
    client = keeper()
    session = client.session
    session["proved"] = 0
    for name in list(session.keys()):
        if name not in ("_auth_user_id", "_auth_user_backend", "_auth_user_hash", "visit"):
            session[name] = 0
    session.save()
    answer = client.post("/tokens/new", filled())
    assert (answer.status_code, Token.objects.count()) == (302, 0)


def test_the_system_administrator_ends_a_token_but_makes_none() -> None:
    keeper().post("/tokens/new", filled())
    system = keeper("system")
    assert system.post("/tokens/new", filled()).status_code == 404
    assert system.post(f"/tokens/{Token.objects.get().pk}/end").status_code == 302
    assert Token.objects.get().ended_at is not None
    assert "已作废" in system.get("/tokens?state=off").content.decode()
    assert [one.act for one in Event.objects.order_by("number")][-2:] == ["token-new", "token-end"]


def test_from_the_form_to_the_token_and_to_its_end_in_a_browser(enter: Enter) -> None:
    page = enter("security", "/tokens/new", None)
    page.get_by_label("账号（用户名）").fill("integration-p")
    page.get_by_label("用在哪个系统").fill("电子税务局")
    page.get_by_label("推送业务数据").check()
    page.get_by_label("service").check()
    page.get_by_label("范围：").fill("P")
    _looked_at(page, "token-new")
    page.get_by_role("button", name="发放").click()
    shown = page.get_by_label("令牌", exact=True)
    expect(shown).to_have_value(re.compile("^sy_.{40}"))
    expect(page.get_by_role("button", name="复制")).to_be_visible()
    _looked_at(page, "token")
    page.get_by_role("link", name="已保存").click()
    expect(page.get_by_text("电子税务局")).to_be_visible()
    _looked_at(page, "tokens")
    page.get_by_role("button", name="作废 电子税务局").click()
    expect(page.get_by_text("令牌已作废")).to_be_visible()
    page.goto("/tokens?state=off")
    expect(page.get_by_text("已作废")).to_be_visible()


def _looked_at(page: Page, name: str) -> None:
    """Readable by everybody in both sizes; ``SHOTS=folder`` keeps the pictures."""
    for size in (WIDE, OFFICE):
        page.set_viewport_size(size)
        axe(page)
        wide = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0
        if folder := os.environ.get("SHOTS"):
            page.screenshot(path=f"{folder}/{name}-{size['width']}.png")
