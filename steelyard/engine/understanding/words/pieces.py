"""Text in pieces: brackets and quotation marks hold together, and a phrase fits wherever its fixed words stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

_OPENING = {"（": "）", "“": "”", "《": "》"}
_PART = re.compile(r"\{(\d+)\}")


@lru_cache(maxsize=4096)
def depths(text: str) -> tuple[int, ...]:
    """How many brackets are open at each character; a bracket itself lies inside of what it opens or closes."""
    found, waiting = [], list[str]()
    for character in text:
        closes = bool(waiting) and character == waiting[-1]
        if not closes and character in _OPENING and (not waiting or waiting[-1] != "”"):
            waiting.append(_OPENING[character])
        found.append(len(waiting))
        if closes:
            waiting.pop()
    return tuple(found)


def at(text: str, word: str, start: int = 0) -> Iterator[int]:
    """Where a word stands outside of all brackets, first one first."""
    found = depths(text)
    place = text.find(word, start)
    while place >= 0:
        if found[place] == (1 if word[0] in _OPENING else 0):
            yield place
        place = text.find(word, place + 1)


def split(text: str, separator: str) -> list[str]:
    """At every separator outside of all brackets."""
    parts, start = [], 0
    for place in at(text, separator):
        parts.append(text[start:place])
        start = place + len(separator)
    return [*parts, text[start:]]


def bracketed(text: str) -> str | None:
    """What stands between a bracket and its own closing bracket, where that is the whole text."""
    if len(text) < 3 or text[0] != "（" or text[-1] != "）" or 0 in depths(text):
        return None
    return text[1:-1] if _closes_at(text) == len(text) - 1 else None


def _closes_at(text: str) -> int:
    """Where the bracket that opens the text is closed."""
    found = depths(text)
    return next((place for place in range(1, len(text)) if found[place] == 1 and text[place] == "）"), -1)


def tail(text: str) -> tuple[str, str] | None:
    """What stands before the bracket at the end, and what stands in it."""
    if not text.endswith("）"):
        return None
    opened = [place for place in at(text, "（") if bracketed(text[place:]) is not None]
    return (text[: opened[-1]], text[opened[-1] + 1 : -1]) if opened else None


def fits(template: str, text: str) -> Iterator[dict[int, str]]:
    """Every way in which ``{0}至{1}的天数`` reads as the text: part by number."""
    words = _PART.split(template)
    if not text.startswith(words[0]):
        return
    if len(words) == 1:
        yield from ({} for _ in range(text == template))
        return
    yield from _fitted(words[1:], text, len(words[0]))


def _fitted(words: list[str], text: str, start: int) -> Iterator[dict[int, str]]:
    """``words``: number of a part, the fixed words behind it, and so on."""
    number, behind, rest = int(words[0]), words[1], words[2:]
    if not rest:
        if text.endswith(behind) and len(text) - len(behind) > start:
            yield {number: text[start : len(text) - len(behind)]}
        return
    for place in at(text, behind, start + 1):
        for others in _fitted(rest, text, place + len(behind)):
            yield {number: text[start:place], **others}
