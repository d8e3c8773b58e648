"""What a worker reads before it answers anybody, so that no reader waits for it."""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable, Iterator
from threading import Thread

from django.db import connections
from django.urls import get_resolver
from django.utils import timezone

from steelyard.bureau.views.reading import views_of
from steelyard.web.cycles.models import Stage, Version
from steelyard.web.cycles.results import folder_of
from steelyard.web.library import rules
from steelyard.web.people.deciding import policy
from steelyard.web.people.registering.register import picture

LOG = logging.getLogger("steelyard.warming")
PATIENCE = 30.0
"""Seconds."""
SELDOM = (10_000, 20, 50)
"""When rubbish that refers to itself is looked for. What stays is large: to walk through all of it as often as Python
would by itself stops a page for half a second every now and then."""


def beforehand() -> None:
    """`warm`, waited for: in a thread of its own, since the server reads its application inside its event loop, where
    Django asks no database. Whatever takes too long, as a database that never answers, is not waited for."""
    reading = Thread(target=warm, name="warming", daemon=True)
    reading.start()
    reading.join(PATIENCE)


def warm() -> None:
    """Reads what is the same for everybody. Whatever cannot be read is told by the page that needs it."""
    for read in _readings():
        try:
            read()
        except Exception as problem:  # an unreadable rule, a database that is away: no reason not to serve
            LOG.info("not read beforehand: %s", problem)
    connections.close_all()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SELDOM)


def _readings() -> Iterator[Callable[[], object]]:
    bureau = rules.bureau()
    yield lambda: get_resolver().url_patterns
    yield policy
    yield bureau.tables
    yield bureau.book
    yield lambda: picture(bureau.record, timezone.localdate())
    yield _latest


def _latest() -> None:
    """The results that were published last."""
    found = Version.objects.filter(stage=Stage.PUBLISHED).select_related("run").order_by("-published_at").first()
    if found is not None:
        views_of(folder_of(found)).overview  # noqa: B018  kept by whoever reads it
