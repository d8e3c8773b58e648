"""指标明细: every indicator of one unit, opened row by row; and one indicator across all units."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from steelyard.bureau.views.overview import IndicatorLine, IndicatorPage
from steelyard.reports.sheet import IndicatorRow, LostPoints, UnitSheet, Words
from steelyard.reports.tables import STATES
from steelyard.web.cycles.results import Reading
from steelyard.web.look.reading import language
from steelyard.web.pages.results import exporting
from steelyard.web.pages.results.doors import EACH, each, frame, of_unit, of_version, page, reading, version_name
from steelyard.web.pages.results.figures.charting import spread
from steelyard.web.pages.results.portrait import crumbs, sheet_of

FULL, LOST, NONE = "full", "lost", "none"
KINDS = (
    ("", Words("全部", "All")), (LOST, Words("有失分", "Points lost")), (FULL, Words("满分", "Full marks")),
    (NONE, Words("不适用或缺数据", "Not applicable, no data")),
)  # fmt: skip
HEAD = tuple(
    Words(*pair)
    for pair in (
        ("编号", "Id"), ("指标", "Indicator"), ("类别", "Family"), ("实际值", "Value"), ("分子", "Numerator"),
        ("分母", "Denominator"), ("目标值", "Target"), ("同类均值", "Peers' mean"), ("得分", "Points"),
        ("满分", "Full"), ("失分", "Lost"), ("位次", "Place"), ("同类单位数", "Class size"), ("状态", "State"),
    )
)  # fmt: skip


def kind_of(row: IndicatorRow) -> str:
    if row.state in ("not_applicable", "no_data"):
        return NONE
    return LOST if row.lost > 0 else FULL


@page("unit-indicators", of_unit)
def unit_indicators(request: HttpRequest, version: int, code: str) -> HttpResponse:
    seen = reading(request, version)
    sheet = sheet_of(seen, code)
    family, kind, text = (request.GET.get(name, "") for name in ("family", "state", "q"))
    rows = [row for row in sheet.indicators if _wanted(row, family, kind, text)]
    families = [(one.name.zh, one.name, one.name.zh == family) for one in sheet.families]
    explained, opened = each("explanation", version, code, EACH), each("drill", version, code, EACH)
    context = {
        **frame(seen, "unit-indicators", code, crumbs=[*crumbs(seen, sheet), (Words("指标明细", "Indicators"), "")]),
        "sheet": sheet, "families": families, "q": text,
        "rows": [(row, _rate(row), kind_of(row), explained(row.id), opened(row.id)) for row in rows],
        "kinds": [(name, words, name == kind) for name, words in KINDS],
        "counts": [(words, sum(kind_of(row) == name for row in sheet.indicators)) for name, words in KINDS if name],
    }  # fmt: skip
    return render(request, "results/unit_indicators.html", context)


def _wanted(row: IndicatorRow, family: str, kind: str, text: str) -> bool:
    named = text.lower() in f"{row.id} {row.name.zh} {row.name.en}".lower()
    return named and family in ("", row.family.zh) and kind in ("", kind_of(row))


def _rate(row: IndicatorRow) -> Decimal | None:
    return row.points / row.full if row.full > 0 and row.state == "scored" else None


@page("drill", of_unit)
def drill(request: HttpRequest, version: int, code: str, indicator: str) -> HttpResponse:
    """What opens below a row: the reason, what would have kept the points, and the ways on. The explanation itself
    where the browser runs no scripts."""
    seen = reading(request, version)
    sheet = sheet_of(seen, code)
    row = next((row for row in sheet.indicators if row.id == indicator), None)
    if row is None:
        raise Http404
    rule = seen.views.indicator(indicator).rule
    loss = next((loss for loss in sheet.losses if loss.indicator == indicator), None)
    context = {**frame(seen, "portrait", code), "sheet": sheet, "row": row, "rule": rule, "loss": loss}
    return render(request, "results/drill.html", context)


@page("unit-indicators-file", of_unit)
def unit_indicators_file(request: HttpRequest, version: int, code: str) -> HttpResponse:
    seen = reading(request, version)
    sheet = sheet_of(seen, code)
    name = Words(f"{sheet.name.zh} 指标明细", f"{sheet.name.of(language())} indicators")
    return exporting.workbook(request, seen, exporting.Table(name, HEAD, map(_cells, sheet.indicators)))


def _cells(row: IndicatorRow) -> Sequence[exporting.Cell]:
    return (
        row.id, row.name, row.family, row.value, row.numerator, row.denominator, row.target,
        row.peers.mean if row.peers else None, row.points, row.full, row.lost, row.place, row.class_size,
        Words(STATES[row.state], row.state.replace("_", " ")),
    )  # fmt: skip


@page("losses-file", of_unit)
def losses_file(request: HttpRequest, version: int, code: str) -> HttpResponse:
    seen = reading(request, version)
    sheet = sheet_of(seen, code)
    words = (("编号", "Id"), ("指标", "Indicator"), ("失分", "Lost"), ("原因", "Why"), ("依据", "Basis"),
             ("最小补救", "Smallest change"))  # fmt: skip
    name = Words(f"{sheet.name.zh} 失分清单", f"{sheet.name.of(language())} lost points")
    rows = [_loss(loss) for loss in sheet.losses]
    return exporting.workbook(request, seen, exporting.Table(name, [Words(*pair) for pair in words], rows))


def _loss(loss: LostPoints) -> Sequence[exporting.Cell]:
    remedy = loss.remedy.text if loss.remedy else None
    return loss.indicator, loss.name, loss.points, loss.reason.text, loss.basis, remedy


@page("indicators", of_version)
def indicators(request: HttpRequest, version: int) -> HttpResponse:
    """Every indicator of the plan with its rule."""
    seen = reading(request, version)
    text = request.GET.get("q", "")
    rules = [rule for rule in seen.views.overview.rules if text.lower() in f"{rule.id} {rule.name.zh}".lower()]
    leads = "indicator" if seen.asker.may("indicator", seen.target("")) else "rule-text"
    return render(
        request, "results/indicators.html", {**frame(seen, "indicators"), "rules": rules, "q": text, "leads": leads}
    )


@page("indicator", of_version)
def indicator(request: HttpRequest, version: int, indicator: str) -> HttpResponse:
    """The rule, and the class on it: the asker's own units, the others by name where he may know them."""
    seen = reading(request, version)
    found = page_of(seen, indicator)
    classes = list(dict.fromkeys(line.class_name for line in found.lines))
    chosen = request.GET.get("class", "")
    chosen = chosen if chosen in classes else _own_class(seen, found, classes)
    lines = [line for line in found.lines if line.class_name == chosen]
    scored = [line for line in lines if line.state == "scored"]
    shown = {line.code: seen.views.lines[line.code].name.of(language()) for line in lines if seen.names(line.code)}
    here = reverse("indicators", args=[version])
    context = {
        **frame(seen, "indicator", indicator, crumbs=[(version_name(seen.version), here), (found.rule.name, "")]),
        "rule": found.rule, "classes": [(name, name, name == chosen) for name in classes], "chosen": chosen,
        "rows": _rows(seen, scored, shown, indicator),
        "spread": spread(scored, seen.own, shown) if len(scored) > 1 else None,
        "left": len(lines) - len(scored), "named": len(shown),
    }  # fmt: skip
    return render(request, "results/indicator.html", context)


