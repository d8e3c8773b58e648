"""写入数据: whose personal plans change once what was confirmed is written into the record; written from here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from steelyard.bureau.people.changing import PlansChanged, books_changed
from steelyard.engine.model.book import RuleBook
from steelyard.engine.problems import Refused
from steelyard.lake.record.snapshot import Snapshot, snapshot
from steelyard.web.cascade.carrying import TABLE, awaited
from steelyard.web.cascade.models import UNWRITTEN, Assignment, Cascade
from steelyard.web.library import rules
from steelyard.web.library.writing import target_of
from steelyard.web.pages.answering import told
from steelyard.web.pages.cascade.overview import of_cascade
from steelyard.web.pages.later import Later
from steelyard.web.pages.touched import touched
from steelyard.web.people.asking import asker, permitted

AT_ONCE = 5_000
"""So many assignments are compared while the page is asked for: about a second with what they change."""
KEPT = 300
"""Seconds for which the answer stands: units go on confirming, and nobody waits for the last of them."""
LATER: Later[list[PlansChanged]] = Later("comparing")


@require_safe
@permitted("cascade-persons", of_cascade)
def loading(request: HttpRequest, pk: int) -> HttpResponse:
    found, who = get_object_or_404(Cascade, pk=pk), asker(request)
    count = Assignment.objects.filter(UNWRITTEN, cascade=found).count()
    context = {
        "cascade": found,
        "may": who.may("cascade-carry", target_of(None)),
        "to_carry": count,
        "older": count > AT_ONCE,
    }
    try:
        return render(request, "cascade/persons.html", {**context, **_told(request, found, count)})
    except Refused as refused:
        return render(request, "cascade/persons.html", {**context, "problems": told(refused)}, status=409)


def _told(request: HttpRequest, found: Cascade, count: int) -> Mapping[str, Any]:
    """``free``: plans for persons that rest on the plan and ask for no confirmation; ``comparing``: not known yet."""
    bureau = rules.bureau()
    book, facts = bureau.book(), snapshot(bureau.record)
    resting = [one for one in book.persons.values() if one.plan == found.plan]
    asking = {one.id for one in resting if one.confirmed == TABLE}
    context = {"asking": asking, "free": [one.name for one in resting if one.id not in asking]}
    changed = _changed(found, facts, book, count) if asking else []
    if changed is None:
        return {**context, "comparing": True}
    return {**context, **touched(request, [one for one in changed if one.plan in asking], facts, book)}


def _changed(found: Cascade, facts: Snapshot, book: RuleBook, count: int) -> list[PlansChanged] | None:
    """None while many are being compared."""

    def compared() -> list[PlansChanged]:
        return list(books_changed(facts, book, book, awaited(found)))

    if count <= AT_ONCE:
        return compared()
    kept = int(timezone.now().timestamp()) // KEPT
    return LATER.ask((found.pk, rules.edition(), facts.digest, kept), compared)
