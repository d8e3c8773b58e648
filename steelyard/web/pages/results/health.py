"""体检报告: ten sections about one unit, each sentence verified by a second program, on the page and to take away."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, cast
from uuid import uuid4

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from steelyard.bureau.health.beside import Beside, write_beside
from steelyard.reports.health.document import Document
from steelyard.reports.health.laid import laid
from steelyard.reports.health.printing import PRINTERS, TYPES
from steelyard.web.checkups.making import checks, latest, packed, start
from steelyard.web.checkups.records import beside
from steelyard.web.cycles.results import Reading
from steelyard.web.look.reading import language
from steelyard.web.pages.answering import done
from steelyard.web.pages.results.doors import WRITE, frame, of_unit, of_version, page, reading
from steelyard.web.pages.results.portrait import crumbs, sheet_of
from steelyard.web.people.asking import asker
from steelyard.web.trail.recording import seen as read

JSON = "application/json"


def _document(seen: Reading, code: str) -> tuple[Document, Beside]:
    """As whoever asks may read it. Raises `Http404` where this version has nothing of the unit."""
    sheet_of(seen, code)
    records = beside(seen.version, [code], seen.asker.may)
    return checks(seen.version).of(code, not seen.names_all, records), records


@page("health", of_unit)
def health(request: HttpRequest, version: int, code: str) -> HttpResponse:
    seen = reading(request, version)
    document, _ = _document(seen, code)
    job = latest(seen.version)
    context = {
        **frame(seen, "health", code, crumbs=crumbs(seen, sheet_of(seen, code))), "report": laid(document, language()),
        "code": code, "forms": ("html", "pdf", "docx", "json", "records"), "job": job, "key": uuid4().hex,
        "may_make": seen.asker.may("health-make", seen.target("")), "busy": job is not None and job.open,
        "packed": packed(seen.version) if seen.asker.may("health-pack", seen.target("")) else None,
    }  # fmt: skip
    return render(request, "results/health.html", context)


@page("health-file", of_unit)
def health_file(request: HttpRequest, version: int, code: str, form: str) -> HttpResponse:
    """``form``: html, pdf, docx; json is the document, records what came beside the results. On record."""
    seen = reading(request, version)
    document, records = _document(seen, code)
    makers: dict[str, tuple[str, Callable[[], bytes]]] = {
        name: (TYPES[name], lambda print=print: print(laid(document, language())))  # type: ignore[misc]
        for name, print in PRINTERS.items()
    }
    makers["json"] = JSON, lambda: json.dumps(document.plain(), ensure_ascii=False, indent=1).encode()
    makers["records"] = JSON, lambda: write_beside(records) or b"{}"
    if form not in makers:
        raise Http404
    kind, make = makers[form]
    _on_record(request, seen, code)
    answer = HttpResponse(make(), content_type=kind)
    name = f"{code}-health.{form}" if form != "records" else f"{code}-records.json"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _on_record(request: HttpRequest, seen: Reading, what: str) -> None:
    read(
        "export", at=timezone.now(), by=seen.asker.by("health-file", seen.target("")),
        target=f"version:{seen.version.pk}", address=request.META.get("REMOTE_ADDR", ""), table=f"health:{what}",
    )  # fmt: skip


@page("health-make", of_version, WRITE)
def health_make(request: HttpRequest, version: int) -> HttpResponse:
    """Asks for the checks of everybody; ``back``: the unit whose page it was asked from."""
    seen = reading(request, version)
    code = request.POST.get("back", "")
    there = reverse("health", args=[version, code]) if seen.views.has_unit(code) else reverse("healths")

    def act() -> Any:
        return start(seen.version, by=asker(request), now=timezone.now(), key=request.POST.get("key", "")[:40])

    return done(request, there, act)


@page("health-pack", of_version)
def health_pack(request: HttpRequest, version: int) -> HttpResponse:
    seen = reading(request, version)
    path = packed(seen.version)
    if path is None:
        raise Http404
    _on_record(request, seen, "all")
    sent = FileResponse(path.open("rb"), as_attachment=True, filename=f"health-{seen.version.period}.zip")
    return cast(HttpResponse, sent)  # sent piece by piece
