"""One number and what hangs on it: remarks with their answers, and evidence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from steelyard.engine.problems import CATALOGUE, refuse
from steelyard.reports import formats
from steelyard.reports.sheet import Words
from steelyard.web.cycles.data.evidence import KINDS
from steelyard.web.cycles.results import Reading
from steelyard.web.dialogue.models import GRADES, Appeal, Evidence, Remark, Source
from steelyard.web.dialogue.saying import LONGEST, Number, grade, hanging_on, say, show, withdraw
from steelyard.web.pages.answering import done, me
from steelyard.web.pages.results.doors import WRITE, frame, of_unit, page, reading
from steelyard.web.pages.results.explaining import TOTAL
from steelyard.web.pages.results.indicators import page_of, row_of
from steelyard.web.pages.results.portrait import crumbs, sheet_of
from steelyard.web.people.asking import asker, permitted
from steelyard.web.people.deciding import Target
from steelyard.web.people.models import Unit
from steelyard.web.trail.recording import seen as read
from steelyard.web.typed import number_in

CATALOGUE.add(
    {
        "remark-gone": (
            "要答复的留言不在这项得分下；请刷新页面再试",
            "the remark that this answers is not there; reload the page and try again",
        ),
    }
)
ACTS = ("remark", "evidence-add", "appeal-file", "evidence-grade")


def number_of(seen: Reading, code: str, indicator: str) -> Number:
    """The number as this version shows it. Raises `Http404` for a unit or an indicator that it does not know."""
    sheet = sheet_of(seen, code)
    unit = get_object_or_404(Unit, pk=code)
    if indicator == TOTAL:
        return Number(seen.version, unit, "", formats.points(sheet.total))
    row = row_of(sheet, indicator)
    if row is None:
        raise Http404
    return Number(seen.version, unit, indicator, formats.points(row.points))


def name_of(seen: Reading, indicator: str) -> Words:
    return Words("总分", "Total") if indicator == TOTAL else page_of(seen, indicator).rule.name


def address_of(number: Number) -> str:
    return reverse("dialogue", args=[number.version.pk, number.unit.pk, number.indicator or TOTAL])


def around(seen: Reading, code: str, indicator: str, here: str) -> dict[str, Any]:
    """Where the number stands: the frame of its version, its name, its unit, and how it is shown."""
    sheet, name = sheet_of(seen, code), name_of(seen, indicator)
    explained = reverse("explanation", args=[seen.version.pk, code, indicator])
    way = [*crumbs(seen, sheet), (name, explained), (Words("沟通与申诉", "Dialogue"), "")]
    return {
        **frame(seen, here, code, indicator, crumbs=way), "sheet": sheet, "name": name, "indicator": indicator,
        "number": number_of(seen, code, indicator),
    }  # fmt: skip


def of_evidence(pk: int) -> Target:
    """The unit and the stage of the number that a piece of evidence hangs on."""
    found: Evidence = get_object_or_404(Evidence.objects.select_related("unit", "version"), pk=pk)
    return found.target


@page("dialogue", of_unit)
def dialogue(request: HttpRequest, version: int, code: str, indicator: str) -> HttpResponse:
    seen = reading(request, version)
    context = around(seen, code, indicator, "dialogue")
    number: Number = context["number"]
    found = {
        "threads": _threads(list(hanging_on(Remark.objects.all(), number))),
        "evidence": hanging_on(Evidence.objects.all(), number),
        "appeals": Appeal.objects.filter(
            plan=number.version.plan,
            period=number.version.period,
            unit=number.unit,
            indicator=number.indicator,
            person="",
        ),
    }
    may = {name.replace("-", "_"): seen.asker.may(name, seen.target(code)) for name in ACTS}
    form = {
        "sources": Source,
        "kinds": " ".join(kind.lstrip(".") for kind in KINDS),
        "longest": LONGEST,
        "grades": GRADES,
    }
    return render(request, "dialogue/number.html", {**context, **found, **form, "may": may})


def _threads(remarks: Sequence[Remark]) -> list[tuple[Remark, list[Remark]]]:
    """Each remark with its answers, in the order in which they were said."""
    first = [one for one in remarks if one.answers_id is None]
    return [(one, [other for other in remarks if other.answers_id == one.pk]) for one in first]


@page("remark", of_unit, WRITE)
def remark(request: HttpRequest, version: int, code: str, indicator: str) -> HttpResponse:
    number = number_of(reading(request, version), code, indicator)
    text, words = request.POST.get("text", ""), Words("已留言", "Your remark stands here")

    def act() -> None:
        answers = _answered(number, request.POST.get("answers", ""))
        say(number, text, by=me(request), now=timezone.now(), answers=answers)

    return done(request, address_of(number), act, words)


def _answered(number: Number, key: str) -> Remark | None:
    """None where nothing is answered. Raises `Refused` (``remark-gone``)."""
    if not key:
        return None
    found = hanging_on(Remark.objects.all(), number).filter(pk=number_in(key) or 0).first()
    if found is None:
        raise refuse("remark-gone")
    return found


@page("evidence-add", of_unit, WRITE)
def evidence(request: HttpRequest, version: int, code: str, indicator: str) -> HttpResponse:
    number = number_of(reading(request, version), code, indicator)
    return done(
        request, address_of(number), lambda: shown(request, number), Words("已提交佐证", "Your evidence is kept")
    )


def shown(request: HttpRequest, number: Number) -> Evidence:
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        raise refuse("file-none")
    source = request.POST.get("source", "")
    if source not in Source.values:
        raise refuse("source-unknown", allowed="、".join(Source.labels))
    about, media = request.POST.get("about", ""), settings.STEELYARD.media
    return show(number, file, about, source, by=me(request), now=timezone.now(), media=media)


@require_safe
@permitted("evidence-file", of_evidence)
def evidence_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Handed out as it came, never shown inside a page of ours; who took it is on record."""
    found = get_object_or_404(Evidence.objects.select_related("unit", "version"), pk=pk)
    by = asker(request).by("evidence-file", of_evidence(pk))
    read("evidence-file", at=timezone.now(), by=by, target=f"evidence:{pk}")
    answer = HttpResponse(
        (settings.STEELYARD.media / found.stored).read_bytes(), content_type="application/octet-stream"
    )
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=found.name) or "attachment"
    return answer


@require_POST
@permitted("evidence-withdraw", of_evidence)
def evidence_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Evidence.objects.select_related("unit", "version"), pk=pk)
    why = request.POST.get("why", "")
    return done(
        request,
        _back(found),
        lambda: withdraw(found, why, by=me(request), now=timezone.now()),
        Words("已撤回", "Withdrawn"),
    )


@require_POST
@permitted("evidence-grade", of_evidence)
def evidence_grade(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Evidence.objects.select_related("unit", "version"), pk=pk)
    given = request.POST.get("grade", "")
    return done(
        request,
        _back(found),
        lambda: grade(found, given, by=me(request), now=timezone.now()),
        Words("已评定", "Graded"),
    )


def _back(evidence: Evidence) -> str:
    if evidence.person:
        return reverse("person", args=[evidence.version_id, evidence.person])
    return reverse("dialogue", args=[evidence.version_id, evidence.unit_id, evidence.indicator or TOTAL])
