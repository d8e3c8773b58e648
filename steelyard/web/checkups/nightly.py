"""Every night the health checks of all units are made anew: results stand, but what people did about them moves on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils import timezone

from steelyard.web.cycles.models import Stage, Version
from steelyard.web.cycles.results import folder_of
from steelyard.web.jobs.asking import ask
from steelyard.web.jobs.kinds import routine

NIGHT = range(2, 6)
"""Hours in which they are asked for: after the nightly look of monitoring, whose alerts stand in them."""
_OPEN = (Stage.PREVIEW, Stage.SCORED, Stage.CHECKED, Stage.RULED)


@routine
def nightly(now: datetime) -> None:
    """One job a version and night, however often it is asked for and by however many workers."""
    local = timezone.localtime(now)
    if local.hour not in NIGHT:
        return
    for version in tonight():
        key = f"night:{version.pk}:{local:%Y%m%d}"
        ask("health", {"version": version.pk}, by="", now=now, key=key, about=version.run.folder)


def tonight() -> Iterator[Version]:
    """Of every plan what was published for its newest period, and the newest preview of a later one, which nobody else
    than its makers reads. A run whose folder was moved away has nothing to tell."""
    found = Version.objects.filter(stage__in=(Stage.PUBLISHED, *_OPEN)).select_related("run").order_by("plan", "pk")
    newest: dict[str, dict[bool, Version]] = {}
    for one in found:
        mine = newest.setdefault(one.plan, {})
        if one.public not in mine or one.period >= mine[one.public].period:
            mine[one.public] = one
    for mine in newest.values():
        shown, coming = mine.get(True), mine.get(False)
        if shown and coming and coming.period <= shown.period:
            coming = None
        yield from (one for one in (shown, coming) if one and folder_of(one).is_dir())
