"""What the demonstration shows of a cascade: half of it confirmed, something returned with its reason, some overdue.
It is traced by the worker, once the site is open."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from steelyard.web.cascade import answering, making, tracing
from steelyard.web.cascade.answering import Said
from steelyard.web.cascade.models import Assignment, Carrier, Cascade, State
from steelyard.web.jobs.context import Context
from steelyard.web.library import rules
from steelyard.web.people.asking import Asker
from steelyard.web.people.models import Account, Unit

REASON = "这项工作由县局集中办理，本分局没有这项职责，也没有相应岗位"
LEAD, HEADS = Decimal("0.6"), ("分局长职责", "局长职责")
TERM, LATE = timedelta(days=15), timedelta(days=3)
EVERY, OVERDUE = 2, 7
"""Of every two units one has confirmed; of every seven the others one is late."""


class _Silent(Context):
    """Done at once, by nobody's order."""

    def progress(self, zh: str, en: str, share: int | None = None) -> None:
        pass

    def check_cancelled(self) -> None:
        pass


def shown(plan: str, now: datetime, whole: bool = False) -> Cascade | None:
    """To the city of the demonstration, or to the ``whole`` bureau. Nothing where the rules have no such plan, or no
    duty to match."""
    book = rules.bureau().book()
    if plan not in book.plans or not book.duties:
        return None
    office = Account.objects.get(username="office")
    due = timezone.localdate(now) + TERM
    heads = tuple(one for one in HEADS if one in {duty.name for duty in book.duties.values()})
    made = making.begin(making.Wanted(plan, due, LEAD, heads, "" if whole else _city()), by=office, now=now)
    silent = _Silent(0, 0, office.username)
    making.hand_down(making.made(made, timezone.localdate(now), silent), now, silent)
    _answered(made, now)
    tracing.trace(made.pk, by=Asker(office, timezone.localdate(now)), now=now)
    return made


def _city() -> str:
    """Of the unit of the demonstration: one city goes first, and everything can be tried there."""
    own = Account.objects.get(username="unit").grants.get().unit
    parts = own.path.strip("/").split("/") if own is not None else []
    return parts[1] if len(parts) > 2 else ""


def _answered(cascade: Cascade, now: datetime) -> None:
    """By the units; the one of the demonstration has begun, and has returned something."""
    unit = Account.objects.get(username="unit")
    own = unit.grants.get().unit
    units = list(Unit.objects.filter(pk__in=cascade.assignments.values("unit")).order_by("pk"))
    others = [one.pk for one in units if own is None or one.pk != own.pk]
    rows = Assignment.objects.filter(cascade=cascade)
    confirmed = others[::EVERY]
    rows.filter(unit__in=confirmed).update(state=State.CONFIRMED, version=2, to_carry=True, at=now)
    Carrier.objects.filter(assignment__cascade=cascade, assignment__unit__in=confirmed).update(since=cascade.since)
    late = timezone.localdate(now) - LATE
    rows.filter(unit__in=others[1 :: EVERY * OVERDUE]).update(due=late)
    if own is not None:
        _begun(cascade, own, unit, now)


def _begun(cascade: Cascade, own: Unit, by: Account, now: datetime) -> None:
    open_ones = list(Assignment.objects.filter(cascade=cascade, unit=own).order_by("pk"))
    half = {one.pk: one.version for one in open_ones[: len(open_ones) // EVERY]}
    if half:
        answering.confirm(cascade.pk, own, half, by=by, now=now)
    for one in open_ones[-1:]:
        if one.pk not in half:
            answering.move(one.pk, "return", one.version, Said(REASON), by=by, now=now)
