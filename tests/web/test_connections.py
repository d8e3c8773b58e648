"""What the site asks of PostgreSQL: connections are few, however many pages are opened."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

import psycopg
from asgiref.testing import ApplicationCommunicator
from django.core.asgi import get_asgi_application
from pytest_django.plugin import DjangoDbBlocker

from tests.looped import in_a_loop
from tests.web.databases import fresh, site_on

PAGES = 12


async def _asked(application: Any, address: str) -> int:
    """The code of an answer of the application that the server runs."""
    headers = [(b"host", b"localhost"), (b"cookie", b"session=nobody-has-signed-in")]
    scope = {"type": "http", "method": "GET", "path": address, "headers": headers, "query_string": b"",
             "http_version": "1.1"}  # fmt: skip
    asked = ApplicationCommunicator(application, scope)
    await asked.send_input({"type": "http.request"})
    answer = await asked.receive_output(20)
    while (await asked.receive_output(20)).get("more_body"):
        pass
    await asked.wait(20)
    return int(answer["status"])


async def _pages(application: Any) -> set[int]:
    return {await _asked(application, "/") for _ in range(PAGES)}


def test_connections_do_not_add_up_page_after_page(
    postgres: str, tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> None:
    gc.disable()  # whoever waits for a thread to be swept away has run out of connections by then
    try:
        with django_db_blocker.unblock(), fresh(postgres) as url, site_on(tmp_path / "site", url):
            before = _open(url)
            assert in_a_loop(lambda: _pages(get_asgi_application())) == {302}
            assert _open(url) - before <= 1
    finally:
        gc.enable()


def _open(url: str) -> int:
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        return int((found.fetchone() or (0,))[0])
