"""Why an indicator has its points, in one sentence with its figures."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from steelyard.engine.allotting.allot import Allotted, Start
from steelyard.engine.arithmetic.rounding import rounded
from steelyard.engine.problems import Language

SCALE = 10_000
"""Numbers that the division itself does not round are shown with four decimals."""

ASKED: Mapping[Start, tuple[str, str]] = {
    "weights": (
        "权重 {basis} × 每单位权重 {rate} 分 {is_} {asked}",
        "weight {basis} × {rate} points for one {is_} {asked}",
    ),
    "new": (
        "新承接，权重 {basis} × 每单位权重 {rate} 分 {is_} {asked}",
        "new; weight {basis} × {rate} points for one {is_} {asked}",
    ),
    "last": ("上期 {basis} 分 × {rate} {is_} {asked}", "{basis} points in the last period × {rate} {is_} {asked}"),
}
KEPT = ("上期 {basis} 分，不变", "{basis} points as in the last period")
HELD = ("，而{wish}", ", but {wish}")
UP = ("，按最大余额法进位", ", rounded up by largest remainder")
DOWN = ("，按最大余额法舍去", ", rounded down by largest remainder")
POOL = ("{pool}，按此单独分配：", "{pool}, divided on its own: ")
LINE = ("{id}：{why}：{points} 分", "{id}: {why}: {points} points")


def told(part: Allotted, language: Language) -> str:
    """``filing_on_time：权重 2 × 每单位权重 14.2857 分 ≈ 28.5714，按最大余额法舍去：28.57 分``."""
    pick = 1 if language == "en" else 0
    pool = POOL[pick].format(pool=part.pool.of(language)) if part.pool.kind != "total" else ""
    return LINE[pick].format(id=part.id, why=pool + _why(part, pick, language), points=f"{part.points:f}")


def _why(part: Allotted, pick: int, language: Language) -> str:
    asked = part.basis * part.rate
    figures = {"basis": _shown(part.basis), "rate": _shown(part.rate), "asked": _shown(asked)}
    if part.start == "last" and part.points == part.basis:
        return KEPT[pick].format(**figures)
    sign = "=" if _is_short(part.rate) and _is_short(asked) else "≈"
    said = ASKED[part.start][pick].format(is_=sign, **figures)
    if part.held_by:
        return said + HELD[pick].format(wish=part.held_by.of(language))
    given = Fraction(part.points)
    return said + (UP[pick] if given > part.exact else DOWN[pick] if given < part.exact else "")


def _is_short(value: Fraction) -> bool:
    return (value * SCALE).denominator == 1


def _shown(value: Fraction) -> str:
    number = Decimal(rounded(value.numerator * SCALE, value.denominator, "half_up")) / SCALE
    return f"{number.normalize() + 0:f}"
