"""From full marks down to the total: a waterfall of lost points, largest first, then bonus and malus."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from steelyard.engine.problems import Language
from steelyard.reports import formats
from steelyard.reports.charts import palette
from steelyard.reports.charts.chart import Chart
from steelyard.reports.charts.scale import Scale, ticks
from steelyard.reports.charts.svg import Drawing
from steelyard.reports.sheet import UnitSheet
from steelyard.reports.words import label

_WIDTH, _LEFT, _RIGHT, _ROW, _TOP = 560, 176, 500, 22, 8
_SHOWN = 8  # losses drawn one by one; the rest is one bar, so that the bridge always closes


class Step(NamedTuple):
    """One bar: from ``start`` to ``end`` points; full marks and total have both ends equal."""

    name: str
    start: Decimal
    end: Decimal


def bridge(sheet: UnitSheet, language: Language) -> Chart:
    """The waterfall. Its bars add up from full marks to the total exactly."""
    steps = _steps(sheet, language)
    rows = [{"name": s.name, "from": str(s.start), "to": str(s.end), "label": _label(s)} for s in steps]
    spoken = "; ".join(f"{step.name} {_label(step)}" for step in steps)
    title = label("bridge_title", language)
    return Chart("bridge", title, spoken, {"kind": "waterfall", "steps": rows}, _draw(steps))


def _steps(sheet: UnitSheet, language: Language) -> list[Step]:
    at = sheet.full
    steps = [Step(label("full", language), at, at)]
    moves = [(loss.name.of(language), -loss.points) for loss in sheet.losses[:_SHOWN]]
    rest = sheet.losses[_SHOWN:]
    if rest:
        words = label("others", language, count=len(rest))
        moves.append((words, -sum((loss.points for loss in rest), Decimal(0))))
    moves += _beyond(sheet, language)
    moves += [(entry.name.of(language), entry.points) for entry in sheet.adjustments]
    for name, points in moves:
        steps.append(Step(name, at, at + points))
        at += points
    return [*steps, Step(label("total", language), at, at)]


def _beyond(sheet: UnitSheet, language: Language) -> list[tuple[str, Decimal]]:
    """What is not a lost point: marks that do not apply to this unit, bonus and malus, more than the full mark."""
    offered = sum((family.full for family in sheet.families), Decimal(0))
    found = [(label("state_not_applicable", language), offered - sheet.full)]
    lost: dict[str, Decimal] = {}
    for row in sheet.indicators:
        lost[row.family.zh] = lost.get(row.family.zh, Decimal(0)) + row.lost
    for family in sheet.families:
        found.append((family.name.of(language), family.points - family.full + lost.get(family.name.zh, Decimal(0))))
    return [(name, points) for name, points in found if points]


def _label(step: Step) -> str:
    return formats.points(step.end) if step.start == step.end else formats.signed_points(step.end - step.start)


def _draw(steps: list[Step]) -> Drawing:
    drawing = Drawing(_WIDTH, _TOP + _ROW * len(steps) + 24)
    values = [value for step in steps for value in (step.start, step.end)]
    marks = ticks(min(values), max(values), 6)
    scale = Scale(marks[0], marks[-1], _LEFT, _RIGHT)
    bottom = _TOP + _ROW * len(steps)
    for mark in marks:
        x = scale.at(mark)
        drawing.line((x, _TOP), (x, bottom), palette.GRID)
        drawing.text((x, bottom + 15), formats.number(mark, 1), palette.QUIET, size=10, anchor="middle")
    for index, step in enumerate(steps):
        _bar(drawing, scale, step, _TOP + _ROW * index, last=index == len(steps) - 1)
    return drawing


def _bar(drawing: Drawing, scale: Scale, step: Step, top: int, last: bool) -> None:
    ends = sorted((scale.at(step.start), scale.at(step.end)))
    drawing.text((_LEFT - 10, top + 15), shortened(step.name, 13), palette.INK, anchor="end")
    if not last:
        drawing.line((scale.at(step.end), top + 16), (scale.at(step.end), top + _ROW + 4), palette.SLATE, dash="2 2")
    if step.start == step.end:
        colour = palette.BLUE
        x = ends[0]
        drawing.area([(x - 6, top + 11), (x, top + 5), (x + 6, top + 11), (x, top + 17)], colour)
        drawing.text((x + 10, top + 15), _label(step), colour, size=12, weight="bold", halo=True)
        return
    gain = step.end > step.start
    colour = palette.GREEN if gain else palette.RED
    wide = max(ends[1] - ends[0], Decimal(1))
    drawing.rect(ends[0], top + 5, wide, 12, palette.PAPER if gain else colour, line=colour)
    drawing.text((ends[1] + 6, top + 15), _label(step), colour, halo=True)


def shortened(text: str, most: int) -> str:
    """Chinese characters count one, others a half; what is too long ends in an ellipsis."""
    width = Decimal(0)
    for index, character in enumerate(text):
        width += 1 if ord(character) > 0x2E80 else Decimal("0.55")
        if width > most:
            return text[: max(index - 1, 1)].rstrip() + "…"
    return text
