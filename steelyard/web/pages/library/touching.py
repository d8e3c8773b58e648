"""Whose personal plans a rule would change: told while it is typed, and before a version is put in force (C18)."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from steelyard.bureau.people.changing import PlansChanged, books_changed
from steelyard.engine.model.book import with_rule
from steelyard.engine.problems import Refused
from steelyard.lake.record.snapshot import snapshot
from steelyard.web.library.models import Rule, Version
from steelyard.web.library.rules import bureau, edition, name_of
from steelyard.web.library.shelves import opens_drafts, readable
from steelyard.web.library.texts import digest
from steelyard.web.pages.answering import told
from steelyard.web.pages.later import Later
from steelyard.web.pages.library.card import OF_PERSONS, of_rule
from steelyard.web.pages.library.writing import typed_in
from steelyard.web.pages.touched import touched
from steelyard.web.people.asking import asker, permitted

PATIENCE = 1.0
"""Seconds that a page waits; then it comes back for the answer."""
LATER: Later[list[PlansChanged]] = Later("touching")


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("rule-persons", of_rule)
def persons_of(request: HttpRequest, address: str) -> HttpResponse:
    """By POST a part of the form's page, for what stands in the form; else a page for ``?version=``."""
    rule = get_object_or_404(Rule.objects.select_related("holder"), address=address)
    if rule.kind not in OF_PERSONS:
        raise Http404
    if request.method == "POST":
        latest = rule.versions.order_by("-number")[0]
        context = of_text(request, rule, typed_in(request, rule.kind, latest.text).text)
        return render(request, "library/persons.html", context)
    version = _version(request, rule)
    context = {"rule": rule, "version": version, **of_text(request, rule, version.text), "turns": ""}
    return render(request, "library/touched.html", context)


def _version(request: HttpRequest, rule: Rule) -> Version:
    asked = request.GET.get("version", "")
    versions = readable(rule, rule.versions.select_related("made_by"), opens_drafts(asker(request), rule.holder))
    found = next((one for one in versions if str(one.number) == asked), None)
    if found is None:
        raise Http404
    return found


def of_text(request: HttpRequest, rule: Rule, text: str) -> dict[str, Any]:
    """The book with this text in it against the book in force, as far as plans for persons go."""
    here, turns = bureau(rule.holder), {"turns": reverse("rule-persons", args=[rule.address])}
    try:
        old, facts = here.book(), snapshot(here.record)
        new, _ = with_rule(old, name_of(rule, 0), text)
        key = (rule.address, edition(), facts.digest, digest(text))
        changed = LATER.ask(key, lambda: list(books_changed(facts, old, new)), PATIENCE)
        if changed is None:
            return {"comparing": True, **turns}
        found = [one for one in changed if rule.code in (one.plan, new.persons[one.plan].plan)]
        return {**touched(request, found, facts, new), **turns}
    except Refused as refused:
        return {"problems": told(refused)}
