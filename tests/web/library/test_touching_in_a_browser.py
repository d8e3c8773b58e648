"""Whose personal plans change, beside the form while it is typed, in a real browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from steelyard.web.library.models import Version
from steelyard.web.library.taking import take_up
from tests.web.browser import Enter, axe, whole
from tests.web.cascade.small import handed_down, opened
from tests.web.cascade.test_personal_plan import ASKS
from tests.web.library.test_touching import HEADS, URGED
from tests.web.people.world import NOW, with_role

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_persons_are_told_beside_the_form_while_it_is_typed(enter: Enter, tmp_path: Path, settings: Any) -> None:
    opened(tmp_path, settings, ASKS.replace("confirmed: assignments\n", ""))
    take_up(by=with_role("office"), now=NOW)
    page = enter("office", "/library/people/write?way=text")
    expect(page.locator("#persons-body")).to_contain_text("没有人的个人计划会变")
    typed = page.locator("textarea#text")
    typed.fill(typed.input_value().replace(URGED, HEADS))
    expect(page.locator("#persons-body")).to_contain_text("没有人无承接，也没有人重复承接")
    expect(page.locator("#persons-body th[scope=rowgroup]")).to_have_count(4)
    lefts = page.evaluate(
        "() => [...document.querySelectorAll('#persons-body .under')].map((one) => one.getBoundingClientRect().left)"
    )
    assert len(lefts) > 4, "more lines than persons"
    assert len(set(lefts)) == 1, "and all in one column"
    whole(page)
    assert Version.objects.filter(rule__address="people").count() == 1
    page.goto(f"/cascade/{handed_down().pk}/persons")
    expect(page.get_by_text("以认定为条件").first).to_be_visible()
    axe(page)
