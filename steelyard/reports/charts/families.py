"""Score rate of each family as a bullet bar: own share of full marks, peers' mean as a tick, best as a diamond."""

from __future__ import annotations

from decimal import Decimal

from steelyard.engine.problems import Language
from steelyard.reports import formats
from steelyard.reports.charts import palette
from steelyard.reports.charts.bridge import shortened
from steelyard.reports.charts.chart import Chart
from steelyard.reports.charts.scale import Scale
from steelyard.reports.charts.svg import Drawing
from steelyard.reports.sheet import FamilyScore, UnitSheet
from steelyard.reports.words import label

_WIDTH, _LEFT, _RIGHT, _ROW, _TOP = 560, 136, 470, 34, 26


def families(sheet: UnitSheet, language: Language) -> Chart:
    """Bars start at zero: their lengths may be compared."""
    rows = [_row(family, language) for family in sheet.families if family.full]
    spoken = "; ".join(f"{row['name']} {row['rate']}, {label('mean', language)} {row['mean']}" for row in rows)
    shown = [family for family in sheet.families if family.full]
    drawing = _draw(shown, rows, language)
    return Chart("families", label("families_title", language), spoken, {"kind": "bullet", "rows": rows}, drawing)


def _row(family: FamilyScore, language: Language) -> dict[str, str]:
    return {
        "name": family.name.of(language),
        "points": formats.points(family.points),
        "full": formats.points(family.full),
        "rate": formats.share(family.rate or Decimal(0)),
        "mean": formats.share(family.peer_mean),
        "best": formats.share(family.peer_best),
    }


def _draw(shown: list[FamilyScore], rows: list[dict[str, str]], language: Language) -> Drawing:
    drawing = Drawing(_WIDTH, _TOP + _ROW * len(shown) + 20)
    scale = Scale(Decimal(0), Decimal(1), _LEFT, _RIGHT)
    _legend(drawing, language)
    bottom = _TOP + _ROW * len(shown)
    for mark in range(0, 101, 20):
        x = scale.at(Decimal(mark) / 100)
        drawing.line((x, _TOP), (x, bottom), palette.GRID)
        drawing.text((x, bottom + 14), f"{mark}%", palette.QUIET, size=10, anchor="middle")
    for index, (family, row) in enumerate(zip(shown, rows, strict=True)):
        _bar(drawing, scale, family, row, _TOP + _ROW * index)
    return drawing


def _bar(drawing: Drawing, scale: Scale, family: FamilyScore, row: dict[str, str], top: int) -> None:
    def at(rate: Decimal) -> Decimal:
        return scale.at(min(max(rate, Decimal(0)), Decimal(1)))

    drawing.text((_LEFT - 10, top + 20), shortened(row["name"], 10), palette.INK, size=12, anchor="end")
    drawing.rect(_LEFT, top + 9, _RIGHT - _LEFT, 15, "#EEF2F8")
    drawing.rect(_LEFT, top + 9, at(family.rate or Decimal(0)) - _LEFT, 15, palette.BLUE)
    _tick(drawing, at(family.peer_mean), top + 16)
    _diamond(drawing, at(family.peer_best), top + 16)
    drawing.text((_RIGHT + 22, top + 21), row["rate"], palette.BLUE, size=13, weight="bold")


def _tick(drawing: Drawing, x: Decimal, y: int) -> None:
    drawing.line((x, y - 11), (x, y + 12), palette.PAPER, width="4")
    drawing.line((x, y - 11), (x, y + 12), palette.INK, width="2")


def _diamond(drawing: Drawing, x: Decimal, y: int) -> None:
    drawing.area([(x - 5, y), (x, y - 5), (x + 5, y), (x, y + 5)], palette.PAPER, line=palette.GOLD)


def _legend(drawing: Drawing, language: Language) -> None:
    drawing.rect(_LEFT, 6, 14, 9, palette.BLUE)
    drawing.text((_LEFT + 19, 14), label("own", language), palette.QUIET)
    _tick(drawing, Decimal(_LEFT + 92), 10)
    drawing.text((_LEFT + 100, 14), label("mean", language), palette.QUIET)
    _diamond(drawing, Decimal(_LEFT + 190), 10)
    drawing.text((_LEFT + 200, 14), label("best", language), palette.QUIET)
