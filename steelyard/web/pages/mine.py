"""What the newest version says of whoever looks, for the first page: the own unit's place, the own account."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.http import Http404
from django.urls import reverse

from steelyard.engine.problems import Refused
from steelyard.reports.sheet import Words
from steelyard.web.cycles.models import Version
from steelyard.web.cycles.results import Reading, newest
from steelyard.web.pages.results.doors import of_person
from steelyard.web.people.asking import Asker

MOST = 4
"""Units of one's own that are shown; the ranking has all of them."""


@dataclass(frozen=True)
class Result:
    """A total with its place among ``size`` peers, and the page that tells everything about it."""

    words: Words
    total: Decimal | None
    full: Decimal
    place: int
    size: int
    grade: str
    url: str


@dataclass(frozen=True)
class Mine:
    version: Version
    results: tuple[Result, ...]


def plan_of(who: Asker) -> str:
    """The address of the own personal plan, which is there before any result; empty for whoever is no officer."""
    person = who.account.person if who.account else ""
    return reverse("personal-plan", args=[person]) if person and who.may("personal-plan-mine") else ""


def mine(who: Asker) -> Mine | None:
    """None where nothing is published, nothing of it concerns whoever asks, or its views cannot be read."""
    version = newest(who)
    if version is None or not version.public:
        return None
    seen = Reading(who, version)
    try:
        found = (*_person(seen), *_units(seen))
    except Refused:  # the pages behind it say why
        return None
    return Mine(version, found) if found else None


def _person(seen: Reading) -> Iterator[Result]:
    code = seen.asker.account.person if seen.asker.account else ""
    account = seen.views.account(code) if code and _may(seen, code) else None
    words = next((one for one in seen.views.people if account and one.plan == account.head["plan"]), None)
    if account is not None and words is not None:
        head, url = account.head, reverse("person", args=[seen.version.pk, code])
        name = Words("个人绩效", "Own account")
        yield Result(name, head["total"], words.full, head["place"], head["group_size"], head["grade"] or "", url)


def _may(seen: Reading, person: str) -> bool:
    try:
        return seen.asker.may("person", of_person(seen.version.pk, person))
    except Http404:
        return False


def _units(seen: Reading) -> Iterator[Result]:
    full = seen.views.overview.full
    for code in sorted(seen.own, key=lambda one: (seen.paths.get(one, "") != seen.asker.home, one))[:MOST]:
        line, url = seen.views.lines[code], reverse("portrait", args=[seen.version.pk, code])
        yield Result(line.name, line.total, full, line.place.place, line.place.class_size, line.grade, url)
