"""What is proposed to a unit and why, to be confirmed or returned; and what an officer carries himself."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from django.db.models import Case, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from steelyard.web.cascade.figures import by_department, by_unit, handed, overall
from steelyard.web.cascade.letters import carried_by, of_person
from steelyard.web.cascade.models import LIVING, Assignment, Carrier, Cascade, Part, State
from steelyard.web.pages.answering import me, paged
from steelyard.web.pages.cascade.overview import STATES, held, with_carriers
from steelyard.web.people.asking import asker, permitted
from steelyard.web.people.deciding import Target
from steelyard.web.people.models import Unit


def of_unit(pk: int, code: str, **_: object) -> Target:
    """Not decided by what it has to confirm: a unit with nothing to do finds that out on its page."""
    unit = Unit.objects.filter(pk=code).first()
    if unit is None or not Cascade.objects.filter(pk=pk).exists():
        raise Http404
    return Target(path=unit.path, state=str(State.PROPOSED))


@require_safe
@permitted("cascade-unit", of_unit)
def unit(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """``?state=``, ``?department=``: only those; by department, and in each what is to be done comes first."""
    found, at, who = get_object_or_404(Cascade, pk=pk), Unit.objects.get(pk=code), asker(request)
    departments = by_department(found, at)
    asked, within = request.GET.get("state", ""), request.GET.get("department", "")
    rows = Assignment.objects.filter(cascade=found, unit=at, state__in=[asked] if asked in State.values else LIVING)
    if within:
        rows = rows.filter(pk__in=Carrier.objects.filter(post__department=within, until=None).values("assignment"))
    page = paged(request, with_carriers(in_turn(rows, [one.name for one in departments])))
    held(page, who)
    target = Target(path=at.path, state=str(State.PROPOSED))
    open_ones = Assignment.objects.filter(cascade=found, unit=at, state=State.PROPOSED)
    context = {
        "cascade": found, "unit": at, "page": page, "asked": asked, "states": STATES, "today": who.today,
        "departments": departments, "within": within,
        "rows": [(one, STATES[State(one.state)]) for one in page],
        "progress": overall(by_unit(found, Q(unit=at), who.today)), "may": who.may("assignment-confirm", target),
        "stamp": stamp(open_ones), "whole": who.may("cascade"),
        "others": [one for one in handed(Assignment.objects.filter(unit=at)) if one != found],
    }  # fmt: skip
    return render(request, "cascade/unit.html", context)


def in_turn(rows: QuerySet[Assignment], departments: Sequence[str]) -> QuerySet[Assignment]:
    """By the ``department`` that leads, in their order; in each returned and proposed ones before what is settled."""
    turn = Case(When(state=State.PROPOSED, then=Value(0)), When(state=State.RETURNED, then=Value(1)), default=Value(2),
                output_field=IntegerField())  # fmt: skip
    leading = Carrier.objects.filter(assignment=OuterRef("pk"), until=None, part=Part.LEAD)
    rows = rows.annotate(turn=turn, department=Subquery(leading.values("post__department")[:1]))
    if not departments:
        return rows.order_by("turn", "indicator")
    place = Case(*(When(department=name, then=Value(at)) for at, name in enumerate(departments)),
                 default=Value(len(departments)), output_field=IntegerField())  # fmt: skip
    return rows.annotate(place=place).order_by("place", "turn", "indicator")


def stamp(rows: QuerySet[Assignment]) -> str:
    """What there is to confirm, in one word: by it a unit confirms all that it has seen, and nothing else."""
    said = repr(list(rows.order_by("pk").values_list("pk", "version")))
    return sha256(said.encode()).hexdigest()[:24]


@require_safe
@permitted("cascade-ours")
def ours(request: HttpRequest) -> HttpResponse:
    """The page of one's own unit in the newest cascade that gives it anything; says so where none does."""
    paths = [held.path for held in asker(request).held if held.role == "unit" and held.path]
    own = Assignment.objects.filter(unit__path__in=paths)
    for found in handed(own):
        first = own.filter(cascade=found).order_by("unit__path").values_list("unit", flat=True)[0]
        return redirect("cascade-unit", found.pk, first)
    return render(request, "cascade/nothing.html", {"unit": True})


@require_safe
@permitted("cascade-mine")
def mine(request: HttpRequest) -> HttpResponse:
    """What my posts carry of every plan of the newest year, with its clause and share."""
    person = me(request).person
    found = handed(carried_by(person)) if person else []
    if not found:
        return render(request, "cascade/nothing.html", {"unit": False})
    parts = [(one, of_person(one, person)) for one in found if one.year == found[0].year]
    lines = [line for _, own in parts for line in own]
    context = {
        "parts": [(one, [(line, STATES[State(line.assignment.state)]) for line in own]) for one, own in parts],
        "count": len(lines), "leads": sum(one.carrier.part == "lead" for one in lines),
        "open": sum(one.assignment.state != State.CONFIRMED for one in lines), "person": person,
    }  # fmt: skip
    return render(request, "cascade/mine.html", context)
