"""Another system, as tests play it: a token, and requests with it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from steelyard.web.people.models import Unit
from steelyard.web.people.roles import Role
from steelyard.web.people.tokens import Wanted, issue, pushable
from tests.web.people import world

READING = ("results", "persons", "organisation")


def integrator(at: str | Unit = "P", scopes: tuple[str, ...] = READING) -> str:
    """The text of a token for an account that stands over a unit."""
    account, security = world.with_role(Role.INTEGRATION, at), world.with_role(Role.SECURITY)
    now, place = timezone.now(), world.unit(at) if isinstance(at, str) else at
    tables = [*pushable()] if "facts" in scopes else []
    return issue(account, Wanted("征管系统", scopes, place, now + timedelta(days=30), tables), by=security, now=now)[1]


def get(token: str, path: str) -> Any:
    return Client().get(f"/api/v1/{path}", headers={"authorization": f"Bearer {token}"})


def post(token: str, path: str, content: Any) -> Any:
    headers = {"authorization": f"Bearer {token}"}
    return Client().post(f"/api/v1/{path}", content, "application/json", headers=headers)
