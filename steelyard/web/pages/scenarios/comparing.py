"""情景并排: what each of them would do to the last published result, computed when it is looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from steelyard.bureau.asking.comparing import Moved
from steelyard.bureau.lab.effect import Effect, Together, together
from steelyard.bureau.opened import OPENER, Open
from steelyard.bureau.showing import decimal
from steelyard.engine.problems import Refused
from steelyard.reports.sheet import Words
from steelyard.web.cycles.models import Stage, Version
from steelyard.web.cycles.results import folder_of, record_of
from steelyard.web.library.models import Rule
from steelyard.web.library.writing import target_of
from steelyard.web.pages.answering import paged, told
from steelyard.web.pages.scenarios.acting import of_scenario
from steelyard.web.people.asking import Asker, asker, permitted
from steelyard.web.scenarios.models import Saved, Scenario, State
from steelyard.web.typed import numbers_in

BESIDE, SHOWN, PLACES = 3, 30, 2
"""Scenarios side by side at most, units shown of those that move, and decimals."""
STATES = {State.OPEN: ("busy", Words("在比较", "Open")), State.DROPPED: ("", Words("已弃用", "Dropped")),
          State.DRAFTED: ("good", Words("已转为草稿", "Drafted"))}  # fmt: skip
DONE = {"put": Words("放进或改写", "Put in"), "out": Words("取出", "Taken out"), "back": Words("回到第", "Back to")}


@dataclass(frozen=True)
class Tried:
    """A scenario with what it comes to: nothing of that where its rules cannot be weighed, and why."""

    scenario: Scenario
    last: Saved
    found: Together | None
    problems: Sequence[Words] = ()

    @property
    def effect(self) -> Effect | None:
        return self.found.effect if self.found else None

    @property
    def entering(self) -> int:
        return sum(bool(one.entered) for one in self.effect.listed) if self.effect else 0

    @property
    def leaving(self) -> int:
        return sum(bool(one.left) for one in self.effect.listed) if self.effect else 0

    @property
    def alike(self) -> str:
        return f"{self.effect.spearman:.4f}" if self.effect else "—"


@dataclass(frozen=True)
class Cell:
    """A unit under one scenario. ``lists``: which it comes on (True) or leaves."""

    total: Decimal | None
    gain: Decimal
    place: int
    climbed: int
    lists: Sequence[tuple[str, bool]]


@require_safe
@permitted("scenarios")
def scenarios(request: HttpRequest) -> HttpResponse:
    """``?with=``: up to three numbers; without, the last ones that are open; ``?plan=``: beside whose last result. They
    are the whole bureau's: a city's office sees none."""
    open_to = asker(request).may("scenario", target_of(None))
    seen = Scenario.objects.select_related("by") if open_to else Scenario.objects.none()
    page, chosen = paged(request, seen), _chosen(request, seen)
    shown = [*page, *(one for one in chosen if one not in page)]  # what stands on another page is unticked here, too
    rows = [(one, STATES[State(one.state)], one in chosen) for one in shown]
    context = {"page": page, "rows": rows, "asked_plan": request.GET.get("plan", "")}
    return render(request, "scenarios/scenarios.html", {**context, **_side_by_side(request, chosen)})


def _chosen(request: HttpRequest, seen: QuerySet[Scenario]) -> list[Scenario]:
    """In the order of the list: of more than fit, those of the page that was ticked come before those of others."""
    if "with" not in request.GET:
        return list(seen.filter(state=State.OPEN)[:BESIDE])
    asked = dict.fromkeys(numbers_in(request.GET.getlist("with")))
    found = seen.in_bulk(list(asked))
    return [found[number] for number in asked if number in found][:BESIDE]


def _side_by_side(request: HttpRequest, chosen: Sequence[Scenario]) -> dict[str, Any]:
    version, others = _against(request)
    tried = _all_tried(version, [(one, one.last) for one in chosen]) if version and chosen else None
    against = {"version": version, "others": others}
    if tried is None:
        return {**against, "opening": bool(version and chosen)}
    units, moved = _units(tried)
    return {**against, "tried": tried, "units": units, "moved": moved, "rest": max(moved - SHOWN, 0)}


def _against(request: HttpRequest) -> tuple[Version | None, list[tuple[Version, str]]]:
    """The newest published result of the plan that is asked for (``?plan=``), or of any; and the newest of the other
    plans, with the query that asks for them instead."""
    newest: dict[str, Version] = {}
    published = Version.objects.filter(stage=Stage.PUBLISHED).select_related("run")
    for one in published.order_by("-published_at", "-pk"):
        newest.setdefault(one.plan, one)
    found = newest.get(request.GET.get("plan", "")) or next(iter(newest.values()), None)
    return found, [(one, _asking(request, one.plan)) for one in newest.values() if one is not found]


def _asking(request: HttpRequest, plan: str) -> str:
    asked = request.GET.copy()
    asked["plan"] = plan
    return asked.urlencode()


def _all_tried(version: Version, wanted: Sequence[tuple[Scenario, Saved]]) -> list[Tried] | None:
    """None while the result is being opened; where it cannot be, each of them says why."""
    try:
        run = OPENER.ask(folder_of(version), record_of())
    except Refused as refused:
        return [Tried(one, saved, None, told(refused)) for one, saved in wanted]
    return None if run is None else [_tried(one, saved, run) for one, saved in wanted]


def _tried(one: Scenario, saved: Saved, run: Open) -> Tried:
    try:
        with run.lock:
            return Tried(one, saved, together(run.results.ran, saved.only_texts()))
    except Refused as refused:
        return Tried(one, saved, None, told(refused))


def _units(tried: Sequence[Tried]) -> tuple[list[tuple[Moved[Fraction], list[Cell | None]]], int]:
    """Those for whom any of them changes something, the largest change of place first; and how many they are."""
    tables: list[Mapping[str, Moved[Fraction]]] = [
        {one.unit: one for one in each.effect.units} if each.effect else {} for each in tried
    ]
    moving = {one.unit: one for each in tried if each.effect for one in each.effect.moved}
    most = {code: max(_size(table.get(code)) for table in tables) for code in moving}
    ordered = sorted(moving, key=lambda code: (most[code], code), reverse=True)
    return [(moving[code], [_cell(table.get(code)) for table in tables]) for code in ordered[:SHOWN]], len(moving)


def _size(one: Moved[Fraction] | None) -> tuple[int, Fraction]:
    return (0, Fraction(0)) if one is None else (abs(one.climbed), abs(Fraction(one.gain)))


def _cell(one: Moved[Fraction] | None) -> Cell | None:
    if one is None:
        return None
    total = one.totals[1]
    lists = [*((name, True) for name in one.entered), *((name, False) for name in one.left)]
    shown = None if total is None else decimal(total, PLACES)
    return Cell(shown, decimal(Fraction(one.gain), PLACES), one.places[1], one.climbed, lists)


@require_safe
@permitted("scenario", of_scenario)
def scenario(request: HttpRequest, pk: int) -> HttpResponse:
    """``?at=``: an earlier state, as it stood; ``?plan=``: beside whose last result."""
    found, who = get_object_or_404(Scenario.objects.select_related("by"), pk=pk), asker(request)
    saved = list(found.saved.select_related("by"))
    seen = next((one for one in saved if str(one.number) == request.GET.get("at", "")), saved[0])
    version, others = _against(request)
    tries = _all_tried(version, [(found, seen)]) if version else None
    units, moved = _units(tries or ())
    tried = tries[0] if tries else None
    context = {
        "one": found, "state": STATES[State(found.state)], "saved": [(each, DONE[each.move]) for each in saved],
        "seen": seen, "last": saved[0], "version": version, "others": others, "tried": tried,
        "opening": bool(version) and tried is None,
        "units": units, "rest": max(moved - SHOWN, 0), "moved": moved, "rules": _rules(seen, tried),
        "may": _may(who, found, seen is saved[0]),
    }  # fmt: skip
    return render(request, "scenarios/scenario.html", context)


def _rules(saved: Saved, tried: Tried | None) -> list[tuple[str, str, Sequence[str]]]:
    """Code, name and what each says otherwise than the published result."""
    names = dict(Rule.objects.filter(code__in=saved.texts, holder=None).values_list("code", "name"))
    changed = dict(tried.found.changed) if tried and tried.found else {}
    return [(code, names.get(code, code), [one.line() for one in changed.get(code, ())]) for code in saved.texts]


def _may(who: Asker, found: Scenario, newest: bool) -> dict[str, bool]:
    """Acts are on what it says now, not on what it once said."""
    acts = ("put", "out", "back", "drop", "draft")
    still = found.state == State.OPEN
    return {act: still and (newest or act in ("back", "drop")) and who.may(f"scenario-{act}", target_of(None))
            for act in acts}  # fmt: skip
