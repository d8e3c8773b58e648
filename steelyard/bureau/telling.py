"""Progress in both languages: whoever starts long work is told what begins, and how far it has come."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Progress = Callable[[str, str], None]
"""Told one line in Chinese and the same in English; whoever listens picks the language."""

T = TypeVar("T")


def silent(chinese: str, english: str) -> None:
    """Nobody listens."""


def counted(things: Iterable[T], progress: Progress, chinese: str, english: str, every: int = 50) -> Iterator[T]:
    """The things as they come, with a word after every so many: ``counted(units, progress, "个单位", "units")``."""
    for number, thing in enumerate(things, start=1):
        yield thing
        if number % every == 0:
            progress(f"  已完成 {number} {chinese}", f"  {number} {english} done")
