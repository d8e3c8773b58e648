"""Slots into text, and claims into sentences: the only place where a health check gets its words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from steelyard.engine.problems import Language
from steelyard.reports import formats
from steelyard.reports.health.document import Claim, Slot
from steelyard.reports.health.grammar import GRAMMAR
from steelyard.reports.sheet import Measure, Words

_SLOT = re.compile(r"\{(\w+)\}")
_SIGNALS: Mapping[Any, Words] = {
    "better": Words("好于常态", "better than usual"),
    "worse": Words("差于常态", "worse than usual"),
    None: Words(formats.MISSING, formats.MISSING),
}


def claim(kind: str, **slots: Slot) -> Claim:
    """A claim with its sentence in both languages."""
    zh, en = GRAMMAR[kind]
    return Claim(kind, slots, Words(_filled(zh, slots, "zh"), _filled(en, slots, "en")))


def _filled(template: str, slots: Mapping[str, Slot], language: Language) -> str:
    return _SLOT.sub(lambda found: told(slots[found[1]], language), template)


def told(slot: Slot, language: Language) -> str:
    """One slot as text."""
    return _TOLD[slot.kind](slot.value, language)


def _number(value: Any) -> Decimal:
    """For showing: a fraction without an end is cut far behind what is shown, so that no half is made or lost."""
    found = Fraction(value)
    return Decimal(int(found * 10**15)).scaleb(-15)


def _points(value: Any, _: Language) -> str:
    return formats.points(_number(value))


def _versus(value: Any, language: Language) -> str:
    far = _number(value)
    if not far:
        return "持平" if language == "zh" else "level with"
    size = formats.points(abs(far))
    if language == "zh":
        return f"{'高' if far > 0 else '低'} {size} 分"
    return f"{size} points {'above' if far > 0 else 'below'}"


def _moved(value: Any, language: Language) -> str:
    far = _number(value)
    if not far:
        return "不变" if language == "zh" else "did not change"
    size = formats.points(abs(far))
    if language == "zh":
        return f"{'增加' if far > 0 else '减少'} {size} 分"
    return f"{'rose' if far > 0 else 'fell'} by {size} points"


def _steps(value: Any, language: Language) -> str:
    if not value:
        return "持平" if language == "zh" else "the same place"
    if language == "zh":
        return f"{'进' if value > 0 else '退'} {abs(value)} 位"
    return f"{abs(value)} {'place' if abs(value) == 1 else 'places'} {'up' if value > 0 else 'down'}"


def _words(value: Any, language: Language) -> str:
    return str(Words(*value).of(language))


def _measure(value: Any, language: Language) -> str:
    if value is None:
        return formats.MISSING
    number, kind, zh, en, places = value
    return formats.measure(Measure(Decimal(number), kind, Words(zh, en), places), language)


def _pairs(value: Any, language: Language) -> str:
    told = (
        f"{Words(zh, en).of(language)} {formats.number(Decimal(theirs), 0)} / {formats.number(Decimal(ours), 0)}"
        for zh, en, theirs, ours in value
    )
    return ("、" if language == "zh" else ", ").join(told)


_TOLD: Mapping[str, Callable[[Any, Language], str]] = {
    "points": _points,
    "signed": lambda value, _: formats.signed_points(_number(value)),
    "versus": _versus,
    "moved": _moved,
    "steps": _steps,
    "whole": lambda value, _: str(value),
    "share": lambda value, _: formats.percent(_number(value)),
    "rate": lambda value, _: formats.share(_number(value)),
    "chance": lambda value, _: formats.probability(_number(value)),
    "period": lambda value, language: formats.period(value, language),
    "periods": lambda value, language: ("、" if language == "zh" else ", ").join(
        formats.period(one, language) for one in value
    ),
    "day": lambda value, language: formats.day(value, language),
    "words": _words,
    "measure": _measure,
    "pairs": _pairs,
    "signal": lambda value, language: _SIGNALS[value].of(language),
}
