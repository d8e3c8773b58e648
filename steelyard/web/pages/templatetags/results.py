"""What only pages about results say: full marks in words, means with their unit, exact numbers of explanations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import template
from django.template.base import render_value_in_context
from django.template.context import Context
from django.utils.safestring import SafeString

from steelyard.engine.expressions.wording import figure
from steelyard.lake.record.behind import Spot
from steelyard.reports import formats
from steelyard.reports.book import RuleText
from steelyard.reports.sheet import IndicatorRow
from steelyard.web.look.marking import joined, marked
from steelyard.web.look.reading import language
from steelyard.web.look.templatetags.look import t
from steelyard.web.look.templatetags.pieces import status

register = template.Library()


@register.filter
def full_mark(rule: RuleText) -> str:
    """A number, or words where not all classes have the same one."""
    return formats.points(rule.full) if isinstance(rule.full, Decimal) else rule.full.of(language())


@register.filter
def peer_mean(row: IndicatorRow) -> str:
    """The class mean of the value, in the unit of the value."""
    if row.peers is None:
        return formats.MISSING
    like = row.value or row.target
    return formats.number(row.peers.mean) if like is None else formats.measure(
        replace(like, number=row.peers.mean), language()
    )  # fmt: skip


@register.simple_tag
def standing(row: IndicatorRow, kind: str) -> SafeString:
    """What became of an indicator, in a dot and a word. ``kind``: full, lost or none."""
    return status(*_standing(row, kind))


def _standing(row: IndicatorRow, kind: str) -> tuple[str, str, str]:
    if row.state in STANDING:
        return STANDING[row.state]
    if row.full == 0:
        return BEYOND[(row.points > 0) - (row.points < 0)]
    if kind == "full":
        return "good", "满分", "Full"
    return ("bad", "零分", "Zero") if row.points == 0 else ("warn", "失分", "Lost")


STANDING = {
    "not_applicable": ("", "不适用", "Not applicable"),
    "no_data": ("bad", "缺数据", "No data"),
    "provisional": ("warn", "暂定", "Provisional"),
}
BEYOND = {1: ("good", "加分", "Bonus"), -1: ("bad", "减分", "Malus"), 0: ("", "无加减", "None")}
"""Of indicators without full marks, by the sign of their points."""


@register.filter
def exactly(value: Fraction | None) -> str:
    """A number of an explanation as the engine words it."""
    return formats.MISSING if value is None else figure(value)


@register.simple_tag(takes_context=True)
def records(context: Context, lines: Iterable[tuple[Spot, Sequence[Any]]]) -> SafeString:
    """Rows of the record as those of a table. A page has hundreds: what stands in many cells is written once."""
    known: dict[str, SafeString] = {}

    def cell(value: Any) -> SafeString:
        key = repr(value)
        if key not in known:
            known[key] = marked("<td>{}</td>", _stored(value, context))
        return known[key]

    rows = ((spot.file, spot.inside, SafeString("".join(map(cell, row)))) for spot, row in lines)
    return joined('<tr><td class="soft nowrap">{}</td><td class="num">{}</td>{}</tr>', rows)


def _stored(value: Any, context: Context) -> str:
    if value is None:
        return formats.MISSING
    if isinstance(value, bool):
        return t("是", "yes") if value else t("否", "no")
    return SafeString(render_value_in_context(value, context))
