"""The same test on SQLite and on PostgreSQL, with real files, real processes and real races."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker

from steelyard.web.configuration import Configuration, create
from steelyard.web.site.databases import database

KINDS = ("sqlite", "postgresql")


@contextmanager
def site_on(home: Path, url: str = "", **settings: str) -> Iterator[Configuration]:
    """A site with tables of its own. Django's connections, also those of threads, lead to it until the end."""
    configuration = create(home, database=url, **settings)
    before, elsewhere = connections.settings["default"], os.environ.get("STEELYARD_SITE")
    connections["default"].close()
    connections.settings["default"] = connections.configure_settings({"default": database(configuration)})["default"]
    del connections["default"]
    os.environ["STEELYARD_SITE"] = str(home)
    try:
        with override_settings(STEELYARD=configuration):
            call_command("migrate", verbosity=0, interactive=False, run_syncdb=True)
            yield configuration
    finally:
        del os.environ["STEELYARD_SITE"]
        if elsewhere is not None:  # one site inside another
            os.environ["STEELYARD_SITE"] = elsewhere
        connections["default"].close()
        connections.settings["default"] = before
        del connections["default"]


@contextmanager
def fresh(url: str) -> Iterator[str]:
    """An empty database of the server behind a URL; dropped in the end, whoever is still connected to it."""
    import psycopg

    name = f"site_{uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')  # type: ignore[arg-type]
        try:
            yield url.replace("/postgres?", f"/{name}?")
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')  # type: ignore[arg-type]


@pytest.fixture(params=KINDS)
def both(request: pytest.FixtureRequest, tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[Configuration]:
    """A site of its own, once on SQLite and once on PostgreSQL, for races and for other processes."""
    with django_db_blocker.unblock():
        if request.param == "sqlite":
            with site_on(tmp_path / "site") as configuration:
                yield configuration
        else:
            with fresh(request.getfixturevalue("postgres")) as url, site_on(tmp_path / "site", url) as configuration:
                yield configuration


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each came to; all begin at the same moment, each on a connection of its own."""
    gate, found = threading.Barrier(len(acts)), list[Any]()

    def go(act: Callable[[], Any]) -> None:
        gate.wait()
        try:
            found.append(act())
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return found
