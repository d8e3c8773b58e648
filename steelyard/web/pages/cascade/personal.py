"""个人计划书: what somebody carries this year on each post, before there are results; for himself and his unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from steelyard.bureau.people.accounts import ROLES
from steelyard.bureau.people.changing import year_of
from steelyard.bureau.people.drawn import Carries, Drawn, Held, drawn
from steelyard.engine.model.book import RuleBook
from steelyard.engine.model.persons import PersonsPlan
from steelyard.engine.problems import Refused
from steelyard.reports.sheet import Words
from steelyard.web.cascade.models import LIVING, Carrier, State
from steelyard.web.library import rules
from steelyard.web.library.writing import target_of
from steelyard.web.pages.answering import me, told
from steelyard.web.pages.cascade.overview import STATES
from steelyard.web.people.asking import asker, permitted
from steelyard.web.people.deciding import Target
from steelyard.web.people.models import Person, Unit
from steelyard.web.trail.recording import seen

TOTAL = Words("单位总分", "Total of the unit")
NOT_PROPOSED = ("", Words("尚未分解到这个岗位", "Not handed down to this post yet"))


@dataclass(frozen=True)
class Line:
    """``role``: as what it was confirmed; ``state``: how far handing it down to the post has come, None where no
    cascade speaks of it."""

    carries: Carries
    name: Words
    role: Words | None
    state: tuple[str, Words] | None


@dataclass(frozen=True)
class Part:
    """A time on one post. ``whole``: what it comes to with the own indicators; ``missing``: what nothing carries."""

    held: Held
    unit: str
    lines: tuple[Line, ...]
    whole: Fraction
    missing: Fraction


def of_person(person: str) -> Target:
    """Whose it is, at the unit where he stands; at the top where he stands nowhere any more."""
    found = Person.objects.filter(pk=person).select_related("unit").first()
    if found is None:
        raise Http404
    at = found.unit.path if found.unit else target_of(None).path
    return Target(path=at, person=person, label=3)


@require_safe
@permitted("personal-plan-mine")
def mine(request: HttpRequest) -> HttpResponse:
    """Leads to one's own."""
    person = me(request).person
    if not Person.objects.filter(pk=person).exists():
        return render(request, "cascade/personal.html", {"plans": True, "whose": me(request)})
    return redirect("personal-plan", person)


@require_safe
@permitted("personal-plan", of_person)
def plan(request: HttpRequest, person: str) -> HttpResponse:
    """``?plan=``: another one than that of this year."""
    whose = Person.objects.select_related("unit").get(pk=person)
    on_record(request, "personal-plan", whose)
    context: dict[str, Any] = {"whose": whose, "own": me(request).person == person, "found": None}
    try:
        context |= _told(person, request.GET.get("plan", ""), asker(request).today)
    except Refused as refused:
        return render(request, "cascade/personal.html", {**context, "problems": told(refused)}, status=409)
    return render(request, "cascade/personal.html", context)


def _told(person: str, wanted: str, today: date) -> Mapping[str, Any]:
    bureau = rules.bureau()
    book = bureau.book()
    plans = _in_turn(book, today)
    able = [(one, found) for one in plans if (found := drawn(bureau, book, one, person)) is not None]
    able = [(one, found) for one, found in able if found.assessed] or able[:1]
    chosen = next((found for one, found in able if one.id == wanted), able[0][1] if able else None)
    if chosen is None:
        return {"plans": bool(plans)}
    parts = tuple(_parts(chosen))
    return {
        "found": chosen, "year": str(chosen.period), "parts": parts,
        "others": [(one.name, f"?plan={one.id}", one.id == chosen.plan.id) for one, _ in able],
        "asks": chosen.plan.confirmed is not None, "open": sum(_open(line) for part in parts for line in part.lines),
        "indicators": len({line.carries.indicator for part in parts for line in part.lines} - {""}),
        "wrong": [Words(one.text("zh"), one.text("en")) for one in chosen.problems],
    }  # fmt: skip


def _in_turn(book: RuleBook, today: date) -> list[PersonsPlan]:
    """Those in whose year we are first, then the newest."""
    years = {one.id: year_of(book, one) for one in book.persons.values()}
    now = {id: year.start <= today < year.end for id, year in years.items()}
    return sorted(book.persons.values(), key=lambda one: (not now[one.id], -years[one.id].start.toordinal(), one.id))


def _parts(found: Drawn) -> Iterator[Part]:
    names = dict(Unit.objects.filter(pk__in={one.unit for one in found.held}).values_list("code", "name"))
    states = _states({one.post for one in found.held}, found.plan.plan)
    for held in found.held:
        lines = tuple(_line(held, one, states) for one in held.lines)
        whole = held.points + found.own_full
        yield Part(held, names.get(held.unit, held.unit), lines, whole, found.missing(held))


def _line(held: Held, one: Carries, states: Mapping[tuple[str, str], str]) -> Line:
    name = Words(one.name) if one.indicator else TOTAL
    state = states.get((held.post, one.indicator))
    shown = STATES[State(state)] if state else None
    if shown is None and one.worth is None:
        shown = NOT_PROPOSED
    return Line(one, name, Words(*ROLES[one.role]) if one.role else None, shown)


def _open(line: Line) -> bool:
    return line.carries.worth is None


def _states(posts: set[str], plan: str) -> dict[tuple[str, str], str]:
    """How far the newest cascade of the plan has come, by post and indicator."""
    rows = Carrier.objects.filter(
        post__in=posts, until=None, assignment__state__in=LIVING, assignment__cascade__plan=plan
    )
    named = ("post", "assignment__indicator", "assignment__state")
    return {(post, id): state for post, id, state in rows.order_by("assignment__cascade_id").values_list(*named)}


def on_record(request: HttpRequest, name: str, whose: Person) -> None:
    """What is said of a person, and somebody else reads, is told in the trail. ``name``: of what is read."""
    by = asker(request)
    if by.account is None or by.account.person != whose.pk:
        seen(name, at=timezone.now(), by=by.by(name, of_person(whose.pk)), target=f"person:{whose.pk}")
