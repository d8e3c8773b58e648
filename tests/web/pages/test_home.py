"""The first page after signing in."""

from __future__ import annotations

from typing import Any

from django.test import Client

from tests.web.people import world


def test_every_part_that_somebody_may_open_is_a_door(client: Client, signed_in: Any) -> None:
    signed_in(client, "system")
    page = client.get("/").content.decode()
    assert "系统管理员" in page
    assert 'href="/style"' in page


def test_an_account_without_a_role_is_told_whom_to_ask(client: Client, db: None) -> None:  # noqa: ARG001
    world.sign_in(client, world.account("newcomer"))
    page = client.get("/").content.decode()
    assert "尚无生效的角色" in page
    assert "请联系系统管理员和安全管理员授权" in page
