"""责任书 of a unit or a person: to be read and printed from the page, or as PDF and DOCX."""

from __future__ import annotations

from urllib.parse import quote

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from steelyard.web.cascade.letters import person_letter, unit_letter
from steelyard.web.cascade.models import Cascade
from steelyard.web.cycles.notices.issuing import FORMS, TYPES, Form
from steelyard.web.cycles.notices.wording import Paper
from steelyard.web.pages.cascade import personal
from steelyard.web.pages.cascade.overview import names_of
from steelyard.web.pages.cascade.unit import of_unit
from steelyard.web.people.asking import asker, permitted
from steelyard.web.people.deciding import Target
from steelyard.web.people.models import Person, Unit


def of_unit_file(pk: int, code: str, form: str) -> Target:
    if form not in FORMS:
        raise Http404
    return of_unit(pk, code)


def of_person(pk: int, person: str, form: str = "pdf") -> Target:
    if form not in FORMS or not Cascade.objects.filter(pk=pk).exists():
        raise Http404
    return personal.of_person(person)


@require_safe
@permitted("cascade-letter", of_unit)
def unit(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    found, at = get_object_or_404(Cascade, pk=pk), Unit.objects.get(pk=code)
    paper = _of_unit(request, found, at)
    context = {"cascade": found, "paper": paper, "unit": at, "file": "cascade-letter-file", "code": code}
    return render(request, "cascade/letter.html", context)


@require_safe
@permitted("cascade-letter-file", of_unit_file)
def unit_file(request: HttpRequest, pk: int, code: str, form: str) -> HttpResponse:
    found, at = get_object_or_404(Cascade, pk=pk), Unit.objects.get(pk=code)
    return _download(_of_unit(request, found, at), at.name, form)


@require_safe
@permitted("cascade-own-letter", of_person)
def person(request: HttpRequest, pk: int, person: str) -> HttpResponse:
    found, who = get_object_or_404(Cascade, pk=pk), Person.objects.get(pk=person)
    personal.on_record(request, "cascade-own-letter", who)
    context = {"cascade": found, "paper": _of_person(found, who), "file": "cascade-own-letter-file", "code": person}
    return render(request, "cascade/letter.html", context)


@require_safe
@permitted("cascade-own-letter-file", of_person)
def person_file(request: HttpRequest, pk: int, person: str, form: str) -> HttpResponse:
    found, who = get_object_or_404(Cascade, pk=pk), Person.objects.get(pk=person)
    personal.on_record(request, "cascade-own-letter-file", who)
    return _download(_of_person(found, who), who.name, form)


def _of_unit(request: HttpRequest, found: Cascade, at: Unit) -> Paper:
    named = names_of(asker(request), at)
    return unit_letter(found, at, _office(), timezone.localdate(), named=named)


def _of_person(found: Cascade, who: Person) -> Paper:
    return person_letter(found, who.pk, who.name, _office(), timezone.localdate())


def _office() -> str:
    """Whose letter it is: the bureau at the top, as long as the register has one."""
    top = Unit.objects.filter(parent=None, ended=None).order_by("code").first()
    return settings.STEELYARD.name if top is None else top.name


def _download(paper: Paper, name: str, form: str) -> HttpResponse:
    chosen: Form = "docx" if form == "docx" else "pdf"
    response = HttpResponse(FORMS[chosen](paper), content_type=TYPES[chosen])
    title = quote(f"绩效责任书_{name}.{form}")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{title}"
    return response
