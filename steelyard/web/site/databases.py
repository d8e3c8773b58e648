"""SQLite in the home folder by default, PostgreSQL by its URL: the same code on both."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.db import Error, connection

from steelyard.engine.problems import CATALOGUE, refuse
from steelyard.web.configuration import Configuration

CATALOGUE.add(
    {
        "database-unusable": (
            "数据库不能用：{reason}；请检查数据库是否已启动、site.toml 的 database 是否写对、其中的用户是否有权限",
            "the database cannot be used: {reason}; check whether it is running, whether database of site.toml is "
            "right, and what its user may do",
        ),
    }
)
PATIENCE = 10
"""Seconds after which a server that says nothing is believed to be away."""


def database(configuration: Configuration) -> dict[str, Any]:
    return _postgres(configuration.database) if configuration.database else _sqlite(configuration)


def _sqlite(configuration: Configuration) -> dict[str, Any]:
    """Every writer waits for its turn from the first statement on; nothing acknowledged is lost with the power."""
    pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON;"
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": configuration.home / "site.sqlite3",
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": pragmas},
    }


def _postgres(url: str) -> dict[str, Any]:
    """A connection lasts for one request. Every request has a thread of its own, with which a kept connection would be
    lost to all others but still open: a hundred pages later the server takes nobody any more."""
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": dict(parse_qsl(parts.query)).get("host", parts.hostname or ""),
        "PORT": parts.port or "",
        "OPTIONS": {"connect_timeout": PATIENCE},
        "CONN_MAX_AGE": 0,
    }


@contextmanager
def reached() -> Iterator[None]:
    """Around what a command asks of the database. Raises `Refused` (``database-unusable``)."""
    try:
        yield
    except (Error, ImproperlyConfigured) as error:
        raise refuse("database-unusable", reason=" ".join(str(error).split())) from error


def guard() -> None:
    """Events are only ever added: the database itself refuses to change or delete one. Whoever owns the database can
    lift this, and then the signed checkpoints tell."""
    with connection.cursor() as cursor:
        for statement in _GUARD[connection.vendor]:
            cursor.execute(statement)


_GUARD = {
    "sqlite": tuple(
        f"CREATE TRIGGER IF NOT EXISTS trail_no_{act} BEFORE {act} ON trail_event "
        "BEGIN SELECT RAISE(ABORT, 'events are only ever added'); END"
        for act in ("update", "delete")
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION trail_only_added() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'events are only ever added'; END $$",
        "CREATE OR REPLACE TRIGGER trail_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON trail_event "
        "FOR EACH STATEMENT EXECUTE FUNCTION trail_only_added()",
    ),
}
