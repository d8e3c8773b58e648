"""Which plans and periods can be run: read from the bureau's rules, kept as long as no file of theirs changes."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from steelyard.bureau.folder import Bureau, saying
from steelyard.bureau.runs.running import system_of
from steelyard.engine.model.book import RuleBook, read_book
from steelyard.engine.model.plan import Plan
from steelyard.engine.periods import Period
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
    return tuple(Choice(id, plan.name, tuple(_periods(book, plan))) for id, plan in sorted(book.plans.items()))


def _periods(book: RuleBook, plan: Plan) -> Iterator[str]:
    """The year, its halves, quarters and months, as far as the bureau's calendar of periods knows them."""
    system = system_of(book)
    parts = ("", "H1", "H2", "Q1", "Q2", "Q3", "Q4", *(f"-{month:02d}" for month in range(1, 13)))
    for part in parts:
        try:
            period = system.parse(f"{plan.year}{part}")
        except Refused:
            continue
        if _lasts(plan, period):
            yield str(period)


def _lasts(plan: Plan, period: Period) -> bool:
    """A campaign weighs nobody before it began or after it ended. The plan of a year says ``since`` of its text alone:
    periods before a change are weighed by the version before."""
    if plan.until is None:
        return True
    return period.start <= plan.until and (plan.since or period.start) < period.end
