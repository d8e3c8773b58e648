"""One assignment with its posts, its reason and its history; and the acts on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import count
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from steelyard.engine.problems import Refused, refuse
from steelyard.reports.sheet import Words
from steelyard.web.cascade import answering
from steelyard.web.cascade.answering import Given, Said
from steelyard.web.cascade.models import UNWRITTEN, Assignment, Post, Seat, State
from steelyard.web.cascade.moves import BY_NAME, MOVES, Move
from steelyard.web.cycles.models import Arrival
from steelyard.web.pages.answering import done, me, told
from steelyard.web.pages.cascade.overview import STATES, held, with_carriers
from steelyard.web.pages.cascade.unit import of_unit, stamp
from steelyard.web.people.asking import asker, permitted
from steelyard.web.people.deciding import Target
from steelyard.web.people.models import Unit
from steelyard.web.typed import number_in

EMPTY = 3
"""Rows of the form beyond the posts that it is filled with."""


def of_assignment(number: int) -> Target:
    found = Assignment.objects.filter(pk=number).select_related("unit").first()
    if found is None:
        raise Http404
    return Target(path=found.unit.path, state=found.state)


@require_safe
@permitted("assignment", of_assignment)
def assignment(request: HttpRequest, number: int) -> HttpResponse:
    return _page(request, number)


def _page(request: HttpRequest, number: int, typed: QueryDict | None = None, problems: list[Words] | None = None,
          name: str = "") -> HttpResponse:  # fmt: skip
    """``typed``: what was sent and refused, of which move."""
    one = get_object_or_404(with_carriers(Assignment.objects.select_related("cascade", "sent")), pk=number)
    who, target = asker(request), Target(path=one.unit.path, state=one.state)
    held([one], who)
    moves = [move for move in MOVES if move.name != "confirm" and one.state in move.begins]
    context: dict[str, Any] = {
        "one": one, "cascade": one.cascade, "state": STATES[State(one.state)], "today": who.today,
        "written": _written(one), "from": answering.changing(one, who.today)[1],
        "moves": [move for move in moves if who.may(move.address, target)],
        "may_confirm": one.state == State.PROPOSED and who.may("assignment-confirm", target),
        "posts": _offered(one), "form": _form(one, typed), "typed": typed or {}, "tried": name,
        "steps": [(step, BY_NAME[step.move].words) for step in one.steps.select_related("by")],
        "past": one.carriers.exclude(until=None).select_related("post"), "problems": problems or (),
    }  # fmt: skip
    return render(request, "cascade/assignment.html", context, status=422 if problems else 200)


def _written(one: Assignment) -> tuple[str, Words] | None:
    """Whether the record has heard what was last confirmed of it; None where there was nothing to tell."""
    if Assignment.objects.filter(UNWRITTEN, pk=one.pk).exists():
        return "warn", Words("待写入", "Not yet")
    if one.sent is None:
        return None
    there = one.sent.state == Arrival.LOADED
    return ("good", Words("已写入", "Written")) if there else ("warn", Words("正在写入", "Being loaded"))


def _offered(one: Assignment) -> list[tuple[str, str]]:
    """Posts of the unit, with who holds them."""
    names: dict[str, list[str]] = {}
    for post, name in Seat.objects.filter(post__unit=one.unit).values_list("post", "name"):
        names.setdefault(post, []).append(name)
    posts = Post.objects.filter(unit=one.unit, ended=False)
    return [(post.code, f"{post}（{'、'.join(names.get(post.code, ())) or '—'}）") for post in posts]


def _form(one: Assignment, typed: QueryDict | None) -> list[Given]:
    rows = list(_given(typed)) if typed is not None else [
        Given(carrier.post_id, carrier.part, f"{carrier.share.normalize():f}")
        for carrier in one.now  # type: ignore[attr-defined]
    ]  # fmt: skip
    return [*rows, *[Given("", "assist", "")] * EMPTY]


def _given(form: QueryDict) -> list[Given]:
    """Rows with a post; ``post-0``, ``part-0``, ``share-0`` and so on."""
    found: list[Given] = []
    for at in count():
        if f"post-{at}" not in form or at > 60:
            return found
        cells = (form.get(f"{name}-{at}", "").strip() for name in ("post", "part", "share"))
        given = Given(*cells)
        if given.post:
            found.append(given)
    return found


def moving(move: Move) -> Callable[..., HttpResponse]:
    """The view of one move. What is refused stays typed."""

    def moved(request: HttpRequest, number: int) -> HttpResponse:
        form = request.POST
        try:
            said = Said(form.get("reason", ""), _given(form), _day(form, "since"), _day(form, "due"))
            one = answering.move(number, move.name, number_in(form.get("version", "")) or 0, said, by=me(request),
                                 now=timezone.now())  # fmt: skip
        except Refused as refused:
            return _page(request, number, form, told(refused), move.name)
        words = Words(f"已{move.words.zh}", f"done: {move.words.en}")
        return done(request, reverse("assignment", args=[one.pk]), lambda: None, words)

    def starts(number: int) -> Target:
        """By the right alone: whether it still is where the move begins is told by the act, in words."""
        return replace(of_assignment(number), state=str(move.begins[0]))

    return require_POST(permitted(move.address, starts)(moved))


def _day(form: QueryDict, name: str) -> date | None:
    text = form.get(name, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise refuse(
            "assignment-day" if name == "since" else "assignment-due", found=text[:20], first="—", last="—"
        ) from None


@require_POST
@permitted("assignment-confirm", of_unit)
def confirming(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """``chosen``: numbers with the version that was seen, as ``17@1``; or ``all`` with the stamp of what there was."""
    at = Unit.objects.get(pk=code)
    back = request.POST.get("back", "")
    here = reverse("cascade-unit", args=[pk, code])
    back = back if back.startswith((here, "/assignment/")) else here
    words = Words("已确认", "Confirmed")

    def act() -> None:
        answering.confirm(pk, at, _seen(request, pk, at), by=me(request), now=timezone.now())

    return done(request, back, act, words)


def _seen(request: HttpRequest, cascade: int, at: Unit) -> dict[int, int]:
    if "all" in request.POST:
        rows = Assignment.objects.filter(cascade=cascade, unit=at, state=State.PROPOSED)
        if stamp(rows) != request.POST["all"]:
            raise refuse("assignment-meanwhile", name=at.name)
        return dict(rows.values_list("pk", "version"))
    given = (one.partition("@") for one in request.POST.getlist("chosen"))
    return {number: number_in(version) or 0 for pk, _, version in given if (number := number_in(pk))}
