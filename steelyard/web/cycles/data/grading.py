"""How good a batch is: one letter by a rule that stands on the page.

Three shares: rows accepted of all rows, rows that came late, rows that correct earlier ones. A row is late when it
became known more than 15 days after the end of its quarter, which is how often most systems hand over. The worst of the
three shares decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

PATIENCE = timedelta(days=15)


@dataclass(frozen=True)
class Bound:
    """What a grade asks for: at least so many accepted, at most so many late, at most so many corrected."""

    grade: str
    accepted: Decimal
    late: Decimal
    revised: Decimal


BOUNDS = (
    Bound("A", Decimal("0.995"), Decimal("0.01"), Decimal("0.01")),
    Bound("B", Decimal("0.98"), Decimal("0.05"), Decimal("0.05")),
    Bound("C", Decimal("0.90"), Decimal("0.20"), Decimal("0.20")),
)
LAST = "D"


def grade(rows: int, accepted: int, late: int, revised: int) -> str:
    """``rows``: all but those that the declaration skips."""
    for bound in BOUNDS:
        if share(accepted, rows, 1) >= bound.accepted and (
            share(late, accepted) <= bound.late and share(revised, accepted) <= bound.revised
        ):
            return bound.grade
    return LAST


def share(part: int, whole: int, empty: int = 0) -> Decimal:
    """``empty``: what the share of nothing counts as."""
    return Decimal(part) / whole if whole else Decimal(empty)


def in_time_since(known_at: datetime) -> date:
    """The first day whose rows, becoming known at that time, are not late: that of a quarter."""
    day = (known_at - PATIENCE).date()
    return day.replace(month=day.month - (day.month - 1) % 3, day=1)
