"""What tests of the site share: both databases, the small province, cheap passwords, and people who have signed in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from steelyard.web.people.models import Account, Unit
from tests.web.browser import browser as browser
from tests.web.browser import enter as enter
from tests.web.browser import live as live
from tests.web.browser import page as page
from tests.web.databases import both as both
from tests.web.people import world
from tests.web.province import Province, made

SignedIn = Callable[..., Account]


@pytest.fixture(autouse=True)
def _cheap(settings: Any) -> None:
    """Passwords of tests are no secrets; those about hashing choose their own. Pages find plain static files."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = False
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = "session", "csrf"
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture
def signed_in(db: None) -> SignedIn:  # noqa: ARG001  tables must be there
    """``signed_in(client, role, unit)``: the client belongs to an account with this role over a unit (code or row)."""

    def of(client: Client, role: str, unit: Unit | str | None = "P") -> Account:
        return world.signed_in(client, role, unit)

    return of


@pytest.fixture(scope="session")
def province(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Province:
    """Made once for all workers of one session."""
    base = tmp_path_factory.getbasetemp()
    home = (base if worker_id == "master" else base.parent) / "province"
    home.mkdir(exist_ok=True)
    return made(home)
