"""What only pages about results say: full marks in words, means with their unit, exact numbers of explanations."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from django import template
from django.utils.safestring import SafeString

from steelyard.engine.expressions.wording import figure
from steelyard.reports import formats
from steelyard.reports.book import RuleText
from steelyard.reports.sheet import IndicatorRow
from steelyard.web.look.reading import language
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
