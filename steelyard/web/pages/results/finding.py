"""查找: units, persons, indicators and the texts of rules, from anywhere; only what the asker may see is found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from steelyard.engine.problems import Refused
from steelyard.reports.book import RuleText
from steelyard.reports.sheet import Words
from steelyard.web.cycles.models import Version
from steelyard.web.cycles.results import Reading, newest
from steelyard.web.people.asking import asker, permitted
from steelyard.web.people.models import Person

FEW, MANY = 5, 60


@dataclass(frozen=True)
class Found:
    """``under``: what tells it from others of the same name."""

    kind: Words
    icon: str
    name: Words
    under: Words
    url: str


@require_safe
@permitted("search")
def search(request: HttpRequest) -> HttpResponse:
    """A page, or a few suggestions where htmx asks for them."""
    text = request.GET.get("q", "").strip()[:60]
    few = "suggest" in request.GET
    found = list(_found(request, text, FEW if few else MANY)) if text else []
    groups = [(kind, [one for one in found if one.kind == kind]) for kind in dict.fromkeys(one.kind for one in found)]
    template = "results/suggestions.html" if few else "results/search.html"
    return render(request, template, {"q": text, "groups": groups, "count": len(found), "many": MANY})


def _found(request: HttpRequest, text: str, most: int) -> Iterator[Found]:
    who = asker(request)
    version = newest(who)
    if version is None:
        return
    seen, wanted = Reading(who, version), text.casefold()
    try:
        yield from _first(_units(seen, wanted), most)
        yield from _first(_indicators(seen, wanted, version), most)
        yield from _first(_documents(seen, wanted, version), most)
    except Refused:
        pass  # the pages of this version say what is wrong with it; persons are found all the same
    yield from _first(_persons(seen, text, version), most)


def _first(found: Iterator[Found], most: int) -> Iterator[Found]:
    for _, one in zip(range(most), found, strict=False):
        yield one


def _units(seen: Reading, wanted: str) -> Iterator[Found]:
    for one in seen.lines():
        if one.opens and wanted in f"{one.line.code} {one.line.name.zh} {one.line.name.en}".casefold():
            place = one.line.place
            under = Words(
                f"{one.line.class_name} · 第 {place.place}/{place.class_size} 位",
                f"{one.line.class_name} · {place.place}/{place.class_size}",
            )
            yield Found(
                UNITS, "building-bank", one.name, under, reverse("portrait", args=[seen.version.pk, one.line.code])
            )


def _indicators(seen: Reading, wanted: str, version: Version) -> Iterator[Found]:
    for rule in seen.views.overview.rules:
        if wanted in f"{rule.id} {rule.name.zh} {rule.name.en}".casefold():
            yield Found(INDICATORS, "chart-line", rule.name, rule.family, _rule(version, rule))


def _documents(seen: Reading, wanted: str, version: Version) -> Iterator[Found]:
    """Clauses and rules whose text holds what is looked for."""
    for rule in seen.views.overview.rules:
        if wanted in f"{rule.basis.zh} {rule.sentence.zh} {rule.sentence.en}".casefold():
            yield Found(
                DOCUMENTS, "file-text", rule.basis if rule.basis.zh else rule.name, rule.name, _rule(version, rule)
            )


def _rule(version: Version, rule: RuleText) -> str:
    return reverse("indicator", args=[version.pk, rule.id])


def _persons(seen: Reading, text: str, version: Version) -> Iterator[Found]:
    """By the policy of their page, in the database; whoever may see only himself finds only himself."""
    rows = Person.objects.visible_to(seen.asker, "person", person="code").filter(name__contains=text)
    rows = rows | Person.objects.visible_to(seen.asker, "person", person="code").filter(code__startswith=text)
    for row in rows.select_related("unit").order_by("code")[: MANY * 2]:
        unit = row.unit.name if row.unit else ""
        yield Found(
            PERSONS,
            "users",
            Words(row.name),
            Words(f"{unit} {row.post}".strip()),
            reverse("person", args=[version.pk, row.code]),
        )


UNITS, PERSONS = Words("单位", "Units"), Words("人员", "Persons")
INDICATORS, DOCUMENTS = Words("指标", "Indicators"), Words("文件与条款", "Documents and clauses")
