"""登记运用: from the pages of a version, for those whose numbers one has before oneself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import uuid4

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from steelyard.engine.problems import Refused, refuse
from steelyard.reports.sheet import Words
from steelyard.web.cycles.models import Version
from steelyard.web.pages.answering import done, me, told
from steelyard.web.pages.results.doors import READ, WRITE, frame, page, reading
from steelyard.web.people.asking import asker
from steelyard.web.people.deciding import Target
from steelyard.web.uses.figures import figures, groups
from steelyard.web.uses.models import Kind, Use, label
from steelyard.web.uses.noting import Logging, Wanted, listed, note
from steelyard.web.uses.shown import of_name

NAME = "use-new"
KINDS = {Kind.UNITS: Words("单位", "Units"), Kind.PERSONS: Words("个人", "Persons")}
APART = re.compile(r"[\s,;，；、]+")
ITSELF = Words("登记运用", "Log a use")


@page(NAME, methods=(*READ, *WRITE))
def new(request: HttpRequest, version: int) -> HttpResponse:
    """``?kind=``, ``?names=``, ``?group=``: what the page from which one comes was about."""
    problems: Sequence[Words] = ()
    if request.method == "POST":
        try:
            return _logged(request, version)
        except Refused as refused:
            problems = told(refused)
    typed = request.POST if request.method == "POST" else request.GET
    seen, kind = reading(request, version), _kind(typed)
    if not asker(request).may(NAME, Target(state=seen.version.stage, label=label(kind))):
        raise Http404
    context = {**frame(seen, NAME, crumbs=[(ITSELF, "")]), "problems": problems, "typed": typed, "mark": uuid4().hex,
               "today": asker(request).today, **_offered(seen.version, typed, kind)}  # fmt: skip
    return render(request, "uses/new.html", context, status=422 if problems else 200)


def _kind(typed: QueryDict) -> Kind:
    return Kind.PERSONS if typed.get("kind") == Kind.PERSONS else Kind.UNITS


def _offered(version: Version, typed: QueryDict, kind: Kind) -> dict[str, Any]:
    there = figures(version, kind)
    today, here = timezone.localdate(), reverse(NAME, args=[version.pk])
    names = _codes(typed.get("names", ""))
    known = [there[code] for code in names[:1] if code in there]
    return {
        "kind": kind, "kinds": [(words, f"{here}?kind={one}", one == kind) for one, words in KINDS.items()],
        "groups": groups(there.values()), "purposes": [one for one in listed().values() if one.open_on(today)],
        "many": len(there), "about": known[0] if len(names) == 1 and known else None,
        "before": of_name(kind, names[0], version) if len(names) == 1 else (),
    }  # fmt: skip


def _logged(request: HttpRequest, version: int) -> HttpResponse:
    made: Use = note(_wanted(request.POST, version), Logging(me(request), NAME), now=timezone.now())
    words = Words(f"已登记，第 {made.pk} 号", f"Logged as number {made.pk}")
    back = reverse("use", args=[made.pk])
    return done(request, back, lambda: None, words) if asker(request).may("use", made.target) else redirect("uses")


def _wanted(form: QueryDict, version: int) -> Wanted:
    kind = form.get("kind", "")
    codes = [*_codes(form.get("names", "")), *_of_group(version, kind, form.get("group", ""))]
    return Wanted(
        version, kind, codes, form.get("purpose", ""), form.get("user", ""), _day(form.get("on", "")),
        form.get("key", ""), form.get("document", ""), form.get("reason", ""),
    )  # fmt: skip


def _codes(text: str) -> list[str]:
    return [one for one in APART.split(text) if one]


def _of_group(version: int, kind: str, group: str) -> list[str]:
    if not group or kind not in Kind.values:
        return []
    found = Version.objects.select_related("run").get(pk=version)
    return [code for code, one in figures(found, kind).items() if group in one.groups]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise refuse("use-day", found=text[:20] or "—", first="—") from None
