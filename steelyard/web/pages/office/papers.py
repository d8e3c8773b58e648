"""通报与通知书: what went out, under which number, and whether it still holds."""

from __future__ import annotations

from urllib.parse import quote

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from steelyard.engine.problems import Refused
from steelyard.reports.sheet import Words
from steelyard.web.cycles.models import Notice, NoticeKind, Stage, Version
from steelyard.web.cycles.notices.issuing import FORMS, TYPES, Form, bytes_of
from steelyard.web.pages.answering import paged, told
from steelyard.web.people.asking import asker, permitted
from steelyard.web.people.deciding import Target
from steelyard.web.people.models import Unit
from steelyard.web.trail.recording import seen
from steelyard.web.typed import number_in

KINDS = {NoticeKind.BULLETIN: Words("通报", "Bulletin"), NoticeKind.LETTER: Words("通知书", "Letter")}


def of_letter(pk: int, form: str) -> Target:
    found = Notice.objects.filter(pk=pk, kind=NoticeKind.LETTER).select_related("version").first()
    if found is None or form not in FORMS:
        raise Http404
    path = Unit.objects.filter(code=found.unit).values_list("path", flat=True).first() or ""
    return Target(path=path, state=found.version.stage)


def of_bulletin(pk: int, form: str) -> Target:
    found = Notice.objects.filter(pk=pk, kind=NoticeKind.BULLETIN).select_related("version").first()
    if found is None or form not in FORMS:
        raise Http404
    return Target(state=found.version.stage)


@require_safe
@permitted("notices")
def notices(request: HttpRequest) -> HttpResponse:
    """Bulletins are for everybody, letters for those who may read of the unit; ``?version=``, ``?q=``."""
    who, rows = asker(request), Notice.objects.all()
    if not who.may("notice"):
        letters = Unit.objects.visible_to(who, "notice").values("code")
        rows = rows.filter(Q(kind=NoticeKind.BULLETIN) | Q(unit__in=letters))
    version, q = request.GET.get("version", ""), request.GET.get("q", "").strip()
    number = number_in(version)
    rows = rows if number is None else rows.filter(version=number)
    rows = rows.filter(unit_name__icontains=q) if q else rows
    rows = rows.select_related("version__run").order_by("-year", "-version", "serial")
    page = paged(request, rows)
    instead = {
        one.replaces_id: one
        for one in Version.objects.filter(
            replaces__in={row.version_id for row in page}, stage__in=(Stage.PUBLISHED, Stage.REPLACED)
        )
    }
    context = {
        "page": page, "version": version, "q": q,
        "rows": [(row, KINDS[NoticeKind(row.kind)], instead.get(row.version_id)) for row in page],
    }  # fmt: skip
    return render(request, "office/notices.html", context)


@require_safe
@permitted("notice", of_letter)
def letter(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    return _download(request, "notice", of_letter(pk, form), pk, form)


@require_safe
@permitted("bulletin", of_bulletin)
def bulletin(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    return _download(request, "bulletin", of_bulletin(pk, form), pk, form)


def _download(request: HttpRequest, name: str, of: Target, pk: int, form: str) -> HttpResponse:
    chosen: Form = "docx" if form == "docx" else "pdf"
    found = get_object_or_404(Notice, pk=pk)
    try:
        content = bytes_of(pk, chosen)
    except Refused as refused:
        return render(request, "office/broken.html", {"problems": told(refused)}, status=409)
    seen(name, at=timezone.now(), by=asker(request).by(name, of), target=f"notice:{pk}", form=form)
    title = f"{KINDS[NoticeKind(found.kind)].zh}〔{found.year}〕{found.serial}号{found.unit_name}.{form}"
    response = HttpResponse(content, content_type=TYPES[chosen])
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(title)}"
    return response
