"""What pages and systems are told of uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max

from steelyard.web.cycles.models import PUBLIC, Version
from steelyard.web.people.models import Account
from steelyard.web.trail.models import Event
from steelyard.web.typed import numbers_in
from steelyard.web.uses.models import Difference, Kind, Named, State, Step, Use

MANY, RECENT = 20, timedelta(days=30)
ANSWERS = (State.KEPT, State.REVISED)


@dataclass(frozen=True)
class Own:
    """A use as whoever it names is told it: his numbers then, what later corrections made of them, and what was
    answered. The reason for which a list was made is not among it: it may speak of others."""

    use: Use
    named: Named
    differences: Sequence[Difference]
    answer: Step | None


def of_name(kind: Kind, code: str, version: Version) -> list[Own]:
    """The last uses of somebody's numbers of the same plan and period, whichever version was used."""
    rows = Named.objects.filter(code=code, use__kind=kind, use__version__plan=version.plan)
    rows = rows.filter(use__version__period=version.period).select_related("use__version").order_by("-pk")
    found = list(rows.prefetch_related("differences__review__after")[:MANY])
    answers = Step.objects.filter(use__in=[one.use_id for one in found], to__in=ANSWERS, by__isnull=False)
    answered = {(one.use_id, one.review_id): one for one in answers.order_by("pk")}
    return [_own(one, answered) for one in found]


def _own(named: Named, answered: dict[tuple[int, int | None], Step]) -> Own:
    """The answer is told to those of whom it speaks: whose numbers changed."""
    differences = list(named.differences.all())
    answers = [answered[key] for one in differences if (key := (named.use_id, one.review_id)) in answered]
    return Own(named.use, named, differences, answers[-1] if answers else None)


@dataclass(frozen=True)
class Taken:
    """Results that somebody took away as a file, of which no use has been logged since."""

    version: Version
    at: datetime


def taken(by: Account, now: datetime) -> list[Taken]:
    """What one has exported oneself these last weeks: the entry that is proposed. Whoever took it away for nothing but
    to read it logs nothing."""
    rows = Event.objects.filter(act="export", actor=by.username, at__gte=now - RECENT, target__startswith="version:")
    latest = dict(rows.order_by().values_list("target").annotate(last=Max("at")))
    versions = Version.objects.filter(
        pk__in=numbers_in(one.partition(":")[2] for one in latest), stage__in=PUBLIC
    ).select_related("run")
    logged = dict(
        Use.objects.filter(version__in=[one.pk for one in versions], by=by).order_by()
        .values_list("version").annotate(last=Max("at"))
    )  # fmt: skip
    found = [Taken(one, latest[f"version:{one.pk}"]) for one in versions]
    return sorted((one for one in found if logged.get(one.version.pk, one.at) <= one.at), key=lambda one: one.at,
                  reverse=True)  # fmt: skip
