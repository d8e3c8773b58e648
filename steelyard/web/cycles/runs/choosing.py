"""Which plans and periods can be run: read from the bureau's rules, kept as long as no file of theirs changes."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from steelyard.bureau.folder import Bureau, saying
from steelyard.bureau.runs.running import system_of
from steelyard.engine.model.book import RuleBook, read_book
from steelyard.engine.problems import Refused


@dataclass(frozen=True)
class Choice:
    plan: str
    name: str
    periods: tuple[str, ...]


def choices(bureau: Bureau) -> tuple[Choice, ...]:
    """Raises `Refused` where the rules cannot be read."""
    return _choices(bureau, bureau.rules_stamp(), True)


def planned(bureau: Bureau) -> tuple[Choice, ...]:
    """The same from plans alone, whose rules may be in the making: read in a tenth of the time."""
    return _choices(bureau, bureau.rules_stamp(), False)


@lru_cache(maxsize=4)
def _choices(bureau: Bureau, _stamp: Hashable, whole: bool) -> tuple[Choice, ...]:
    book = bureau.book() if whole else read_book(saying(bureau.rules(), book="", plan=""))
    return tuple(Choice(id, plan.name, tuple(_periods(book, plan.year))) for id, plan in sorted(book.plans.items()))


def _periods(book: RuleBook, year: str) -> Iterator[str]:
    """The year, its halves, quarters and months, as far as the bureau's calendar of periods knows them."""
    system = system_of(book)
    parts = ("", "H1", "H2", "Q1", "Q2", "Q3", "Q4", *(f"-{month:02d}" for month in range(1, 13)))
    for part in parts:
        try:
            yield str(system.parse(f"{year}{part}"))
        except Refused:
            continue
