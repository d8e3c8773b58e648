"""个人绩效: one person's account as a ledger, each number with where it comes from; for the person himself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from steelyard.bureau.people.accounts import ROLES
from steelyard.bureau.showing import decimal
from steelyard.bureau.views.accounts import Account, Carried, StageOf, number
from steelyard.bureau.views.again import Inputs, Rests, Typed, entries, influence, rests, typed_in, why
from steelyard.bureau.views.overview import PeopleWords
from steelyard.engine.allotting.telling import told
from steelyard.engine.model.persons import UNIT_TOTAL, PersonsPlan
from steelyard.engine.persons.confirming import Assignment
from steelyard.reports.sheet import Words
from steelyard.web.cycles.results import Reading, folder_of, record_of
from steelyard.web.cycles.runs.making import going_on
from steelyard.web.look.charts.bars import Bar, lying
from steelyard.web.look.charts.chart import Chart
from steelyard.web.look.reading import language
from steelyard.web.pages.results import exporting
from steelyard.web.pages.results.doors import frame, of_person, page, reading
from steelyard.web.pages.results.explaining import SHOWN, opened, parts, shown, waiting
from steelyard.web.people.models import Person
from steelyard.web.trail.recording import seen as read
from steelyard.web.uses.models import Kind
from steelyard.web.uses.shown import of_name


@dataclass(frozen=True)
class Entry:
    """One line of the ledger: what is carried, its worth, what the unit got of its full mark, what that brings.

    ``role``, ``since``: as what the post was confirmed and from which day on, where the plan asks for it; ``vetoed``:
    the unit is below the line under which an assisting post gets nothing.
    """

    line: Carried
    name: Words
    explains: bool
    worth: Decimal | None
    points: Decimal | None
    unit_points: Decimal | None
    unit_full: Decimal | None
    role: Words | None = None
    since: date | None = None
    vetoed: bool = False


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
    why: tuple[str, ...] = ()

    @property
    def confirmed(self) -> bool:
        return any(one.role for one in self.entries)


@dataclass(frozen=True)
class Gain:
    """What one more point of a unit is worth, of its total or of an indicator."""

    unit: str
    name: Words
    points: Fraction
    total: bool


@page("person", of_person)
def person(request: HttpRequest, version: int, person: str) -> HttpResponse:
    seen = reading(request, version)
    if seen.views.account(person) is None:
        return _nothing(request, seen, person)
    account, words = _account(seen, person)
    found = rests(folder_of(seen.version), record_of(), words.plan)
    stages = [_told(account, _stage(seen, stage, words), found, words) for stage in account.stages]
    own = [_entry(line, words, False) for line in account.own]
    if seen.asker.account is None or seen.asker.account.person != person:
        _on_record(request, seen, person)
    context = {
        **frame(seen, "person", person, crumbs=[PEOPLE, (Words(account.head["name"]), "")]), "head": account.head,
        "words": words,
        "stages": stages, "own": own, "parts": _parts(stages, account),
        "influence": list(_influence(account, found.plan, words)),
        "uses": of_name(Kind.PERSONS, person, seen.version),
        **_typing(seen, words), "may_appeal": seen.asker.may("person-appeal", of_person(version, person)),
    }  # fmt: skip
    return render(request, "results/person.html", context)


def _nothing(request: HttpRequest, seen: Reading, person: str) -> HttpResponse:
    """Runs of some plans weigh nobody; of those that do, whoever held no post in the period has no account. What an
    earlier version said of him may have been used."""
    name, version = Person.objects.get(code=person).name, seen.version
    uses = of_name(Kind.PERSONS, person, version)
    if uses and (seen.asker.account is None or seen.asker.account.person != person):
        _on_record(request, seen, person)
    context = {
        **frame(seen, "person", person, crumbs=[PEOPLE, (Words(name), "")]), "name": name,
        "weighed": bool(seen.views.people), "soon": bool(going_on(version.plan, version.period)), "uses": uses,
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
    worth, points = number(line.worth), number(line.points)
    of_unit = number(line.unit_points), number(line.unit_full)
    return Entry(line, name, opens and bool(line.indicator), worth, points, *of_unit)


PEOPLE = (Words("个人绩效", "Accounts"), "")
TOTAL = Words("单位总分", "Total of the unit")
GAINS = 6
"""Decimals shown of what a point is worth; it is worked out exactly."""


def _parts(stages: list[Stage], account: Account) -> Chart:
    """What the total consists of."""
    bars = [Bar(f"{one.unit} {one.post}", one.carried, f"{one.carried:.2f}") for one in stages]
    own = account.head["own"]
    bars.append(Bar(Words("本人指标", "Own indicators").zh, own, f"{own:.2f}", "good"))
    return lying("parts", Words("总分由什么组成", "What the total consists of"), bars)


def _told(account: Account, stage: Stage, of: Rests, words: PeopleWords) -> Stage:
    """With what the engine says of it: as what and since when lines were confirmed, and why points were divided so."""
    vetoed = {one.indicator for one in entries(stage.stage, of.plan) if one.vetoed}
    more = tuple(_confirmed(one, of.assigned(stage.stage, one.line), vetoed) for one in stage.entries)
    reasons = tuple(_reason(told(one, language()), words) for one in why(account, stage.stage, of))
    return replace(stage, entries=more, why=reasons)


def _confirmed(entry: Entry, row: Assignment | None, vetoed: set[str]) -> Entry:
    if entry.line.role is None:
        return entry
    role, since = Words(*ROLES[entry.line.role]), row.start if row else None
    return replace(entry, role=role, since=since, vetoed=entry.line.indicator in vetoed)


def _reason(line: str, words: PeopleWords) -> str:
    """``filing_on_time：权重 2 × …`` with the indicator by its name."""
    mark = "：" if "：" in line else ": "
    id, _, rest = line.partition(mark)
    name = TOTAL.of(language()) if id == UNIT_TOTAL else words.indicators.get(id, id)
    return f"{name}{mark}{rest}"


def _influence(account: Account, plan: PersonsPlan, words: PeopleWords) -> Iterator[Gain]:
    """What one more point of a unit's total, or of an indicator that is carried, is worth to the person."""
    for unit in dict.fromkeys(stage.unit for stage in account.stages):
        lines = [line.indicator for stage in account.stages if stage.unit == unit for line in stage.lines if line.worth]
        for id in sorted(dict.fromkeys(lines), key=lambda id: (bool(id), id)):
            gain, name = influence(account, plan, unit, id), Words(words.indicators.get(id, id)) if id else TOTAL
            yield Gain(words.units.get(unit, unit), name, Fraction(decimal(gain, GAINS)), not id)


def _typing(seen: Reading, words: PeopleWords) -> dict[str, Any]:
    found = _inputs(seen, words.plan)
    rows = [(Words(words.indicators.get(one.indicator, one.indicator)), one) for one in found.typed] if found else []
    return {"inputs": found, "typed": rows}


def _inputs(seen: Reading, plan: str) -> Inputs | None:
    """What people typed in for accounts of the plan; None where the run did not count it."""
    return next((one for one in typed_in(folder_of(seen.version)) if one.plan == plan), None)


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
        "line": line, "name": line.name, "typed": _typed(seen, account.head["plan"], indicator),
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


def _typed(seen: Reading, plan: str, indicator: str) -> Typed | None:
    """Who typed the indicator in, None where nobody did."""
    found = _inputs(seen, plan)
    return next((one for one in found.own_typed if one.indicator == indicator), None) if found else None


def _on_record(request: HttpRequest, seen: Reading, person: str, act: str = "person", **more: str) -> None:
    read(
        act, at=timezone.now(), by=seen.asker.by(act, of_person(seen.version.pk, person)), target=f"person:{person}",
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
