"""指标卡: what a rule says and whence, all its versions and how each differs, and the acts on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from steelyard.bureau.views.wording import Frozen, rule_among
from steelyard.engine.model.book import RuleBook, with_rule
from steelyard.engine.problems import Refused
from steelyard.engine.wording.teller import Teller
from steelyard.engine.wording.vocabulary import vocabulary
from steelyard.reports.sheet import Words
from steelyard.web.library.borrowing import behind, borrow, catch_up
from steelyard.web.library.models import Kind, Rule, State, Version
from steelyard.web.library.rules import bureau, in_force, name_of, with_version
from steelyard.web.library.shelves import opens_drafts, readable, shelf
from steelyard.web.library.texts import CALENDAR
from steelyard.web.library.uses import users
from steelyard.web.library.writing import adopt, adopted_at, retire, target_of
from steelyard.web.look.reading import language
from steelyard.web.pages.answering import done, me
from steelyard.web.pages.library.judged import quality
from steelyard.web.pages.library.listing import KINDS, STATES
from steelyard.web.pages.library.telling import told
from steelyard.web.people.asking import asker, permitted
from steelyard.web.people.deciding import Target
from steelyard.web.typed import number_in

Texts = Sequence[tuple[str, str]]
"""The rules in force, by name."""
OF_PERSONS = (Kind.PERSONS, Kind.PLAN)
"""Rules that say what somebody carries: links and points, and by what units are assessed at all."""


@dataclass(frozen=True)
class Written:
    """A version; ``lines``: what it says otherwise than the one before, None where that cannot be told."""

    version: Version
    lines: Sequence[str] | None
    mine: bool


@dataclass(frozen=True)
class Use:
    """A rule that names another one; ``linked``: it has a page."""

    code: str
    name: str
    linked: bool


def of_rule(address: str, **_: object) -> Target:
    found = Rule.objects.filter(address=address).select_related("holder").first()
    if found is None:
        raise Http404
    return target_of(found.holder, found.state)


def of_adoption(address: str, **_: object) -> Target:
    found = Rule.objects.filter(address=address).select_related("holder").first()
    if found is None:
        raise Http404
    return adopted_at(found)


@require_safe
@permitted("rule", of_rule)
def rule(request: HttpRequest, address: str) -> HttpResponse:
    """``?version=``: another one than that in force. Versions that are not in force yet are for those who write."""
    found = get_object_or_404(Rule.objects.select_related("holder", "origin__rule__holder"), address=address)
    who, at = asker(request), target_of(found.holder, found.state)
    versions = readable(found, found.versions.select_related("made_by"), opens_drafts(who, found.holder))
    if not versions:
        raise Http404
    shown = _asked(request, found, versions)
    around = in_force(found.holder_id or "")
    frozen = _frozen(found, shown, around)
    context = {
        "rule": found, "shown": shown, "kind": KINDS[Kind(found.kind)], "state": STATES[State(found.state)],
        "frozen": frozen, "text": frozen.text(language()) if frozen else (),
        "log": _log(found, versions, around, me(request).pk), **_said(found, shown),
        "may": {"write": who.may("rule-write", at)}
        | {"retire": found.kind != Kind.CALENDAR and who.may("rule-retire", at)}
        | {"adopt": who.may("rule-adopt", adopted_at(found))},
        "borrow": found.holder != shelf(who) and found.state == State.IN_FORCE and found.kind != Kind.CALENDAR
        and who.may("rule-borrow"),
        "persons": found.kind in OF_PERSONS and who.may("rule-persons", at), "quality": quality(found, who),
        "behind": behind().filter(pk=found.pk).exists(), "may_catch_up": who.may("rule-catch-up", at),
    }  # fmt: skip
    return render(request, "library/rule.html", context)


def _asked(request: HttpRequest, of: Rule, versions: Sequence[Version]) -> Version:
    number = number_in(request.GET.get("version", "")) or 0
    wanted = (one for one in versions for wanted in (number, of.current) if one.number == wanted)
    return max(wanted, key=lambda one: one.number == number, default=versions[0])


def _said(of: Rule, version: Version) -> dict[str, Any]:
    """What the card says of its kind, and who names the rule, in its book with this version in it; nothing where that
    cannot be read."""
    here = bureau(of.holder)
    try:
        book = here.book()
        if version.number != of.current or of.state != State.IN_FORCE:
            book, _ = with_rule(book, name_of(of, version.number), version.text)
        if book.defaults is None:
            return {}
        teller = Teller(language(), vocabulary(book, here.tables()), book.defaults)
        return {"uses": _uses(book, of.code), **told(book, of.kind, of.code, teller)}
    except Refused:
        return {}


def _uses(book: RuleBook, code: str) -> list[Use]:
    """Plans, plans for persons, priority tasks and other indicators of the same book."""
    names: Mapping[str, Any] = {**book.plans, **book.persons, **book.tasks, **book.indicators, **book.duties}
    known = set(Rule.objects.filter(holder=None).values_list("code", flat=True))
    return [Use(id, names[id].name, id in known) for id in users(book, code) if id in names]


def _frozen(of: Rule, version: Version, around: Texts) -> Frozen | None:
    """In words, among the others as they stand; None for plans, and where they no longer fit together."""
    if of.kind != Kind.INDICATOR:
        return None
    try:
        return rule_among(tuple(with_version(around, of, version)), tuple(bureau().declarations()), of.code)
    except Refused:
        return None


def _log(of: Rule, versions: Sequence[Version], around: Texts, me: int) -> list[Written]:
    """The latest first."""
    said = [_frozen(of, one, around) for one in versions]
    return [
        Written(one, _lines(now, before), one.made_by_id == me)
        for one, now, before in zip(versions, said, [*said[1:], None], strict=True)
    ]


def _lines(now: Frozen | None, before: Frozen | None) -> Sequence[str] | None:
    return None if now is None or before is None else now.changes(before, language())


@require_POST
@permitted("rule-adopt", of_adoption)
def adopting(request: HttpRequest, address: str, number: int) -> HttpResponse:
    words = Words(f"第 {number} 版已采用，今后按它计算", f"Version {number} is in force from now on")
    back = reverse("calendar") if address == CALENDAR else reverse("rule", args=[address])
    return done(request, back, lambda: adopt({address: number}, by=me(request), now=timezone.now()) and None, words)


@require_POST
@permitted("rule-retire", of_rule)
def retiring(request: HttpRequest, address: str) -> HttpResponse:
    words, reason = Words("已停用", "Retired"), request.POST.get("reason", "")
    back = reverse("rule", args=[address])
    return done(request, back, lambda: retire(address, reason, by=me(request), now=timezone.now()) and None, words)


@require_POST
@permitted("rule-catch-up", of_rule)
def catching_up(request: HttpRequest, address: str) -> HttpResponse:
    seen = number_in(request.POST.get("seen", "")) or 0
    words = Words("已记下；来源再变时再提醒", "Noted; you are told when it changes again")

    def act() -> None:
        catch_up(address, seen, by=me(request), now=timezone.now())

    return done(request, reverse("rule", args=[address]), act, words)


@require_POST
@permitted("rule-borrow")
def borrowing(request: HttpRequest, address: str) -> HttpResponse:
    """One click: the rule stands in the library of whoever asks, as a draft that another person adopts."""
    words = Words("已借到本级库中；可以修改，另一人采用后起作用", "It stands in your library; another person adopts it")

    def act() -> str:
        made = borrow(address, shelf(asker(request)), by=me(request), now=timezone.now())
        return reverse("rule", args=[made.address])

    return done(request, reverse("rule", args=[address]), act, words)
