"""对比: two units of one version, or one unit in two versions, indicator by indicator; parts add up to the gap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from steelyard.reports.sheet import IndicatorRow, Measure, UnitSheet, Words
from steelyard.web.cycles.results import Reading, readable
from steelyard.web.look.reading import language
from steelyard.web.pages.results import exporting
from steelyard.web.pages.results.doors import frame, of_version, page, reading


@dataclass(frozen=True)
class Side:
    """One of the two: which unit in which version, and how it is called here."""

    seen: Reading
    sheet: UnitSheet

    @property
    def name(self) -> Words:
        return self.sheet.name


@dataclass(frozen=True)
class Beside:
    """One indicator on both sides; ``gap``: points of the first less those of the second."""

    id: str
    name: Words
    family: Words
    left: IndicatorRow | None
    right: IndicatorRow | None
    gap: Decimal

    def value(self, side: IndicatorRow | None) -> Measure | None:
        return None if side is None else side.value


@page("compare", of_version)
def compare(request: HttpRequest, version: int) -> HttpResponse:
    """``?a=CODE&b=CODE``, and ``&with=VERSION`` where the second is seen in another version."""
    seen = reading(request, version)
    sides = _sides(request, seen)
    context = {**frame(seen, "compare", query=_asked(request)), "choices": _choices(seen), "sides": sides,
               "a": request.GET.get("a", ""), "b": request.GET.get("b", ""), "with": request.GET.get("with", ""),
               "others": list(readable(seen.asker).filter(plan=seen.version.plan))}  # fmt: skip
    if len(sides) == 2:
        rows = beside(*sides)
        most = max((abs(row.gap) for row in rows), default=Decimal(0)) or Decimal(1)
        context |= {"rows": [(row, abs(row.gap) / most) for row in rows],
                    "gap": sides[0].sheet.total - sides[1].sheet.total,
                    "families": _families(*sides)}  # fmt: skip
    return render(request, "results/compare.html", context)


def _asked(request: HttpRequest) -> dict[str, str]:
    return {name: value for name in ("a", "b", "with") if (value := request.GET.get(name, ""))}


def _sides(request: HttpRequest, seen: Reading) -> list[Side]:
    first, second, other = (request.GET.get(name, "") for name in ("a", "b", "with"))
    if not first or not (second or other):
        return []
    left = _side(seen, first)
    if not other:
        return [left, _side(seen, second)]
    version = readable(seen.asker).filter(pk=other).first() if other.isdecimal() else None
    if version is None:
        raise Http404
    return [left, _side(Reading(seen.asker, version), second or first)]


def _side(seen: Reading, code: str) -> Side:
    """Raises `Http404` for a unit that the asker may not open: it is the same as one that is not there."""
    if not seen.views.has_unit(code) or not seen.opens(code):
        raise Http404
    return Side(seen, seen.views.unit(code))


def _choices(seen: Reading) -> list[tuple[str, Words]]:
    return [(one.line.code, Words(f"{one.line.name.zh} · {one.line.class_name}")) for one in seen.lines() if one.opens]


def beside(left: Side, right: Side) -> list[Beside]:
    """Indicators of either, the largest gap first."""
    mine, theirs = ({row.id: row for row in side.sheet.indicators} for side in (left, right))
    rows = [_beside(mine.get(id), theirs.get(id)) for id in {**mine, **theirs}]
    return sorted(rows, key=lambda row: (-abs(row.gap), row.id))


def _beside(left: IndicatorRow | None, right: IndicatorRow | None) -> Beside:
    row = left or right
    assert row is not None
    zero = Decimal(0)
    gap = (left.points if left else zero) - (right.points if right else zero)
    return Beside(row.id, row.name, row.family, left, right, gap)


def _families(left: Side, right: Side) -> list[tuple[Words, Decimal | None, Decimal | None]]:
    theirs = {one.name.zh: one.points for one in right.sheet.families}
    mine = {one.name.zh: one.points for one in left.sheet.families}
    names = {one.name.zh: one.name for one in (*left.sheet.families, *right.sheet.families)}
    return [(words, mine.get(name), theirs.get(name)) for name, words in names.items()]


@page("compare-file", of_version)
def compare_file(request: HttpRequest, version: int) -> HttpResponse:
    seen = reading(request, version)
    sides = _sides(request, seen)
    if len(sides) != 2:
        raise Http404
    left, right = (side.name.of(language()) for side in sides)
    head = [Words("编号", "Id"), Words("指标", "Indicator"), Words("类别", "Family"),
            Words(f"{left} 实际值", f"{left} value"),
            Words(f"{right} 实际值", f"{right} value"), Words(f"{left} 得分", f"{left} points"),
            Words(f"{right} 得分", f"{right} points"), Words("相差", "Gap")]  # fmt: skip
    rows = [_cells(row) for row in beside(*sides)]
    return exporting.workbook(request, seen, exporting.Table(Words("对比", "Comparison"), head, rows))


def _cells(row: Beside) -> Sequence[exporting.Cell]:
    points = (row.left.points if row.left else None, row.right.points if row.right else None)
    return row.id, row.name, row.family, row.value(row.left), row.value(row.right), *points, row.gap
