"""The one place where numbers, money, percentages, periods and dates become text, in Chinese and English.

Rounding here is for reading only and half up; the points themselves were rounded by the engine before.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from steelyard.engine.problems import Language
from steelyard.reports.sheet import Measure, PlaceView

MINUS = "\N{MINUS SIGN}"
MISSING = "—"
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_QUARTERS = "一二三四"
_PERIOD = re.compile(
    r"(?P<system>[A-Z]*)(?P<year>\d{4})(?:Q(?P<q>[1-4])|H(?P<h>[12])|-(?P<month>\d{2}))?(?P<ytd>YTD)?\Z"
)
_STEPS = [Decimal(1).scaleb(-places) for places in range(13)]
_WAN, _YI = Decimal(10_000), Decimal(100_000_000)


def number(value: Decimal, places: int = 2, signed: bool = False) -> str:
    """``1234.5`` -> ``1,234.50``; negative with a true minus; ``signed`` also shows the plus."""
    rounded = value.quantize(_STEPS[places], ROUND_HALF_UP)
    sign = MINUS if rounded < 0 else "+" if signed and rounded > 0 else ""
    return f"{sign}{abs(rounded):,f}"


def points(value: Decimal) -> str:
    return number(value, 2)


def signed_points(value: Decimal) -> str:
    return number(value, 2, signed=True)


def percent(ratio: Decimal, places: int = 1) -> str:
    """``0.9945`` -> ``99.5%``."""
    return f"{number(ratio * 100, places)}%"


def share(ratio: Decimal) -> str:
    """A score rate to two decimals, as points are shown: ``0.7215`` -> ``72.15%``."""
    return percent(ratio, 2)


def percentage_points(difference: Decimal, language: Language, signed: bool = True) -> str:
    """Between two shares: ``+3.13 个百分点``, ``+3.13 percentage points``."""
    return f"{number(difference * 100, 2, signed)} {'个百分点' if language == 'zh' else 'percentage points'}"


def probability(ratio: Decimal | None) -> str:
    """Whole percent, and never a certainty, because chances are rounded: ``0.997`` and 1 -> ``>99%``, 0 -> ``<1%``."""
    if ratio is None:
        return MISSING
    if ratio > Decimal("0.99"):
        return ">99%"
    return "<1%" if ratio < Decimal("0.01") else percent(ratio, 0)


def money(yuan: Decimal, language: Language) -> str:
    """元 below ten thousand, then 万元, then 亿元; English: CNY, then million."""
    size = abs(yuan)
    if language == "en":
        return f"CNY {number(yuan / 1_000_000)} million" if size >= 1_000_000 else f"CNY {number(yuan)}"
    if size >= _YI:
        return f"{number(yuan / _YI)} 亿元"
    return f"{number(yuan / _WAN)} 万元" if size >= _WAN else f"{number(yuan)} 元"


def measure(value: Measure | None, language: Language) -> str:
    """A value with its unit; a dash where there is none."""
    if value is None:
        return MISSING
    if value.kind == "ratio":
        return percent(value.number, value.places)
    if value.kind == "money":
        return money(value.number, language)
    return f"{number(value.number, value.places)} {value.unit.of(language)}".rstrip()


def period(text: str, language: Language) -> str:
    """``2026Q1`` -> ``2026年第一季度``, ``Q1 2026``; ``FY2022`` -> ``2022财年``. What is no period stays as it is."""
    found = _PERIOD.match(text)
    if not found:
        return text
    words = _chinese(found) if language == "zh" else _english(found)
    return words + ("" if not found["ytd"] else "累计" if language == "zh" else " to date")


def _chinese(found: re.Match[str]) -> str:
    year = f"{found['year']}财年" if found["system"] else f"{found['year']}年"
    if found["q"]:
        return f"{year}第{_QUARTERS[int(found['q']) - 1]}季度"
    if found["h"]:
        return f"{year}{'上下'[int(found['h']) - 1]}半年"
    if found["month"]:
        return f"{year}{int(found['month'])}月"
    return year if found["system"] else f"{year}度"


def _english(found: re.Match[str]) -> str:
    year = f"{found['system']} {found['year']}".strip()
    if found["q"]:
        return f"Q{found['q']} {year}"
    if found["h"]:
        return f"H{found['h']} {year}"
    if found["month"]:
        return f"{_MONTHS[int(found['month']) - 1]} {year}"
    return year if found["system"] else f"the year {year}"


def short_period(text: str, language: Language) -> str:
    """For axes: ``2026-03`` -> ``3月`` / ``Mar``; other periods as written."""
    found = _PERIOD.match(text)
    if not found or not found["month"]:
        return text
    month = int(found["month"])
    return f"{month}月" if language == "zh" else _MONTHS[month - 1][:3]


def day(text: str, language: Language) -> str:
    """``2026-09-30`` (or with a time behind it) -> ``2026年9月30日``, ``30 September 2026``; the time is kept."""
    head, time = text[:10], text[11:16]
    then = date.fromisoformat(head)
    zh = f"{then.year}年{then.month}月{then.day}日"
    words = zh if language == "zh" else f"{then.day} {_MONTHS[then.month - 1]} {then.year}"
    return f"{words} {time}".rstrip()


def places(low: int, high: int) -> str:
    """``4—9``; one number where both ends agree."""
    return str(low) if low == high else f"{low}–{high}"


def interval(place: PlaceView) -> str:
    """The places between which the unit lies; a dash where that cannot be told."""
    return MISSING if place.confidence is None else places(place.low, place.high)


def ordinal(place: int) -> str:
    """``1st``, ``22nd``, ``13th``; Chinese needs none."""
    ending = "th" if place % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    return f"{place}{ending}"
