"""Where the unit stands among its peers: their totals as a distribution, and its place with the interval."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from steelyard.engine.problems import Language
from steelyard.reports import formats
from steelyard.reports.charts import palette
from steelyard.reports.charts.chart import Chart
from steelyard.reports.charts.scale import Scale, fitted, spread_out
from steelyard.reports.charts.svg import Drawing
from steelyard.reports.sheet import UnitSheet
from steelyard.reports.words import label

_WIDTH, _HEIGHT, _LEFT, _RIGHT = 760, 224, 24, 736
_BASE, _TOP, _TRACK, _BIN = 118, 34, 174, 7


def strip(sheet: UnitSheet, language: Language) -> Chart:
    """Two tracks on one width: points above (better to the right), places below (first to the right)."""
    place, peers = sheet.place, sheet.peers
    interval = formats.interval(place)
    spoken = (
        f"{label('own', language)} {formats.points(sheet.total)}; {label('place', language)} {place.place} / "
        f"{place.class_size} [{interval}]; {label('mean', language)} {formats.points(peers.mean)}; "
        f"{label('median', language)} {formats.points(peers.median)}; "
        f"{label('best', language)} {formats.points(peers.best)}"
    )
    data = {
        "kind": "strip",
        "peers": [str(total) for total in sheet.peer_totals],
        "own": str(sheet.total),
        "place": place.place,
        "interval": None if place.confidence is None else [place.low, place.high],
        "class_size": place.class_size,
        "cuts": [{"name": entry.name.of(language), "place": entry.cut} for entry in sheet.memberships if entry.cut],
        "mean": str(peers.mean),
        "median": str(peers.median),
        "quartiles": [str(peers.lower_quartile), str(peers.upper_quartile)],
    }
    return Chart("strip", label("strip_title", language), spoken, data, _draw(sheet, language))


def _draw(sheet: UnitSheet, language: Language) -> Drawing:
    drawing = Drawing(_WIDTH, _HEIGHT)
    peers = sheet.peers
    values = [*sheet.peer_totals, sheet.total, peers.mean, peers.median, peers.lower_quartile, peers.upper_quartile]
    scale, marks = fitted(values, _LEFT, _RIGHT, 9)
    _points_track(drawing, sheet, scale, marks)
    _references(drawing, sheet, scale, language)
    _place_track(drawing, sheet, language)
    return drawing


def _points_track(drawing: Drawing, sheet: UnitSheet, scale: Scale, marks: list[Decimal]) -> None:
    low, high = scale.at(sheet.peers.lower_quartile), scale.at(sheet.peers.upper_quartile)
    drawing.rect(low, _TOP, high - low, _BASE - _TOP, "#EDF2FA")
    drawing.line((_LEFT, _BASE), (_RIGHT, _BASE), palette.SLATE)
    for mark in marks:
        drawing.line((scale.at(mark), _BASE), (scale.at(mark), _BASE + 4), palette.SLATE)
        drawing.text((scale.at(mark), _BASE + 16), formats.number(mark, 1), palette.QUIET, size=10, anchor="middle")
    bins = Counter(int(scale.at(total) - _LEFT) // _BIN for total in sheet.peer_totals)
    tallest = max(bins.values(), default=1)
    unit = min(Decimal(8), Decimal(_BASE - _TOP - 14) / tallest)
    own = int(scale.at(sheet.total) - _LEFT) // _BIN
    for column, count in sorted(bins.items()):
        fill = palette.BLUE if column == own else palette.PEER
        drawing.rect(_LEFT + column * _BIN, _BASE - unit * count, _BIN - 1, unit * count, fill)


def _references(drawing: Drawing, sheet: UnitSheet, scale: Scale, language: Language) -> None:
    """Own score, mean and median: lines of different dash, labels moved apart."""
    lines = [
        (label("mean", language), sheet.peers.mean, palette.SLATE, "5 3"),
        (label("median", language), sheet.peers.median, palette.GOLD, "2 2"),
        (label("own", language), sheet.total, palette.BLUE_DARK, ""),
    ]
    texts = [f"{name} {formats.points(value)}" for name, value, _, _ in lines]
    wide = 112 if language == "zh" else 138
    spots = spread_out([scale.at(value) for _, value, _, _ in lines], wide, _LEFT + wide // 2, _RIGHT - wide // 2)
    for (_, value, colour, dash), text, spot in zip(lines, texts, spots, strict=True):
        x = scale.at(value)
        drawing.line((x, _TOP - 4), (x, _BASE), colour, width="1.5", dash=dash)
        drawing.line((spot, 18), (x, _TOP - 4), colour, dash=dash)
        drawing.text((spot, 14), text, colour, anchor="middle", weight="" if dash else "bold")


def _place_track(drawing: Drawing, sheet: UnitSheet, language: Language) -> None:
    """The first place is at the right, as are the high scores above."""
    place = sheet.place
    scale = Scale(Decimal(max(place.class_size, 2)), Decimal(1), _LEFT, _RIGHT)
    drawing.line((_LEFT, _TRACK), (_RIGHT, _TRACK), palette.SLATE)
    low, high = scale.at(place.high), scale.at(place.low)
    drawing.rect(low - 3, _TRACK - 7, high - low + 6, 14, palette.BLUE_PALE, radius=3, line=palette.BLUE)
    x = scale.at(place.place)
    drawing.area([(x - 7, _TRACK), (x, _TRACK - 9), (x + 7, _TRACK), (x, _TRACK + 9)], palette.BLUE, line=palette.PAPER)
    words = f"{label('place', language)} {place.place} [{formats.interval(place)}]"
    at = min(max(x, Decimal(_LEFT + 60)), Decimal(_RIGHT - 60))
    drawing.text((at, _TRACK - 14), words, palette.BLUE_DARK, anchor="middle", weight="bold", size=12)
    drawing.text((_LEFT, _TRACK + 18), str(place.class_size), palette.QUIET, size=10, anchor="middle")
    drawing.text((_RIGHT, _TRACK + 18), "1", palette.QUIET, size=10, anchor="middle")
    _cuts(drawing, sheet, scale, language)


def _cuts(drawing: Drawing, sheet: UnitSheet, scale: Scale, language: Language) -> None:
    entries = [entry for entry in sheet.memberships if entry.cut]
    wide = 132 if language == "zh" else 172
    wanted = [scale.at(entry.cut) for entry in entries]
    spots = spread_out(wanted, wide, _LEFT + wide // 2, _RIGHT - wide // 2)
    for entry, x, spot in zip(entries, wanted, spots, strict=True):
        colour = {"honour": palette.RED, "alarm": palette.INK, "plain": palette.QUIET}[entry.kind]
        drawing.line((x, _TRACK - 10), (x, _TRACK + 14), colour, dash="3 2", width="1.5")
        drawing.line((x, _TRACK + 14), (spot, _TRACK + 30), colour, dash="3 2")
        drawing.text((spot, _TRACK + 42), f"{entry.name.of(language)} {entry.cut}", colour, size=10, anchor="middle")
