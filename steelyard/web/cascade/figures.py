"""How far a cascade has come: by city and by unit, what is overdue, and what a person carries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Count, Min, Q, QuerySet

from steelyard.web.cascade.models import LIVING, Assignment, Cascade, State
from steelyard.web.people.models import Unit

FEW = 500
"""Fewer units than these are asked for by name; databases bound the length of a question."""


@dataclass(frozen=True)
class Progress:
    """Numbers of assignments of a unit, a city, or all. ``units``: how many units; ``settled``: of which so many have
    nothing open."""

    code: str = ""
    name: str = ""
    above: str = ""
    proposed: int = 0
    confirmed: int = 0
    returned: int = 0
    overdue: int = 0
    units: int = 0
    settled: int = 0

    @property
    def total(self) -> int:
        return self.proposed + self.confirmed + self.returned

    @property
    def share(self) -> Decimal | None:
        return Decimal(self.confirmed) / self.total if self.total else None

    def plus(self, other: Progress) -> Progress:
        names = ("proposed", "confirmed", "returned", "overdue", "units", "settled")
        return replace(self, **{name: getattr(self, name) + getattr(other, name) for name in names})


def by_unit(cascade: Cascade, rows: Q, today: date) -> list[Progress]:
    """``rows``: the assignments that somebody sees."""
    late = Q(state=State.PROPOSED, due__lt=today)
    names = ("proposed", "confirmed", "returned", "overdue")
    counted = (
        Assignment.objects.filter(rows, cascade=cascade, state__in=LIVING).order_by().values("unit")
        .annotate(proposed=Count("pk", Q(state=State.PROPOSED)), confirmed=Count("pk", Q(state=State.CONFIRMED)),
                  returned=Count("pk", Q(state=State.RETURNED)), overdue=Count("pk", late))
    )  # fmt: skip
    found = {unit: dict(zip(names, numbers, strict=True)) for unit, *numbers in counted.values_list("unit", *names)}
    units = Unit.objects.filter(pk__in=found) if len(found) < FEW else Unit.objects.all()
    return [
        Progress(unit.pk, unit.name, unit.path, **found[unit.pk], units=1,
                 settled=int(not found[unit.pk]["proposed"] + found[unit.pk]["returned"]))
        for unit in units.order_by("path") if unit.pk in found
    ]  # fmt: skip


def by_city(units: Iterable[Progress]) -> list[Progress]:
    """Of the units right below the top, each with all below it."""
    found: dict[str, Progress] = {}
    for one in units:
        steps = one.above.strip("/").split("/")
        city = steps[1] if len(steps) > 1 else steps[0]
        found[city] = found.get(city, Progress(city)).plus(one)
    names = dict(Unit.objects.filter(pk__in=found).values_list("code", "name"))
    return [replace(one, name=names.get(code, code)) for code, one in sorted(found.items())]


def overall(parts: Iterable[Progress]) -> Progress:
    found = Progress()
    for one in parts:
        found = found.plus(one)
    return found


def overdue(today: date) -> QuerySet[Assignment]:
    """Not answered by the day: one list of all of them."""
    return Assignment.objects.filter(state=State.PROPOSED, due__lt=today).select_related("unit", "cascade")


def handed(rows: QuerySet[Assignment]) -> list[Cascade]:
    """The cascades in which there is any of them, the newest first."""
    living = rows.filter(state__in=LIVING).order_by().values("cascade")
    return list(Cascade.objects.filter(pk__in=living).order_by("-year", "-proposed_at", "-pk"))


def open_of(path: str) -> list[tuple[int, str, str, int, date, datetime]]:
    """Of each cascade that waits for the unit: its number, the unit, the plan, how much, until when, since when."""
    rows = Assignment.objects.filter(unit__path=path, state=State.PROPOSED).order_by()
    counted = rows.values_list("cascade", "unit", "cascade__name")
    return list(counted.annotate(count=Count("pk"), first=Min("due"), since=Min("at"))[:FEW])


def returned() -> QuerySet[Assignment]:
    """What waits for an answer of the office, the oldest first."""
    return Assignment.objects.filter(state=State.RETURNED).select_related("unit").order_by("at")
