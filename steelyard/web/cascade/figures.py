"""How far a cascade has come: by city, by unit and by department, what is overdue, and where somebody carries most."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Count, Min, Q, QuerySet

from steelyard.web.cascade.models import LIVING, Assignment, Carrier, Cascade, Part, Seat, State
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


@dataclass(frozen=True)
class Department:
    """What the posts of a department carry. ``open``: of which so many are to be confirmed; ``persons`` who hold them.
    ``name`` is empty for posts of no department."""

    name: str
    leads: int
    assists: int
    open: int
    persons: int


def by_department(cascade: Cascade, unit: Unit) -> list[Department]:
    """In the order of the register; nothing where the register says no department of any post."""
    carried = Carrier.objects.filter(assignment__cascade=cascade, assignment__unit=unit,
                                     assignment__state__in=LIVING, until=None).order_by()  # fmt: skip
    seats = Seat.objects.filter(post__in=carried.values("post")).order_by().values_list("post__department")
    persons = dict(seats.annotate(count=Count("person", distinct=True)))
    counted = carried.values_list("post__department").annotate(
        leads=Count("pk", Q(part=Part.LEAD)), assists=Count("pk", Q(part=Part.ASSIST)),
        open=Count("assignment", Q(assignment__state=State.PROPOSED), distinct=True), first=Min("post"),
    )  # fmt: skip
    found = [
        Department(name, leads, assists, open, persons.get(name, 0))
        for name, leads, assists, open, _ in counted.order_by("first")
    ]
    return found if any(one.name for one in found) else []


def open_of(path: str) -> list[tuple[int, str, str, int, date, datetime]]:
    """Of each cascade that waits for the unit: its number, the unit, the plan, how much, until when, since when."""
    rows = Assignment.objects.filter(unit__path=path, state=State.PROPOSED).order_by()
    counted = rows.values_list("cascade", "unit", "cascade__name")
    return list(counted.annotate(count=Count("pk"), first=Min("due"), since=Min("at"))[:FEW])


def returned() -> QuerySet[Assignment]:
    """What waits for an answer of the office, the oldest first."""
    return Assignment.objects.filter(state=State.RETURNED).select_related("unit").order_by("at")
