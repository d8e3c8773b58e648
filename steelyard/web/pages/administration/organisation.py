"""机构与人员: the units as they stand, what the register or uploaded files would change, and applying that."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from steelyard.engine.problems import Refused
from steelyard.reports.sheet import Words
from steelyard.web.library import rules
from steelyard.web.look.reading import language
from steelyard.web.pages.administration import changing
from steelyard.web.pages.administration.accounts import ROWS
from steelyard.web.pages.administration.doing import may, reason
from steelyard.web.pages.administration.forms import day
from steelyard.web.pages.answering import done, me
from steelyard.web.people.asking import permitted
from steelyard.web.people.deciding import NOWHERE, Target
from steelyard.web.people.login.attempts import address_of
from steelyard.web.people.login.forms import Plain
from steelyard.web.people.login.stepping import fresh
from steelyard.web.people.models import Person, RegisterImport, Unit
from steelyard.web.people.registering import importing
from steelyard.web.people.registering.ending import agreed, ending
from steelyard.web.people.registering.register import Changes, bring, changes, picture

MANY = 200
"""So many lines of what is wrong with files are shown."""


class Upload(Plain):
    LABELS = {"day": Words("按哪一天的登记册", "As of which day")}  # noqa: RUF012
    day = day()


@permitted("organisation")
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("q", "").strip()
    rows = Unit.objects.select_related("parent").order_by("path")
    if asked:
        rows = rows.filter(Q(name__icontains=asked) | Q(code=asked))
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    staff = _staff([unit.code for unit in page])
    for unit in page:
        unit.depth = unit.path.count("/") - 2  # type: ignore[attr-defined]
        unit.staff = staff.get(unit.code, 0)  # type: ignore[attr-defined]
    counts = {"units": Unit.objects.filter(ended=None).count(), "persons": Person.objects.exclude(unit=None).count()}
    shown = {
        "page": page,
        "q": asked,
        **counts,
        "waiting": _waiting(),
        "may": may(request, upload="organisation-upload"),
    }
    return render(request, "administration/organisation.html", shown)


def _staff(codes: Sequence[str]) -> dict[str, int]:
    """How many people there are in each of these units; none are counted for units that are not shown."""
    counts = Person.objects.filter(unit__in=codes).values_list("unit").annotate(staff=Count("pk"))
    return dict(counts.order_by())


def _waiting() -> list[RegisterImport]:
    """What was shown or sent and is neither applied nor refused; the latest first."""
    rows = RegisterImport.objects.filter(applied_at=None, refused_at=None).select_related("made_by", "token")
    return list(rows.order_by("-pk")[:ROWS])


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("organisation-bring")
@fresh
def from_register(request: HttpRequest) -> HttpResponse:
    """What the register in the record would change, and, sent, the change itself."""
    today = timezone.localdate()
    try:
        seen = picture(rules.bureau().record, today)
        found = changes(seen)
    except Refused as refused:
        return _refused(request, refused, None)
    if request.method == "POST":
        now, address = timezone.now(), address_of(request)
        words = Words("机构与人员已更新", "Units and persons are up to date")

        def act() -> str:
            agreed(found, confirmed=_confirmed(request))
            bring(seen, by=me(request), at=now, address=address)
            return reverse("organisation")

        return done(request, "organisation-bring", act, words)
    return _shown(request, found, None)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("organisation-upload")
@fresh
def upload(request: HttpRequest) -> HttpResponse:
    form = Upload(request.POST if request.method == "POST" else None, initial={"day": timezone.localdate()})
    files = request.FILES.getlist("files")
    if not (form.is_valid() and files):
        if request.method == "POST" and not files:
            form.add_error(None, Words("请选择文件", "choose one or several files").of(language()))
        status = 422 if form.errors else 200
        return render(request, "administration/upload.html", {"form": form}, status=status)
    brought = [(one.name or "", one.chunks()) for one in files]
    now, address = timezone.now(), address_of(request)
    try:
        made, _ = importing.upload(brought, day=form.cleaned_data["day"], by=me(request), now=now, address=address)
    except Refused as refused:
        return _refused(request, refused, form)
    return redirect("organisation-apply", made.key)


def _confirmed(request: HttpRequest) -> bool:
    """Whether the box was ticked that only an import of many ends has."""
    return request.POST.get("confirmed") == "yes"


def existing(key: str) -> Target:
    if not RegisterImport.objects.filter(key=key).exists():
        raise Http404
    return NOWHERE


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("organisation-apply", find=existing)
@fresh
def apply(request: HttpRequest, key: str) -> HttpResponse:
    """What the uploaded files would change, and, sent, the change itself."""
    found = get_object_or_404(RegisterImport, key=key)
    if not found.open:
        return redirect("organisation")
    if request.method == "POST":
        now, address = timezone.now(), address_of(request)
        words = Words("导入已采用", "The import has been applied")

        def act() -> str:
            importing.apply(found, by=me(request), now=now, address=address, confirmed=_confirmed(request))
            return reverse("organisation")

        return done(request, reverse("organisation-apply", args=[key]), act, words)
    try:
        return _shown(request, importing.again(found).changes, found)
    except Refused as refused:
        return _refused(request, refused, None)


@permitted("organisation-refuse", find=existing)
@require_POST
@fresh
def refuse(request: HttpRequest, key: str) -> HttpResponse:
    found, why = get_object_or_404(RegisterImport, key=key), reason(request)
    now, address = timezone.now(), address_of(request)
    words = Words("导入未采用，已了结", "The import will not be applied")
    act = lambda: importing.decline(found, by=me(request), reason=why, now=now, address=address)  # noqa: E731
    return done(request, "organisation", act, words)


def _shown(request: HttpRequest, found: Changes, made: RegisterImport | None) -> HttpResponse:
    page = Paginator(changing.Everything(found), ROWS).get_page(request.GET.get("page"))
    lines = changing.lines(list(page))
    context = {"changes": found, "made": made, "page": page, "lines": lines, "ending": ending(found)}
    return render(request, "administration/changes.html", context)


def _refused(request: HttpRequest, refused: Refused, form: forms.Form | None) -> HttpResponse:
    lines = [problem.line(language()) for problem in refused.problems[:MANY]]
    shown = {"form": form or Upload(initial={"day": timezone.localdate()}), "lines": lines}
    return render(request, "administration/upload.html", shown, status=422)