def page_of(seen: Reading, indicator: str) -> IndicatorPage:
    try:
        return seen.views.indicator(indicator)
    except KeyError:
        raise Http404 from None


def _own_class(seen: Reading, found: IndicatorPage, classes: Sequence[str]) -> str:
    own = next((line.class_name for line in found.lines if line.code in seen.own), "")
    return own or (classes[0] if classes else "")


def _rows(
    seen: Reading, lines: Sequence[IndicatorLine], names: dict[str, str], indicator: str
) -> list[tuple[IndicatorLine, str, str, str]]:
    """By place: the lines of units that may be named, and where their portrait and their steps are, if they may be
    opened."""
    version = seen.version.pk
    ordered = sorted(lines, key=lambda line: (line.place or 0, line.code))
    portrait, steps = each("portrait", version, EACH), each("explanation", version, EACH, indicator)
    return [
        (line, names[line.code], *((portrait(line.code), steps(line.code)) if seen.opens(line.code) else ("", "")))
        for line in ordered if line.code in names
    ]  # fmt: skip


@page("indicator-file", of_version)
def indicator_file(request: HttpRequest, version: int, indicator: str) -> HttpResponse:
    seen = reading(request, version)
    found = page_of(seen, indicator)
    words = (("分组", "Class"), ("单位代码", "Code"), ("单位", "Unit"), ("位次", "Place"), ("实际值", "Value"),
             ("目标值", "Target"), ("得分", "Points"), ("满分", "Full"), ("状态", "State"))  # fmt: skip
    rows = [_line(seen, line) for line in found.lines if seen.names(line.code)]
    name = Words(f"{found.rule.name.zh} 各单位", f"{found.rule.name.of(language())} all units")
    return exporting.workbook(request, seen, exporting.Table(name, [Words(*pair) for pair in words], rows))


def _line(seen: Reading, line: IndicatorLine) -> Sequence[exporting.Cell]:
    state = Words(STATES[line.state], line.state.replace("_", " "))
    name = seen.views.lines[line.code].name
    return line.class_name, line.code, name, line.place, line.value, line.target, line.points, line.full, state


def row_of(sheet: UnitSheet, indicator: str) -> IndicatorRow | None:
    return next((row for row in sheet.indicators if row.id == indicator), None)
