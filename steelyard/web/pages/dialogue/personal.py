"""对本人账户的申诉: an officer appeals an entry of his own account and shows what proves it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from steelyard.bureau.views.accounts import Account, number
from steelyard.bureau.views.reading import Views
from steelyard.engine.calendar.deadlines import known
from steelyard.engine.model.persons import UNIT_TOTAL
from steelyard.reports import formats
from steelyard.reports.sheet import Words
from steelyard.web.cycles.results import Reading
from steelyard.web.dialogue.models import Appeal
from steelyard.web.dialogue.saying import Number
from steelyard.web.library import rules
from steelyard.web.pages.answering import done
from steelyard.web.pages.dialogue.appeals import ENTRIES, filed, last_of
from steelyard.web.pages.dialogue.numbers import shown
from steelyard.web.pages.results.doors import READ, WRITE, frame, of_person, page, reading
from steelyard.web.pages.results.explaining import TOTAL
from steelyard.web.people.models import Unit


@page("person-appeal", of_person, (*READ, *WRITE))
def file(request: HttpRequest, version: int, person: str, unit: str, indicator: str) -> HttpResponse:
    """The form, with the last day; by POST, the appeal."""
    seen = reading(request, version)
    entry, name = entry_of(seen, person, unit, indicator)
    if request.method != "POST":
        return render(request, "dialogue/appeal_new.html", _around(seen, entry, name, unit, indicator))
    claim, made = request.POST.get("claim", ""), list[Appeal]()
    back = reverse("person-appeal", args=[version, person, unit, indicator])
    answer = done(request, back, lambda: made.append(filed(request, entry, claim)),
                  Words("申诉已提出", "Your appeal is filed"))  # fmt: skip
    if made:
        answer["Location"] = reverse("appeal", args=[made[0].pk])
    return answer


def _around(seen: Reading, entry: Number, name: Words, unit: str, indicator: str) -> dict[str, Any]:
    last, back = last_of(seen.version), reverse("person", args=[seen.version.pk, entry.person])
    head = _account(seen.views, entry.person).head
    crumbs = [(Words(head["name"]), back), (Words("提出申诉", "Appeal"), "")]
    return {
        **frame(seen, "person-appeal", entry.person, unit, indicator, crumbs=crumbs), "name": name,
        "whose": head["name"], "number": entry, "last": last,
        "sure": last and known(rules.calendar(), last), "back": back,
    }  # fmt: skip


@page("person-evidence", of_person, WRITE)
def evidence(request: HttpRequest, version: int, person: str, unit: str, indicator: str) -> HttpResponse:
    entry, _ = entry_of(reading(request, version), person, unit, indicator)
    found = Appeal.objects.filter(person=person, unit=unit, indicator=entry.indicator, version=version).first()
    back = reverse("appeal", args=[found.pk]) if found else reverse("person", args=[version, person])
    return done(request, back, lambda: shown(request, entry), Words("已提交佐证", "Your evidence is kept"))


def entry_of(seen: Reading, person: str, unit: str, indicator: str) -> tuple[Number, Words]:
    """The entry of the account as this version shows it, and its name. Raises `Http404` for any other."""
    account = _account(seen.views, person)
    for code, id, points in entries(account):
        if (code, id) == (unit, indicator):
            of, told, own = get_object_or_404(Unit, pk=code), _shown(points), "" if id == TOTAL else id
            return Number(seen.version, of, own, told, person), _named(seen.views, account, own)
    raise Http404


def entries(account: Account) -> Iterator[tuple[str, str, str | None]]:
    """Unit, identifier and points of everything that stands in an account: its total, what each stage carries, and the
    own indicators, which stand with the unit where the person was last."""
    last, total = account.head["unit"], account.head["total"]
    yield last, TOTAL, None if total is None else str(total)
    for stage in account.stages:
        for line in stage.lines:
            if line.worth is not None:
                yield stage.unit, line.indicator or UNIT_TOTAL, line.points
    for line in account.own:
        yield last, line.indicator, line.points


def _shown(points: str | None) -> str:
    found = number(points)
    return formats.MISSING if found is None else formats.points(found)


def _named(views: Views, account: Account, indicator: str) -> Words:
    if indicator in ENTRIES:
        return ENTRIES[indicator]
    words = next((one for one in views.people if one.plan == account.head["plan"]), None)
    return Words(words.indicators.get(indicator, indicator) if words else indicator)


def _account(views: Views, person: str) -> Account:
    found = views.account(person)
    if found is None:
        raise Http404
    return found
