"""个人绩效: one person's account as a ledger, each number with where it comes from; for the person himself."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from steelyard.bureau.views.accounts import Account, Carried, StageOf, number
from steelyard.bureau.views.overview import PeopleWords
from steelyard.reports.sheet import Words
from steelyard.web.cycles.results import Reading
from steelyard.web.cycles.runs.making import going_on
from steelyard.web.look.charts.bars import Bar, lying
from steelyard.web.look.charts.chart import Chart
from steelyard.web.look.reading import language
from steelyard.web.pages.results import exporting
from steelyard.web.pages.results.doors import frame, of_person, page, reading
from steelyard.web.pages.results.explaining import SHOWN, opened, parts, shown, waiting
from steelyard.web.people.models import Person
from steelyard.web.trail.recording import seen as read


@dataclass(frozen=True)
class Entry:
    """One line of the ledger: what is carried, its worth, what the unit got of its full mark, what that brings."""

    line: Carried
    name: Words
    explains: bool
    worth: Decimal | None
    points: Decimal | None
    unit_points: Decimal | None
    unit_full: Decimal | None


@dataclass(frozen=True)
class Stage:
    """Days on a post, the lines carried there, and what they come to by the share of days."""

    stage: StageOf
    unit: str
    post: str
    opens: bool
    entries: tuple[Entry, ...]
    points: Decimal
    carried: Decimal


@page("person", of_person)
def person(request: HttpRequest, version: int, person: str) -> HttpResponse:
    seen = reading(request, version)
    if seen.views.account(person) is None:
        return _nothing(request, seen, person)
    account, words = _account(seen, person)
    stages = [_stage(seen, stage, words) for stage in account.stages]
    own = [_entry(line, words, False) for line in account.own]
    if seen.asker.account is None or seen.asker.account.person != person:
        _on_record(request, seen, person)
    context = {
        **frame(seen, "person", person, crumbs=[PEOPLE, (Words(account.head["name"]), "")]), "head": account.head,
        "words": words,
        "stages": stages, "own": own, "parts": _parts(stages, account), "influence": _influence(stages),
    }  # fmt: skip
    return render(request, "results/person.html", context)


def _nothing(request: HttpRequest, seen: Reading, person: str) -> HttpResponse:
    """Runs of some plans weigh nobody; of those that do, whoever held no post in the period has no account."""
    name, version = Person.objects.get(code=person).name, seen.version
    context = {
        **frame(seen, "person", person, crumbs=[PEOPLE, (Words(name), "")]), "name": name,
        "weighed": bool(seen.views.people), "soon": bool(going_on(version.plan, version.period)),
    }  # fmt: skip
    return render(request, "results/person_none.html", context)


def _account(seen: Reading, person: str) -> tuple[Account, PeopleWords]:
    account = seen.views.account(person)
    if account is None:
        raise Http404
    words = next((one for one in seen.views.people if one.plan == account.head["plan"]), None)
    if words is None:
        raise Http404
    return account, words


def _stage(seen: Reading, stage: StageOf, words: PeopleWords) -> Stage:
    opens = seen.opens(stage.unit) and seen.views.has_unit(stage.unit)
    entries = tuple(_entry(line, words, opens) for line in stage.lines)
    points = sum((one.points for one in entries if one.points is not None), Decimal(0))
    share = number(stage.weight) or Decimal(0)
    unit, post = words.units.get(stage.unit, stage.unit), words.posts.get(stage.post, stage.post)
    return Stage(stage, unit, post, opens, entries, points, points * share)


def _entry(line: Carried, words: PeopleWords, opens: bool) -> Entry:
    name = Words(words.indicators.get(line.indicator, line.indicator)) if line.indicator else TOTAL
    numbers = (number(text) for text in (line.worth, line.points, line.unit_points, line.unit_full))
    return Entry(line, name, opens and bool(line.indicator), *numbers)


PEOPLE = (Words("个人绩效", "Accounts"), "")
TOTAL = Words("单位总分", "Total of the unit")


def _parts(stages: list[Stage], account: Account) -> Chart:
    """What the total consists of."""
    bars = [Bar(f"{one.unit} {one.post}", one.carried, f"{one.carried:.2f}") for one in stages]
    own = account.head["own"]
    bars.append(Bar(Words("本人指标", "Own indicators").zh, own, f"{own:.2f}", "good"))
    return lying("parts", Words("总分由什么组成", "What the total consists of"), bars)


def _influence(stages: list[Stage]) -> list[tuple[str, Decimal]]:
    """What one more point of the unit's total is worth to the person."""
    found = []
    for one in stages:
        for entry in one.entries:
            if not entry.line.indicator and entry.unit_full and entry.worth is not None:
                share = number(one.stage.weight) or Decimal(0)
                found.append((one.unit, entry.worth / entry.unit_full * share))
    return found


@page("person-own", of_person)
def own(request: HttpRequest, version: int, person: str, indicator: str) -> HttpResponse:
    """Steps and source records of an indicator of one's own. Records name taxpayers: reading them is on record."""
    seen = reading(request, version)
    account, words = _account(seen, person)
    line = next((_entry(one, words, False) for one in account.own if one.indicator == indicator), None)
    if line is None:
        raise Http404
    above = (Words(account.head["name"]), reverse("person", args=[version, person]))
    context = {
        **frame(seen, "person-own", person, indicator, crumbs=[PEOPLE, above, (line.name, "")]), "head": account.head,
        "line": line, "name": line.name,
    }  # fmt: skip
    run = opened(seen)
    head = account.head
    weighed = None if run is None else run.own(seen.views.persons(), head["plan"], head["period"])
    if weighed is None:
        return waiting(request, context)
    found = weighed.explain(person, indicator, language())
    _on_record(request, seen, person, "person-own", indicator=indicator)
    lists = [(one, shown(one)) for one in found.lists]
    more = {"found": found, "parts": list(parts(found.explanation)), "lists": lists, "shown": SHOWN}
    return render(request, "results/own.html", {**context, **more})


def _on_record(request: HttpRequest, seen: Reading, person: str, act: str = "person", **more: str) -> None:
    read(
        act, at=timezone.now(), by=seen.asker.by(act), target=f"person:{person}",
        address=request.META.get("REMOTE_ADDR", ""), version=seen.version.pk, **more,
    )  # fmt: skip


@page("person-file", of_person)
def person_file(request: HttpRequest, version: int, person: str) -> HttpResponse:
    seen = reading(request, version)
    account, words = _account(seen, person)
    head = (("阶段", "Stage"), ("单位", "Unit"), ("岗位", "Post"), ("自", "From"), ("至", "To"),
            ("日数占比", "Share of days"),
            ("指标", "Indicator"), ("分值", "Worth"), ("单位得分", "Unit's points"), ("单位满分", "Unit's full"),
            ("本人得分", "Points"))  # fmt: skip
    rows: list[list[exporting.Cell]] = []
    for one in (_stage(seen, stage, words) for stage in account.stages):
        where: list[exporting.Cell] = [
            one.stage.number,
            one.unit,
            one.post,
            str(one.stage.first_day),
            str(one.stage.last_day),
            one.stage.weight,
        ]
        rows += [
            [*where, entry.name, entry.worth, entry.unit_points, entry.unit_full, entry.points] for entry in one.entries
        ]
    own = (_entry(line, words, False) for line in account.own)
    rows += [[*[None] * 6, entry.name, entry.worth, None, None, entry.points] for entry in own]
    name = Words(f"{account.head['name']} 个人账户", f"{account.head['name']} account")
    return exporting.workbook(request, seen, exporting.Table(name, [Words(*pair) for pair in head], rows))
