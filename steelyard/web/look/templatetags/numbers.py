"""Numbers, periods and dates as `steelyard.reports.formats` writes them, so that pages and sheets agree.

None, and what was never known, is a dash everywhere.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.utils import timezone

from steelyard.reports import formats
from steelyard.reports.sheet import Measure
from steelyard.web.look.reading import language

register = template.Library()


def exact(value: Any) -> Decimal | None:
    """Numbers as they come from tables and forms. A binary float has no business here and is refused."""
    if value is None or value == "":
        return None
    if isinstance(value, float):
        raise TypeError("a binary float has digits that nobody gave; hand over a Decimal")
    return Decimal(value)


@register.filter
def points(value: Any) -> str:
    """``91.540`` -> ``91.54``."""
    found = exact(value)
    return formats.MISSING if found is None else formats.points(found)


@register.filter
def signed(value: Any) -> str:
    """Points gained or lost: ``+1.42``, ``−0.07``."""
    found = exact(value)
    return formats.MISSING if found is None else formats.signed_points(found)


@register.filter
def number(value: Any, places: int = 0) -> str:
    """``1234567`` -> ``1,234,567``; ``{{ x|number:1 }}`` for one decimal."""
    found = exact(value)
    return formats.MISSING if found is None else formats.number(found, places)


@register.filter
def percent(value: Any, places: int = 1) -> str:
    """A ratio: ``0.9945`` -> ``99.5%``."""
    found = exact(value)
    return formats.MISSING if found is None else formats.percent(found, places)


@register.filter
def chance(value: Any) -> str:
    """A probability: whole percent, never a certainty."""
    return formats.probability(exact(value))


@register.filter
def money(value: Any) -> str:
    """Yuan: ``12,345.67 万元``, ``CNY 123.46 million``."""
    found = exact(value)
    return formats.MISSING if found is None else formats.money(found, language())


@register.filter
def measured(value: Measure | None) -> str:
    """A value of an indicator with its unit."""
    return formats.measure(value, language())


@register.filter
def period(value: str | None) -> str:
    """``2026Q1`` -> ``2026年第一季度``, ``Q1 2026``."""
    return formats.period(value, language()) if value else formats.MISSING


@register.filter
def month(value: str | None) -> str:
    """For narrow columns: ``2026-03`` -> ``3月``, ``Mar``."""
    return formats.short_period(value, language()) if value else formats.MISSING


@register.filter
def day(value: date | datetime | str | None) -> str:
    """A date in words; a moment with its time to the minute, in the site's time zone. ISO text may be given."""
    if not value:
        return formats.MISSING
    if isinstance(value, datetime):
        moment = timezone.localtime(value) if timezone.is_aware(value) else value
        return formats.day(moment.isoformat(" ", "minutes"), language())
    return formats.day(value.isoformat() if isinstance(value, date) else value, language())


@register.filter
def iso(value: date | datetime | None) -> str:
    """For columns of tables, short and sortable: ``2026-09-30``, ``2026-09-30 08:05``."""
    if not value:
        return formats.MISSING
    if isinstance(value, datetime):
        moment = timezone.localtime(value) if timezone.is_aware(value) else value
        return moment.isoformat(" ", "minutes")[:16]
    return value.isoformat()
