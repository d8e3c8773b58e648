"""The rules as far as entry needs them: first and last day of a period, and the book, kept while files stay."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import date, timedelta
from functools import lru_cache, partial

from steelyard.bureau.folder import Bureau, saying
from steelyard.bureau.runs.running import system_of
from steelyard.engine.model.book import RuleBook, read_book
from steelyard.web.library import rules


def days(period: str) -> tuple[date, date]:
    """Raises `Refused` for a text that is no period."""
    return as_written()(period)


def as_written() -> Callable[[str], tuple[date, date]]:
    """`days` by the rules as they stand now, for who asks of many periods: their files are looked at once."""
    bureau = rules.bureau()
    return partial(_days, bureau, bureau.rules_stamp())


@lru_cache(maxsize=1024)
def _days(bureau: Bureau, _stamp: Hashable, period: str) -> tuple[date, date]:
    found = system_of(read_book(saying(bureau.rules(), book=""))).parse(period)
    return found.start, found.end - timedelta(days=1)


@lru_cache(maxsize=2)
def whole_book(bureau: Bureau, _stamp: Hashable) -> RuleBook:
    """Kept as long as no rule file changes. Raises `Refused` with the problems of all of them."""
    return bureau.book()
