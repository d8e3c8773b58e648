"""Who walks through a site, where to, and a server for the time of the walk."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from django.test import RequestFactory
from django.urls import Resolver404, get_resolver, resolve
from django.utils import timezone

LEFT_OUT = {"logout", "language"}
VISITOR = "visitor", ("nobody", "1")


@contextmanager
def served(home: Path, port: int) -> Iterator[str]:
    """The site on a port of its own, until we are done."""
    command = [sys.executable, "-m", "steelyard.cli", "serve", str(home), "--port", str(port)]
    child, base = subprocess.Popen(command), f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            try:
                urlopen(f"{base}/login", timeout=5).close()
                break
            except OSError:  # not there yet, or busy with its first answer
                time.sleep(0.5)
        yield base
    finally:
        child.terminate()
        child.wait(30)


def sessions() -> Iterator[tuple[str, tuple[str, str]]]:
    """One account of each role with the cookie of a session."""
    from django.conf import settings
    from django.contrib.sessions.backends.db import SessionStore

    from steelyard.web.people.login.visiting import come_in
    from steelyard.web.people.models import Grant
    from steelyard.web.people.roles import Role

    for role in Role.values:
        grant = Grant.objects.filter(role=role, account__is_active=True).select_related("account").first()
        if grant is None:
            continue
        request: Any = RequestFactory().get("/")
        request.session = SessionStore()
        come_in(request, grant.account, timezone.now())
        request.session.save()
        yield role, (settings.SESSION_COOKIE_NAME, request.session.session_key)


def links(page: str) -> Iterator[str]:
    """Where a page leads to within the site."""
    for link in map(unescape, re.findall(r'href="(/[^"#]*)', page)):
        if not link.startswith("/static/"):
            yield link


def name_of(address: str) -> str:
    """The name that an address has in the table of addresses; empty where it has none, or is not to be walked to."""
    path = re.sub(r"^https?://[^/]+|\?.*$", "", address)
    try:
        name = resolve(path).url_name or ""
    except Resolver404:
        return ""
    return "" if name in LEFT_OUT else name


def named() -> set[str]:
    """Every name in the table of addresses."""
    return {name for name in get_resolver().reverse_dict if isinstance(name, str)}
