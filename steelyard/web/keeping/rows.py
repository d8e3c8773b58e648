"""The tables of a site as lines of JSON, the same from either database into either database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from json import JSONEncoder
from typing import Any

from django.apps import apps
from django.core import serializers
from django.core.management.color import no_style
from django.db import connection, models, transaction

OWN = "steelyard.web."
MANY = 2000


def tables() -> list[type[models.Model]]:
    """Those of our own rooms, each after those that it points to. Sessions are not kept: everybody signs in again."""
    ours = [(one, None) for one in apps.get_app_configs() if one.name.startswith(OWN)]
    return list(serializers.sort_dependencies(ours, allow_cycles=True))


class Exact(JSONEncoder):
    """Django's own cuts moments to milliseconds, and events are sealed to the microsecond."""

    def default(self, value: Any) -> Any:
        if isinstance(value, datetime | date):
            return value.isoformat()
        return str(value) if isinstance(value, Decimal) else super().default(value)


def lines(model: type[models.Model]) -> Iterator[bytes]:
    """Its rows in order of their keys, a line each."""
    rows = model._default_manager.order_by("pk").iterator(chunk_size=MANY)
    serializer: Any = serializers.get_serializer("jsonl")()
    while some := list(islice(rows, MANY)):
        yield serializer.serialize(some, cls=Exact).encode()


@contextmanager
def still() -> Iterator[None]:
    """Inside, all tables are seen as of one moment, whoever goes on writing."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def load(model: type[models.Model], written: Iterable[bytes]) -> int:
    """Puts rows back as they were, how many of them. The caller holds a transaction, at whose end references are held
    against each other. Raises what Django raises for lines that are no rows."""
    found = serializers.deserialize("jsonl", (line.decode() for line in written))
    count = 0
    while some := list(islice(found, MANY)):
        model._default_manager.bulk_create([one.object for one in some])
        for one in some:
            for name, keys in (one.m2m_data or {}).items():
                getattr(one.object, name).set(keys)
        count += len(some)
    return count


def renumber(models_: Iterable[type[models.Model]]) -> None:
    """The next row of each table gets the number after the last one: PostgreSQL has to be told."""
    with connection.cursor() as cursor:
        for sql in connection.ops.sequence_reset_sql(no_style(), list(models_)):
            cursor.execute(sql)
