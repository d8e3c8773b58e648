"""What only pages about results say: full marks in words, means with their unit, exact numbers of explanations."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from django import template

from steelyard.engine.expressions.wording import figure
from steelyard.reports import formats
from steelyard.reports.book import RuleText
from steelyard.reports.sheet import IndicatorRow
from steelyard.web.look.reading import language

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


@register.filter
def exactly(value: Fraction | None) -> str:
    """A number of an explanation as the engine words it."""
    return formats.MISSING if value is None else figure(value)
