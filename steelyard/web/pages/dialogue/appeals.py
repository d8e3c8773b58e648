"""申诉的页面: filing one, following it, and moving it on with the effect on everybody in view."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from steelyard.bureau.views.reading import views_of
from steelyard.engine.calendar.deadlines import known
from steelyard.engine.model.persons import UNIT_TOTAL
from steelyard.engine.problems import Refused
from steelyard.reports.sheet import Words
from steelyard.web.cycles.data.evidence import KINDS
from steelyard.web.cycles.models import Version
from steelyard.web.cycles.results import folder_of
from steelyard.web.dialogue import appealing
from steelyard.web.dialogue.carrying import newest, standing
from steelyard.web.dialogue.models import OPEN, Appeal, Evidence, Source, Stage, target_of
from steelyard.web.dialogue.moves import Move, leading_on
from steelyard.web.dialogue.previewing import ask_preview, latest
from steelyard.web.dialogue.saying import Number, hanging_on
from steelyard.web.jobs.models import State
from steelyard.web.library import rules
from steelyard.web.look.reading import language
from steelyard.web.pages.answering import done, me
from steelyard.web.pages.dialogue.numbers import address_of, around
from steelyard.web.pages.results.doors import READ, WRITE, of_unit, page, reading
from steelyard.web.pages.results.explaining import TOTAL
from steelyard.web.people.asking import Asker, asker, permitted
from steelyard.web.people.deciding import Target
from steelyard.web.people.models import Person
from steelyard.web.people.seeing import filter_of
from steelyard.web.typed import numbers_in

MANY = 30
ENTRIES = {"": Words("个人总分", "Total of the account"), UNIT_TOTAL: Words("单位总分", "Total of the unit")}
"""What is no indicator in an account."""


def of_appeal(pk: int) -> Target:
    found: Appeal = get_object_or_404(Appeal.objects.select_related("unit"), pk=pk)
    return found.target


@page("appeal-file", of_unit, (*READ, *WRITE))
def file(request: HttpRequest, version: int, code: str, indicator: str) -> HttpResponse:
    """The form, with the last day; by POST, the appeal."""
    seen = reading(request, version)
    context = around(seen, code, indicator, "explanation")
    if request.method != "POST":
        last = last_of(seen.version)
        sure = last and known(rules.calendar(), last)
        return render(request, "dialogue/appeal_new.html", {**context, "last": last, "sure": sure})
    number, claim, made = context["number"], request.POST.get("claim", ""), list[Appeal]()
    answer = done(request, address_of(number), lambda: made.append(filed(request, number, claim)),
                  Words("申诉已提出", "Your appeal is filed"))  # fmt: skip
    if made:
        answer["Location"] = reverse("appeal", args=[made[0].pk])
    return answer


def last_of(version: Version) -> date | None:
    if version.published_at is None:
        return None
    published = timezone.localtime(version.published_at).date()
    return appealing.last_day(published, settings.STEELYARD.appeal_days, rules.calendar())


def filed(request: HttpRequest, number: Number, claim: str) -> Appeal:
    here = settings.STEELYARD
    return appealing.file(
        number, claim, by=me(request), now=timezone.localtime(), calendar=rules.calendar(), days=here.appeal_days,
        to_rule=here.ruling_days,
    )  # fmt: skip


def visible(who: Asker) -> Any:
    own = filter_of(who, "appeal", "unit__path", "person", private=True)
    return Appeal.objects.filter(own).select_related("unit", "version", "filed_by")


@require_safe
@permitted("appeals")
def listed(request: HttpRequest) -> HttpResponse:
    who, stage = asker(request), request.GET.get("stage", "")
    found = visible(who)
    chosen = found.filter(stage=stage) if stage in Stage.values else found
    shown = Paginator(chosen, MANY).get_page(request.GET.get("page"))
    rows = [(one, _next(who, one)) for one in shown.object_list]
    items = [(Words("全部", "All"), reverse("appeals"), not stage)]
    items += [
        (Words(one.label, one.value), f"{reverse('appeals')}?stage={one.value}", one.value == stage) for one in Stage
    ]
    return render(request, "dialogue/appeals.html", {"rows": rows, "page": shown, "items": items, "today": who.today})


def _next(who: Asker, appeal: Appeal) -> Sequence[Move]:
    """What whoever asks may do with it now."""
    found = [way for way in leading_on(appeal.stage) if who.may(way.address, appeal.target)]
    return [way for way in found if not way.undone or _undone(appeal)]


def _undone(appeal: Appeal) -> bool:
    try:
        return appealing.undone(appeal)
    except Refused:  # the record cannot be read: its own page says why
        return False


def _correction(appeal: Appeal) -> dict[str, Any]:
    """How far an upheld appeal is on its way to be carried out, and what keeps it: shown until it is."""
    if appeal.stage != Stage.UPHELD:
        return {}
    try:
        return {"correction": standing(appeal, newest())}
    except Refused as refused:
        return {"unread": [problem.line(language()) for problem in refused.problems]}


@require_safe
@permitted("appeal", of_appeal)
def one(request: HttpRequest, pk: int) -> HttpResponse:
    who = asker(request)
    appeal = get_object_or_404(visible(who).select_related("preview", "corrected"), pk=pk)
    target = appeal.target
    number = Number(appeal.version, appeal.unit, appeal.indicator, appeal.shown, appeal.person)
    evidence = hanging_on(Evidence.objects.filter(withdrawn=""), number)
    return render(request, "dialogue/appeal.html", {
        "appeal": appeal, "moves": appeal.moves.select_related("by"), "ways": _next(who, appeal), "evidence": evidence,
        "files": {one.pk for one in appeal.files.all()}, "open": appeal.stage in OPEN, "job": appeal.preview,
        "may_files": who.may("appeal-files", target), "may_preview": who.may("appeal-preview", target),
        "name": _named(appeal), "indicator": appeal.indicator or TOTAL, "today": who.today, **_personal(who, appeal),
        **_previews(appeal), **_correction(appeal), "may_batches": who.may("batch"),
    })  # fmt: skip


def _previews(appeal: Appeal) -> dict[str, Any]:
    """The preview that is on its way, or why the last one came to nothing."""
    last = latest(appeal)
    failed = last is not None and last.state == State.FAILED and appeal.stage in OPEN
    why = [Words(one["zh"], one["en"]) for one in last.problems] if last is not None and failed else []
    return {"running": last if last is not None and last.open else None, "failed": why}


def _personal(who: Asker, appeal: Appeal) -> dict[str, Any]:
    """Whose account it is about, and what he may hand in; nothing for an appeal of a unit."""
    if not appeal.person:
        return {}
    name = Person.objects.filter(pk=appeal.person).values_list("name", flat=True).first() or appeal.person
    may = who.may("person-evidence", target_of(appeal.unit, appeal.person, appeal.version.stage))
    form = {"sources": Source, "kinds": " ".join(kind.lstrip(".") for kind in KINDS)}
    return {"whose": name, "may_evidence": may and appeal.stage in OPEN, **form}


def _named(appeal: Appeal) -> Words:
    """The indicator as its version called it; its identifier where that cannot be read any more."""
    if appeal.person:
        return _entry(appeal)
    if not appeal.indicator:
        return Words("总分", "Total")
    try:
        return views_of(folder_of(appeal.version)).indicator(appeal.indicator).rule.name
    except (Refused, KeyError):
        return Words(appeal.indicator)


def _entry(appeal: Appeal) -> Words:
    """An entry of somebody's account."""
    if appeal.indicator in ENTRIES:
        return ENTRIES[appeal.indicator]
    try:
        known = views_of(folder_of(appeal.version)).people
    except Refused:
        return Words(appeal.indicator)
    names = (one.indicators[appeal.indicator] for one in known if appeal.indicator in one.indicators)
    return Words(next(names, appeal.indicator))


