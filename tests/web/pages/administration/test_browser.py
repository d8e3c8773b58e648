"""The pages of administration in a real browser: readable by everybody, and a role given by two people end to end."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from steelyard.web.people.granting.proposing import propose
from steelyard.web.people.models import Grant, GrantState
from steelyard.web.trail.models import Event
from tests.web.browser import Enter, axe, whole
from tests.web.people.world import NOW, TODAY, account, bureau, person, unit, with_role

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = (
    ("system", "/accounts"), ("system", "/accounts/new"), ("system", "/organisation"),
    ("system", "/organisation/upload"),
    ("security", "/grants"), ("security", "/grants/new"), ("records", "/trail"), ("records", "/trail/2"),
    ("records", "/trail/checkpoints"), ("unit", "/own"), ("unit", "/own/delegate"), ("unit", "/own/password"),
)  # fmt: skip


@pytest.fixture(autouse=True)
def _bureau(tmp_path: Path, settings: Any) -> None:
    """Some people, and something that waits for a second person."""
    settings.STEELYARD = replace(settings.STEELYARD, home=tmp_path)
    bureau()
    keeper = with_role("security", None)
    for number, at in enumerate(("A1", "A2", "B1")):
        to = account(f"li{number}", name=f"李{number}", person=person(f"n{number}", unit(at)).code)
        for role in ("unit", "office")[: number + 1]:
            propose(
                account=to,
                role=role,
                unit=unit(at),
                since=TODAY,
                until=None,
                reason="任命〔2026〕1号",
                by=keeper,
                now=NOW,
            )


@pytest.mark.parametrize(("role", "address"), PAGES)
def test_a_page_is_whole_and_readable_by_everybody(enter: Enter, role: str, address: str) -> None:
    page = enter(role, address)
    whole(page)
    _kept(page, role, address)


def test_who_proposed_has_no_button_to_confirm_and_the_second_person_has(enter: Enter) -> None:
    page = enter("security", "/grants?state=proposed", None)
    expect(page.get_by_role("button", name="确认")).to_have_count(0)
    page = enter("system", "/grants?state=proposed")
    page.get_by_role("button", name="确认").first.click()
    expect(page.get_by_text("授权已确认")).to_be_visible()
    assert Grant.objects.filter(role="office", state=GrantState.CONFIRMED).count() == 1
    assert Event.objects.latest("number").act == "grant-confirm"


def test_the_trail_is_verified_by_a_button(enter: Enter) -> None:
    page = enter("records", "/trail")
    page.get_by_role("button", name="核验审计链").click()
    expect(page.get_by_text("每一条都与当时写下的一致")).to_be_visible()
    axe(page)


def _kept(page: Page, role: str, address: str) -> None:
    """For whoever wants to look: ``SHOTS=folder``."""
    import os

    folder = os.environ.get("SHOTS")
    if folder:
        page.screenshot(path=f"{folder}/{role}{address.replace('/', '_')}.png")
