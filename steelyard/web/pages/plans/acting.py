"""What forms of a plan in the making ask for; each leads back to the part that it stands in."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from steelyard.reports.sheet import Words
from steelyard.web.pages.answering import done, me
from steelyard.web.pages.plans.finding import of_making, starting
from steelyard.web.people.asking import permitted
from steelyard.web.plans.consulting import answer, comment
from steelyard.web.plans.drafting import group_dropped, group_kept
from steelyard.web.plans.moves import Move
from steelyard.web.plans.moving import act
from steelyard.web.plans.picking import absorb, named, untick, weigh
from steelyard.web.plans.waiving import unwaive, waive

KEPT = Words("已保存", "Kept")
Answer = Callable[..., HttpResponseBase]


def part_of(pk: int, name: str) -> str:
    return f"{reverse('making', args=[pk])}?part={name}"


def several(request: HttpRequest, name: str) -> list[str]:
    """A list that was typed with commas of any kind, or ticked."""
    found = (
        one for text in request.POST.getlist(name) for one in text.replace("，", "、").replace(",", "、").split("、")
    )
    return [one.strip() for one in found if one.strip()]


@require_POST
@permitted("making-group", of_making)
def group(request: HttpRequest, pk: int) -> HttpResponse:
    only, given = several(request, "only"), request.POST

    def kept() -> None:
        group_kept(pk, given, only, by=me(request), now=timezone.now())

    return done(request, part_of(pk, "picks"), kept, KEPT)


@require_POST
@permitted("making-group-drop", of_making)
def group_drop(request: HttpRequest, pk: int) -> HttpResponse:
    key = request.POST.get("group", "")
    words = Words("空组已删去", "The empty group is gone")
    return done(
        request, part_of(pk, "picks"), lambda: group_dropped(pk, key, by=me(request), now=timezone.now()), words
    )


@require_POST
@permitted("making-untick", of_making)
def unticking(request: HttpRequest, pk: int) -> HttpResponse:
    indicator = request.POST.get("indicator", "")
    name = named([indicator])[indicator]
    words = Words(f"已取消勾选：{name}", f"Taken back: {name}")
    return done(request, part_of(pk, "picks"), lambda: untick(pk, indicator, by=me(request), now=timezone.now()), words)


@require_POST
@permitted("making-weigh", of_making)
def weighing(request: HttpRequest, pk: int) -> HttpResponse:
    given, only = request.POST, several(request, "only")
    indicator = given.get("indicator", "")

    def weighed() -> None:
        weigh(pk, indicator, given, only, by=me(request), now=timezone.now())

    return done(request, part_of(pk, "picks"), weighed, KEPT)


@require_POST
@permitted("making-absorb", of_making)
def absorbing(request: HttpRequest, pk: int) -> HttpResponse:
    indicator = request.POST.get("indicator", "")
    words = Words("已由上级承接，节省见下表", "Carried above now; the table shows what that saves")
    return done(
        request, part_of(pk, "burden"), lambda: _none(absorb(pk, indicator, by=me(request), now=timezone.now())), words
    )


@require_POST
@permitted("making-comment", of_making)
def commenting(request: HttpRequest, pk: int) -> HttpResponse:
    form, words = request.POST, Words("意见已提交，绩效办将逐条答复", "Sent; the office answers every comment")

    def commented() -> None:
        comment(pk, form.get("text", ""), form.get("indicator", ""), by=me(request), now=timezone.now())

    return done(request, part_of(pk, "comments"), commented, words)


@require_POST
@permitted("making-answer", of_making)
def answering(request: HttpRequest, pk: int) -> HttpResponse:
    form = request.POST
    accepted = form.get("accepted") == "yes"

    def answered() -> None:
        answer(pk, form.get("comment", ""), accepted, form.get("answer", ""), by=me(request), now=timezone.now())

    return done(request, part_of(pk, "comments"), answered, Words("已答复", "Answered"))


@require_POST
@permitted("making-waive", of_making)
def waiving(request: HttpRequest, pk: int) -> HttpResponse:
    given, words = request.POST, Words("特批已登记，印在每份报告上", "Entered; every report will say so")
    return done(
        request, part_of(pk, "checks"), lambda: _none(waive(pk, given, by=me(request), now=timezone.now())), words
    )


@require_POST
@permitted("making-unwaive", of_making)
def unwaiving(request: HttpRequest, pk: int) -> HttpResponse:
    key, words = request.POST.get("waiver", ""), Words("特批已撤销", "The waiver is taken back")
    return done(request, part_of(pk, "checks"), lambda: unwaive(pk, key, by=me(request), now=timezone.now()), words)


def move(one: Move) -> Answer:
    """The view of one move of the table."""

    @require_POST
    @permitted(one.address, starting(one))
    def moved(request: HttpRequest, pk: int) -> HttpResponse:
        given = request.POST
        words = Words(f"已{one.words.zh}", f"Done: {one.words.en}")
        return done(
            request, reverse("making", args=[pk]),
            lambda: _none(act(pk, one.name, given, by=me(request), now=timezone.now())), words,
        )  # fmt: skip

    return moved


def _none(_: object) -> None:
    """What was made is on the page that one comes back to."""