@require_POST
@permitted("appeal-files", of_appeal)
def files(request: HttpRequest, pk: int) -> HttpResponse:
    """Which pieces of evidence are corrected records, to be loaded as the source system exports them."""
    appeal = get_object_or_404(visible(asker(request)), pk=pk)
    number = Number(appeal.version, appeal.unit, appeal.indicator, appeal.shown, appeal.person)
    keys = numbers_in(request.POST.getlist("files"))
    chosen = list(hanging_on(Evidence.objects.filter(withdrawn=""), number).filter(pk__in=keys))
    act = lambda: appealing.correct_with(appeal, chosen, by=me(request), now=timezone.now())  # noqa: E731
    return done(request, reverse("appeal", args=[pk]), act, Words("已选定更正材料", "The corrected records are chosen"))


@require_POST
@permitted("appeal-preview", of_appeal)
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    appeal = get_object_or_404(visible(asker(request)), pk=pk)
    words = Words(
        "预演已开始，完成后显示对所有单位的影响", "The preview has begun; its effect on everybody will stand here"
    )
    return done(
        request, reverse("appeal", args=[pk]), lambda: ask_preview(appeal, by=me(request), now=timezone.now()), words
    )


def moving(way: Move) -> Callable[..., HttpResponse]:
    """The view of one move."""

    def moved(request: HttpRequest, pk: int) -> HttpResponse:
        appeal = get_object_or_404(visible(asker(request)), pk=pk)
        text, looked = request.POST.get("text", ""), numbers_in(request.POST.getlist("preview"))
        seen = next(iter(looked), 0) if way.previewed else None

        def act() -> Appeal:
            return appealing.move(appeal, way.name, text, by=me(request), now=timezone.now(), preview=seen)

        said = Words(f"已{way.words.zh}", f"done: {way.words.en}")
        return done(request, reverse("appeal", args=[pk]), act, said)

    return require_POST(permitted(way.address, of_appeal)(moved))
