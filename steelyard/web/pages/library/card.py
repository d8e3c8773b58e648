"""指标卡: what a rule says and whence, all its versions and how each differs, and the acts on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from steelyard.bureau.views.wording import Frozen, rule_among
from steelyard.engine.problems import Refused
from steelyard.reports.sheet import Words
from steelyard.web.library.models import Kind, Rule, State, Version
from steelyard.web.library.rules import bureau, in_force_with
from steelyard.web.library.writing import adopt, retire
from steelyard.web.look.reading import language
from steelyard.web.pages.answering import done, me
from steelyard.web.pages.library.listing import KINDS, STATES
from steelyard.web.people.asking import asker, permitted
from steelyard.web.people.deciding import Target


@dataclass(frozen=True)
class Written:
    """A version; ``lines``: what it says otherwise than the one before, None where that cannot be told."""

    version: Version
    lines: Sequence[str] | None
    mine: bool


def of_rule(code: str, **_: object) -> Target:
    state = Rule.objects.filter(code=code).values_list("state", flat=True).first()
    if state is None:
        raise Http404
    return Target(state=state)


@require_safe
@permitted("rule", of_rule)
def rule(request: HttpRequest, code: str) -> HttpResponse:
    """``?version=``: another one than that in force."""
    found = get_object_or_404(Rule, code=code)
    versions = list(found.versions.select_related("made_by"))
    asked = request.GET.get("version", "")
    number = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 7 else 0
    shown = next((one for one in versions if one.number == number), None) or next(
        (one for one in versions if one.number == found.current), versions[0]
    )
    who = asker(request)
    context = {
        "rule": found, "shown": shown, "kind": KINDS[Kind(found.kind)], "state": STATES[State(found.state)],
        "frozen": (frozen := _frozen(found, shown)), "text": frozen.text(language()) if frozen else (),
        "log": _log(found, versions, me(request).pk), "base": versions[0].number,
        "may": {name: who.may(f"rule-{name}", Target(state=found.state)) for name in ("write", "adopt", "retire")},
    }  # fmt: skip
    return render(request, "library/rule.html", context)


def _frozen(of: Rule, version: Version) -> Frozen | None:
    """In words, among the others as they stand; None for plans, and where they no longer fit together."""
    if of.kind != Kind.INDICATOR:
        return None
    try:
        return rule_among(tuple(in_force_with(version)), tuple(bureau().declarations()), of.code)
    except Refused:
        return None


def _log(of: Rule, versions: Sequence[Version], me: int) -> list[Written]:
    """The latest first."""
    said = [_frozen(of, one) for one in versions]
    return [
        Written(one, _lines(now, before), one.made_by_id == me)
        for one, now, before in zip(versions, said, [*said[1:], None], strict=True)
    ]


def _lines(now: Frozen | None, before: Frozen | None) -> Sequence[str] | None:
    return None if now is None or before is None else now.changes(before, language())


@require_POST
@permitted("rule-adopt", of_rule)
def adopting(request: HttpRequest, code: str, number: int) -> HttpResponse:
    words = Words(f"第 {number} 版已采用，今后的运行按它计分", f"Version {number} is in force for runs from now on")
    back = reverse("rule", args=[code])
    return done(request, back, lambda: adopt(code, number, by=me(request), now=timezone.now()) and None, words)


@require_POST
@permitted("rule-retire", of_rule)
def retiring(request: HttpRequest, code: str) -> HttpResponse:
    words, reason = Words("已停用", "Retired"), request.POST.get("reason", "")
    back = reverse("rule", args=[code])
    return done(request, back, lambda: retire(code, reason, by=me(request), now=timezone.now()) and None, words)
