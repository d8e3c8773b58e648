"""工作日历: a year with its days off, make-up days and hours, and by which notice; a draft beside what is in force."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from steelyard.engine.calendar import Arrangement, Hours, arrange
from steelyard.engine.calendar.reading import read_arrangement
from steelyard.engine.problems import Refused
from steelyard.reports.sheet import Words
from steelyard.web.library.calendar.lacking import lacking
from steelyard.web.library.models import Kind, Rule, State, Version
from steelyard.web.library.rules import bureau
from steelyard.web.library.shelves import opens_drafts
from steelyard.web.library.writing import adopted_at, target_of
from steelyard.web.pages.answering import me, told
from steelyard.web.pages.calendar.changing import effect, now_in_force
from steelyard.web.pages.calendar.months import months
from steelyard.web.people.asking import asker, permitted
from steelyard.web.typed import number_in

WEEK = [Words(zh, en) for zh, en in zip("一二三四五六日", ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"), strict=True)]


@require_safe
@permitted("calendar")
def calendar(request: HttpRequest) -> HttpResponse:
    """``?year=``; ``?version=``: a draft instead of what is in force, for whoever reads drafts."""
    who, today = asker(request), timezone.localdate()
    rule = Rule.objects.filter(address=Kind.CALENDAR).first()
    versions = list(rule.versions.select_related("made_by").order_by("-number")) if rule else []
    drafts = versions if opens_drafts(who, None) else []
    shown = next((one for one in drafts if one.number == number_in(request.GET.get("version", ""))), None)
    context: dict[str, Any] = {
        "rule": rule, "shown": shown, "may_write": who.may("calendar-write", target_of(None)),
        "waiting": _waiting(rule, drafts), "lacking": lacking(today), "week": WEEK,
    }  # fmt: skip
    try:
        context |= _year(_text(shown), number_in(request.GET.get("year", "")) or today.year, today, shown is not None)
    except Refused as refused:
        context["problems"] = told(refused)
    if shown is not None and rule is not None and shown.number != rule.current:
        context["may_adopt"] = who.may("rule-adopt", adopted_at(rule)) and shown.made_by_id != me(request).pk
        context["own"] = shown.made_by_id == me(request).pk
    return render(request, "calendar/year.html", context)


def _waiting(rule: Rule | None, drafts: Sequence[Version]) -> Version | None:
    """The last version, while it is not in force."""
    latest = drafts[0] if drafts else None
    in_force = rule is not None and latest is not None and (latest.number, State.IN_FORCE) == (rule.current, rule.state)
    return None if in_force else latest


def _text(shown: Version | None) -> str:
    if shown is not None:
        return shown.text
    return next((text for _, text in bureau().calendars()), "")


def _year(text: str, year: int, today: date, draft: bool) -> dict[str, Any]:
    """Nothing where there is no calendar. Raises `Refused` where its text cannot be read."""
    if not text:
        return {}
    arrangement, hours = read_arrangement(text, "calendar.yaml")
    found = arrange(arrangement, hours)
    year = min(max(year, found.start.year), found.last.year + 1)
    before = now_in_force() if draft else None
    context: dict[str, Any] = {
        "name": found.name, "year": year, "seasons": _seasons(hours), "day_end": settings.TIME_ZONE,
        "years": (found.start.year, found.last.year), "known": year <= found.last.year,
        "links": _links(year, found.start.year, found.last.year + 1),
    }  # fmt: skip
    if draft:
        context["effect"] = effect(before, found, timezone.now())
    if year <= found.last.year:
        context["months"] = months(found, arrangement, year, today, before)
        context["workdays"] = found.days_within(date(year, 1, 1), date(year + 1, 1, 1))
        context["notices"] = _notices(arrangement, year)
    return context


def _links(year: int, first: int, last: int) -> list[int]:
    """Five years around the one that is shown."""
    begin = max(first, min(year - 2, last - 4))
    return [one for one in range(begin, begin + 5) if one <= last]


def _seasons(hours: Hours) -> list[tuple[str, list[str], int]]:
    """From which day on, the spans, and the minutes of a working day."""
    return [
        (f"{month:02}-{day:02}", [f"{_time(start)}–{_time(end)}" for start, end in spans], hours.minutes(at))
        for at, ((month, day), spans) in enumerate(hours.seasons)
    ]


def _time(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _notices(arrangement: Arrangement, year: int) -> list[Any]:
    """Those that say something of the year, as they were issued."""
    basis = {one.basis for one in arrangement.notices if one.year == year}
    found = [one for one in arrangement.notices if one.basis in basis or one.amends in basis]
    return sorted(found, key=lambda one: one.issued)
