"""单位画像: where a unit stands, what cost it points, what would have kept them, and who does better in its place."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from steelyard.reports import formats
from steelyard.reports.present import moved
from steelyard.reports.sheet import LostPoints, UnitSheet, Words
from steelyard.web.cycles.results import Reading
from steelyard.web.entries.finding import of_version
from steelyard.web.look.reading import language
from steelyard.web.pages.results.doors import Crumb, frame, of_unit, page, reading
from steelyard.web.pages.results.figures.charting import families, months, standing, total
from steelyard.web.pages.results.figures.similar import alike_and_better
from steelyard.web.uses.models import Kind
from steelyard.web.uses.shown import of_name

FIRST, BARS = 14, 7
RANKED = {
    "level": Words("水平", "Level"), "progress": Words("进步（较上年）", "Progress"),
    "difficulty": Words("不计难度", "Without difficulty"), "consistency": Words("稳定", "Consistency"),
    "quality": Words("数据质量", "Data quality"),
}  # fmt: skip


@page("portrait", of_unit)
def portrait(request: HttpRequest, version: int, code: str) -> HttpResponse:
    seen = reading(request, version)
    sheet, line = sheet_of(seen, code), seen.views.lines[code]
    losses = [(loss, reverse("explanation", args=[version, code, loss.indicator])) for loss in sheet.losses]
    most = max((loss.points for loss in sheet.losses), default=None)
    context = {
        **frame(seen, "portrait", code, crumbs=crumbs(seen, sheet)), "sheet": sheet, "line": line,
        "total": total(sheet), "standing": standing(sheet, seen), "radar": families(sheet.families),
        "months": months(sheet.history) if sheet.history else None,
        "losses": losses[:FIRST], "rest": losses[FIRST:], "most": most, "advice": advice(sheet),
        "bars": [(loss, url, loss.points / most) for loss, url in losses[:BARS]] if most else [],
        "alike": alike_and_better(seen, line), "change": change(sheet), "others": _switch(seen, code),
        **figures(sheet), "held": of_version(seen, [code]), "uses": of_name(Kind.UNITS, code, seen.version),
        "rankings": [(RANKED[one.dimension], one) for one in sheet.rankings],
    }  # fmt: skip
    return render(request, "results/portrait.html", context)


def figures(sheet: UnitSheet) -> dict[str, str]:
    """Numbers in words beside charts and in tiles."""
    place, en = sheet.place, language() == "en"
    reach = formats.interval(place)
    sure = formats.MISSING if place.confidence is None else formats.percent(place.confidence, 0)
    zh_words, en_words = (
        f"个同类单位，带状为中间 50%；{sure} 把握在第",
        f"peers, middle half as a band; with {sure} confidence",
    )
    peers = en_words if en else zh_words
    return {
        "place_unit": f"/{place.class_size}", "place_note": reach,
        "to_next": formats.MISSING if place.to_next is None else formats.signed_points(-place.to_next),
        "against_mean": formats.signed_points(sheet.total - sheet.peers.mean),
        "against_best": formats.signed_points(sheet.total - sheet.peers.best),
        "full_text": formats.points(sheet.full),
        "standing_note": f"{place.class_size} {peers} {reach}",
    }  # fmt: skip


def sheet_of(seen: Reading, code: str) -> UnitSheet:
    """Raises `Http404` where this version has nothing of the unit."""
    if not seen.views.has_unit(code):
        raise Http404
    return seen.views.unit(code)


def crumbs(seen: Reading, sheet: UnitSheet) -> list[Crumb]:
    """The units above it as far as the asker may see the whole, then the unit."""
    above: list[Crumb] = []
    if seen.asker.may("whole", seen.target("")):
        nodes = {node.code: node for node in seen.views.overview.nodes}
        node = nodes.get(nodes[sheet.code].parent) if sheet.code in nodes else None
        while node is not None:
            url = f"{reverse('whole', args=[seen.version.pk])}?at={node.code}"
            above.insert(0, (Words(node.name), url))
            node = nodes.get(node.parent)
    return [*above, (sheet.name, reverse("portrait", args=[seen.version.pk, sheet.code]))]


def advice(sheet: UnitSheet) -> LostPoints | None:
    """The largest loss that a single change would have kept."""
    return next((loss for loss in sheet.losses if loss.remedy is not None and loss.remedy.numbers), None)


def change(sheet: UnitSheet) -> tuple[str, str]:
    """Against the period before, and the places won or lost."""
    before = sheet.earlier
    if before is None:
        return formats.MISSING, ""
    steps = "" if before.place is None else moved(before.place - sheet.place.place, language())
    return formats.signed_points(sheet.total - before.total), steps


def _switch(seen: Reading, code: str) -> list[tuple[str, Words, bool]]:
    """Units that the asker may open in place of this one, by class and place."""
    if not seen.own and not seen.opens(code):
        return []
    return [
        (one.line.code, Words(f"{one.line.name.zh}（{one.line.place.place}）"), one.line.code == code)
        for one in seen.lines()
        if one.opens
    ]
