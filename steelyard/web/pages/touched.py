"""谁的个人计划会变: whose personal plans a change of rules or confirmations changes and how, a page of persons at a
time, shown before anything is kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest
from django.urls import reverse

from steelyard.bureau.people.changing import Changed, PersonChanged, PlansChanged
from steelyard.bureau.subjects.registers import organisation
from steelyard.engine.model.book import RuleBook
from steelyard.engine.organisation import Organisation
from steelyard.lake.record.snapshot import Snapshot
from steelyard.reports.sheet import Words
from steelyard.web.library.writing import target_of
from steelyard.web.people.asking import asker
from steelyard.web.people.models import Unit

MANY, MOST = 20, 5
"""Persons on a page; problems that are told one by one."""
TOTAL = Words("单位总分", "Total of the unit")
KEYS = {
    "plan": Words("所依据的单位方案", "the plan of units it rests on"), "total": Words("满分", "the full mark"),
    "places": Words("小数位数", "decimals"), "rounding": Words("舍入", "rounding"),
    "own": Words("本人指标", "own indicators"), "own_empty": Words("没有事项时怎样计", "what nothing is worth"),
    "days": Words("日数怎样数", "which days count"), "veto": Words("一票否决线", "the line of the veto"),
    "grades": Words("等次", "grades"), "lists": Words("名单", "lists"),
}  # fmt: skip
"""What a plan says of everybody alike, in words."""


@dataclass(frozen=True)
class Line:
    """One indicator on one post: what it was worth and will be; None where it is not carried."""

    unit: str
    post: str
    first: date
    last: date
    name: Words
    old: Fraction | None
    new: Fraction | None


@dataclass(frozen=True)
class Row:
    person: str
    name: str
    url: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Touched:
    """One plan for persons. ``page``: of the persons whose plans change, None for who may not know them;
    ``wrong``: who would carry nothing or something twice, as many as are told, of ``problems``."""

    changed: PlansChanged
    page: Page[PersonChanged] | None
    rows: tuple[Row, ...]
    keys: tuple[Words, ...]
    wrong: tuple[Words, ...]

    @property
    def spoiled(self) -> int:
        """Problems that were not there before."""
        return len(self.changed.problems) - self.changed.already


def touched(request: HttpRequest, found: Iterable[PlansChanged], facts: Snapshot, book: RuleBook) -> dict[str, Any]:
    """The context of ``library/persons.html``. ``?page=`` counts for all plans alike."""
    org, named = organisation(facts), _named(request)
    return {"touched": [_touched(request, one, org, book, named) for one in found], "named": named}


def _named(request: HttpRequest) -> bool:
    """Whether whoever asks may know the persons of the whole bureau."""
    return asker(request).may("cascade-names", replace(target_of(None), label=3))


def _touched(request: HttpRequest, one: PlansChanged, org: Organisation, book: RuleBook, named: bool) -> Touched:
    asked = request.POST.get("page") or request.GET.get("page")
    page = Paginator(one.changed, MANY).get_page(asked) if named else None
    rows = tuple(_rows(page.object_list, org, book)) if page is not None else ()
    wrong = [Words(each.text("zh"), each.text("en")) for each in one.problems[:MOST]] if named else []
    return Touched(one, page, rows, tuple(KEYS[key] for key in one.everybody), tuple(wrong))


def _rows(people: Iterable[PersonChanged], org: Organisation, book: RuleBook) -> Iterator[Row]:
    shown = list(people)
    units = dict(
        Unit.objects.filter(pk__in={line.unit for one in shown for line in one.lines}).values_list("code", "name")
    )
    for one in shown:
        lines = tuple(_line(line, org, book, units) for line in one.lines)
        yield Row(one.person, one.name, reverse("personal-plan", args=[one.person]), lines)


def _line(line: Changed, org: Organisation, book: RuleBook, units: Mapping[str, str]) -> Line:
    rule = book.indicators.get(line.indicator)
    name = Words(rule.name if rule else line.indicator) if line.indicator else TOTAL
    post = org.posts[line.post].name
    return Line(units.get(line.unit, line.unit), post, line.first, line.last, name, line.old, line.new)
