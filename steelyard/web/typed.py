"""Numbers as a browser sends them: text that anyone may have typed."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

DIGITS = 9  # of the number of a row: whatever is longer names none, and may not fit the column


def number_in(text: str, digits: int = DIGITS) -> int | None:
    """The whole number that the text is in ASCII digits; None for what is no number or a longer one."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= digits else None


def decimal_in(text: str) -> Decimal | None:
    """Exactly as typed, in ASCII digits with one point at most; None for what is no number or a very long one."""
    text = text.strip()
    plain = text.isascii() and text.count(".") <= 1 and text.replace(".", "").isdecimal() and len(text) < 20
    return Decimal(text) if plain else None


def numbers_in(texts: Iterable[str]) -> list[int]:
    """Those of them that can be the number of a row."""
    return [number for text in texts if (number := number_in(text)) is not None]
