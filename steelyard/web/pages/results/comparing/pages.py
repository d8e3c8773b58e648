"""对比页: ``?of=`` says of what; two units, two periods of one, or two indicators over a class."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from steelyard.reports import formats
from steelyard.reports.sheet import RunView, Words
from steelyard.web.cycles.models import Version
from steelyard.web.cycles.results import Reading, readable
from steelyard.web.look.reading import language
from steelyard.web.pages.results import exporting
from steelyard.web.pages.results.comparing import pairs
from steelyard.web.pages.results.comparing.sides import (
    Side,
    beside,
    drawn,
    families,
    figures,
    month,
    side,
    table,
)
from steelyard.web.pages.results.doors import frame, of_version, page, reading
from steelyard.web.pages.results.figures.charting import months as trend
from steelyard.web.pages.results.indicators import page_of
from steelyard.web.typed import number_in

UNITS, PERIODS, INDICATORS = "units", "periods", "indicators"
TABS = {
    UNITS: Words("两个单位", "Two units"), PERIODS: Words("两个周期", "Two periods"),
    INDICATORS: Words("两项指标", "Two indicators"),
}  # fmt: skip
ASKED = ("of", "a", "b", "with", "m", "n", "x", "y", "class")


@page("compare", of_version)
def compare(request: HttpRequest, version: int) -> HttpResponse:
    """``?a=CODE&b=CODE`` two units; ``?a=CODE&with=VERSION`` one in two versions (or ``b`` in the other);
    ``?of=periods&a=CODE&m=MONTH&n=MONTH`` two months of one; ``?x=ID&y=ID`` two indicators, with ``class``."""
    seen, asked = reading(request, version), _asked(request)
    of = _of(asked)
    here = reverse("compare", args=[version])
    context = {
        **frame(seen, "compare", query=asked), **asked, "of": of, "asked": asked, "choices": _choices(seen),
        "items": [(words, f"{here}?of={name}", name == of) for name, words in TABS.items()],
        "with": asked.get("with", ""), "class": asked.get("class", ""), "query": urlencode(asked),
        **(_indicators(seen, asked) if of == INDICATORS else _sheets(seen, asked, of)),
    }  # fmt: skip
    return render(request, f"results/compare_{of}.html", context)


def _asked(request: HttpRequest) -> dict[str, str]:
    return {name: value for name in ASKED if (value := request.GET.get(name, ""))}


def _of(asked: Mapping[str, str]) -> str:
    """What is compared, also where an address does not say it in so many words."""
    if asked.get("of") in TABS:
        return asked["of"]
    if asked.keys() & {"x", "y"}:
        return INDICATORS
    return PERIODS if asked.keys() & {"with", "m", "n"} else UNITS


def _choices(seen: Reading) -> list[tuple[str, Words]]:
    return [(one.line.code, Words(f"{one.line.name.zh} · {one.line.class_name}")) for one in seen.lines() if one.opens]


# ---- two sheets ----


def _sheets(seen: Reading, asked: Mapping[str, str], of: str) -> dict[str, Any]:
    found: dict[str, Any] = {"months": seen.views.overview.months, "others": _others(seen), "rows": None}
    two = _months(seen, asked)
    if two is not None:
        one, other, sheet = two
        lines = figures(month(sheet.sheet, one), month(sheet.sheet, other))
        return {**found, "figures": lines, "side": sheet, "pair": (one, other), "chart": trend(sheet.sheet.history)}
    sides = _sides(seen, asked, of)
    if len(sides) != 2:
        return found
    rows = beside(*sides)
    most = max((abs(row.gap) for row in rows), default=Decimal(0)) or Decimal(1)
    return {
        **found, "sides": list(zip(_called(sides), sides, strict=True)),
        "gap": sides[0].sheet.total - sides[1].sheet.total,
        "rows": [(row, abs(row.gap) / most) for row in rows], "families": families(*sides), "chart": drawn(rows),
        "other_stand": _stand(sides[1].sheet.run) if sides[1].seen.version != seen.version else None,
    }  # fmt: skip


def _others(seen: Reading) -> list[Version]:
    return list(readable(seen.asker).filter(plan=seen.version.plan).exclude(pk=seen.version.pk))


def _months(seen: Reading, asked: Mapping[str, str]) -> tuple[str, str, Side] | None:
    if not {"a", "m", "n"} <= asked.keys() or "with" in asked:
        return None
    return asked["m"], asked["n"], side(seen, asked["a"])


def _sides(seen: Reading, asked: Mapping[str, str], of: str) -> list[Side]:
    first, second, other = (asked.get(name, "") for name in ("a", "b", "with"))
    if not first or not (other if of == PERIODS else second):
        return []
    left = side(seen, first)
    if not other:
        return [left, side(seen, second)]
    version = readable(seen.asker).filter(pk=number_in(other) or 0).first()
    if version is None:
        raise Http404
    return [left, side(Reading(seen.asker, version), second or first)]


def _called(sides: list[Side]) -> list[Words]:
    """By their units; by their periods where it is one unit; by both where versions have the same period."""
    left, right = sides
    if left.sheet.code != right.sheet.code:
        return [one.sheet.name for one in sides]
    if left.sheet.run.period != right.sheet.run.period:
        return [_period(one.sheet.run.period) for one in sides]
    return [Words(f"第{one.seen.version.number or '—'}版", f"v{one.seen.version.number or '—'}") for one in sides]


def _period(text: str) -> Words:
    return Words(formats.period(text, "zh"), formats.period(text, "en"))


def _stand(run: RunView) -> Words:
    """The second version's own data, which the page's head does not speak of."""
    done = formats.percent(run.completeness)
    return Words(
        f"乙的数据截至 {formats.day(run.as_of, 'zh')}，完整率 {done}",
        f"the second: data as of {formats.day(run.as_of, 'en')}, {done} complete",
    )


# ---- two indicators ----


def _indicators(seen: Reading, asked: Mapping[str, str]) -> dict[str, Any]:
    rules = sorted(seen.views.overview.rules, key=lambda rule: (rule.family.zh, rule.name.zh))
    context: dict[str, Any] = {"rules": [(rule.id, rule.family, rule.name) for rule in rules]}
    found = _pair(seen, asked)
    if found is None:
        return context
    return {
        **context, "found": found, "chart": pairs.drawn(found, seen.own), "together": pairs.together(found),
        "own": seen.own, "classes": [(name, name == found.class_name) for name in found.classes],
    }  # fmt: skip


def _pair(seen: Reading, asked: Mapping[str, str]) -> pairs.Pair | None:
    x, y = asked.get("x", ""), asked.get("y", "")
    if not x or not y:
        return None
    return pairs.pair(seen, page_of(seen, x), page_of(seen, y), asked.get("class", ""))


# ---- taken away ----


@page("compare-file", of_version)
def compare_file(request: HttpRequest, version: int) -> HttpResponse:
    """The same table as the page with the same address."""
    seen, asked = reading(request, version), _asked(request)
    return exporting.workbook(request, seen, _table(seen, asked, _of(asked)))


def _table(seen: Reading, asked: Mapping[str, str], of: str) -> exporting.Table:
    if of == INDICATORS:
        found = _pair(seen, asked)
        if found is None:
            raise Http404
        return pairs.table(found)
    two = _months(seen, asked)
    if two is not None:
        return _figures(*two)
    sides = _sides(seen, asked, of)
    if len(sides) != 2:
        raise Http404
    left, right = zip(_called(sides), sides, strict=True)
    return table(left, right)


def _figures(one: str, other: str, of: Side) -> exporting.Table:
    names = (Words("项目", "What"), _period(one), _period(other), Words("相差", "Gap"))
    lines = figures(month(of.sheet, one), month(of.sheet, other))
    title = Words(f"{of.name.zh} 两个月份对比", f"{of.name.of(language())} two months")
    return exporting.Table(title, names, [(line.name, line.left, line.right, line.gap) for line in lines])
