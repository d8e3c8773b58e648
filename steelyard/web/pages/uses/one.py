"""One use: whose numbers, what a correction made of them, its answer and its history."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from steelyard.reports.sheet import Words
from steelyard.web.look.exporting import Column, exported
from steelyard.web.look.reading import language
from steelyard.web.pages.answering import done, me, paged
from steelyard.web.pages.uses.listing import KINDS, STATES
from steelyard.web.people.asking import asker, permitted
from steelyard.web.people.deciding import Target
from steelyard.web.trail.recording import seen as read
from steelyard.web.typed import number_in
from steelyard.web.uses.answering import move as moved
from steelyard.web.uses.models import Difference, Kind, Named, Review, State, Step, Use
from steelyard.web.uses.moves import BY_NAME, MOVES, OF_THEMSELVES, Move

NUMBERS = (
    Column(Words("使用时总分", "Total as used"), "points", 12),
    Column(Words("使用时位次", "Place as used"), "number", 10), Column(Words("使用时等次", "Grade as used"), width=14),
)  # fmt: skip
COLUMNS = (
    Column(Words("代码", "Code"), width=16), Column(Words("名称", "Name"), width=28), *NUMBERS,
    Column(Words("最近一次更正", "Last correction"), width=14),
    Column(Words("更正前总分", "Total before"), "points", 12), Column(Words("更正后总分", "Total after"), "points", 12),
    Column(Words("更正前位次", "Place before"), "number", 10), Column(Words("更正后位次", "Place after"), "number", 10),
    Column(Words("更正前等次", "Grade before"), width=14), Column(Words("更正后等次", "Grade after"), width=14),
)  # fmt: skip


def of_use(pk: int) -> Target:
    found = Use.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found.target


@require_safe
@permitted("use", of_use)
def use(request: HttpRequest, pk: int) -> HttpResponse:
    """``?q=``: a code or a name among those whose numbers were used; ``?changed=``: those that changed alone."""
    found = get_object_or_404(Use.objects.select_related("version__run", "settled", "by", "token"), pk=pk)
    who, reviews = asker(request), list(found.reviews.select_related("before", "after"))
    last = reviews[-1] if reviews else None
    only = bool(last and last.changed) and request.GET.get("changed", "1") == "1"
    page = paged(request, _named(found, last, only, request.GET.get("q", "").strip()))
    if found.kind == Kind.PERSONS:
        _on_record(request, found, "use")
    context: dict[str, Any] = {
        "one": found, "version": found.version, "state": STATES[State(found.state)], "of": KINDS[Kind(found.kind)],
        "reviews": reviews, "last": last, "only": only, "page": page, "q": request.GET.get("q", ""),
        "rows": [(one, next(iter(one.now), None)) for one in page], "due": found.state == State.DUE,
        "moves": [move for move in MOVES if found.state in move.begins and who.may(move.address, found.target)],
        "steps": [(step, _words(step)) for step in found.steps.select_related("by", "review__after")],
        "page_of": "portrait" if found.kind == Kind.UNITS else "person",
    }  # fmt: skip
    return render(request, "uses/use.html", context)


def _named(found: Use, last: Review | None, only: bool, q: str) -> QuerySet[Named]:
    """With what the last correction made of each, in two questions whatever the number."""
    rows = Named.objects.filter(use=found)
    rows = rows.filter(differences__review=last) if only and last else rows
    rows = rows.filter(Q(code=q) | Q(name__icontains=q)) if q else rows
    return rows.order_by("pk").prefetch_related(
        Prefetch("differences", Difference.objects.filter(review=last), to_attr="now")
    )


def _words(step: Step) -> Words:
    return BY_NAME[step.move].words if step.move in BY_NAME else OF_THEMSELVES[step.move]


def _on_record(request: HttpRequest, found: Use, act: str) -> None:
    """Personal results were read, or taken away."""
    read(act, at=timezone.now(), by=asker(request).by(act, found.target), target=f"use:{found.pk}",
         address=request.META.get("REMOTE_ADDR", ""))  # fmt: skip


@require_safe
@permitted("use-file", of_use)
def file(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Use.objects.select_related("version__run"), pk=pk)
    last = found.reviews.select_related("after").last()
    _on_record(request, found, "use-file")
    name = Words(f"{found.purpose_name}运用第{found.pk}号", f"{found.purpose_name} use {found.pk}").of(language())
    return exported(name, COLUMNS, _cells(_named(found, last, False, ""), last))


def _cells(rows: QuerySet[Named], last: Review | None) -> Iterator[tuple[Any, ...]]:
    for one in rows.iterator(chunk_size=2000):
        said = (one.code, one.name, one.points, one.place, one.grade or None)
        now = next(iter(one.now), None)  # type: ignore[attr-defined]
        if now is None:
            yield (*said, _same(last), *[None] * 6)
        else:
            told = Words("不在更正后的结果里", "no longer assessed") if now.gone else Words("有变", "changed")
            yield (*said, told.of(language()), now.points_before, now.points, now.place_before, now.place,
                   now.grade_before or None, now.grade or None)  # fmt: skip


def _same(last: Review | None) -> str | None:
    return None if last is None else Words("没有变", "unchanged").of(language())


def moving(move: Move) -> Callable[..., HttpResponse]:
    """The view of one move."""

    def held(pk: int) -> Target:
        """By the right alone: whether the use still is where the move begins is told by the act, in words."""
        return Target(state=move.begins[0], label=of_use(pk).label)

    def view(request: HttpRequest, pk: int) -> HttpResponse:
        form = request.POST

        def act() -> None:
            moved(pk, move.name, form.get("reason", ""), by=me(request), now=timezone.now(),
                  review=number_in(form.get("review", "")) or 0)  # fmt: skip

        words = Words(f"已{move.words.zh}", f"done: {move.words.en}")
        return done(request, reverse("use", args=[pk]), act, words)

    return require_POST(permitted(move.address, held)(view))
