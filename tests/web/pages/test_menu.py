"""Menus show what somebody may open, mark where he is, and lead back."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import resolve, reverse

from steelyard.web.pages.menu import ACCOUNT, BELLS, TOPS, Menu, menu
from steelyard.web.people.deciding import policy


def menu_of(client: Client, address: str) -> Menu:
    return client.get(address).context["menu"]  # type: ignore[no-any-return]


def names(shown: Menu) -> set[str]:
    return {entry.name for top in shown.tops for group in top.groups for entry in group.entries}


def test_a_visitor_has_no_menu() -> None:
    assert menu(RequestFactory().get("/")) == {"menu": Menu()}


def test_only_what_somebody_may_open_is_shown(client: Client, signed_in: Any) -> None:
    signed_in(client, "officer", "A1")
    assert "style" not in names(menu_of(client, "/"))
    signed_in(client, "system")
    assert "style" in names(menu_of(client, "/"))


def test_where_we_are_is_marked_and_leads_back(client: Client, signed_in: Any) -> None:
    signed_in(client, "system")
    shown = menu_of(client, "/style")
    assert [top.words.zh for top in shown.tops if top.here] == ["系统管理"]
    assert shown.heading.zh == "零件一览"
    assert [(crumb.words.zh, crumb.url) for crumb in shown.crumbs][-1] == ("零件一览", "")
    assert tuple(role.zh for role in shown.roles) == ("系统管理员",)


@pytest.mark.parametrize(
    "entry",
    [*(one for top in TOPS for group in top.groups for one in group.entries), *ACCOUNT, *BELLS],
    ids=lambda one: one.name,
)
def test_every_line_of_a_menu_leads_to_a_page_that_the_policy_knows(entry: Any) -> None:
    assert resolve(reverse(entry.name)).url_name == entry.name
    assert entry.name in policy()
    assert entry.words.en
    assert sorted(set(entry.below) - set(policy())) == []
