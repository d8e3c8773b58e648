"""Which rows a total counts, whatever its condition speaks of."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pyarrow as pa
import pytest

from steelyard.bureau.runs.behind import counted
from steelyard.engine.expressions.nodes import Window
from steelyard.engine.expressions.resolving import resolve
from steelyard.engine.problems import Refused
from tests.engine.small_books import aggregate
from tests.lake.test_direct_runner import CASES

ROWS = pa.table(
    {
        "id": ["1", "2", "3", "4"],
        "day": [date(2026, 1, 2), date(2026, 3, 4), None, date(2026, 12, 31)],
        "payer": ["甲", None, "乙", "甲"],
        "amount": pa.array([Decimal("1.00"), Decimal("9.50"), None, Decimal("1.01")], pa.decimal128(18, 2)),
    }
)


@pytest.mark.parametrize(
    ("condition", "met"),
    [
        ("", "1234"),
        (" where amount > 1", "24"),
        (" where payer = '甲' or amount > 9", "124"),
        (" where not payer = '甲'", "3"),
        (" where day > date '2026-02-01'", "24"),
        (" where amount > avg(cases.amount)", "2"),
        (" where amount < max(cases.amount) and payer = '甲'", "14"),
        (" where 1 = 1", "1234"),
        (" where 1 = 2", ""),
    ],
)
def test_rows_that_meet_a_condition_are_counted_and_unknown_is_not_met(condition: str, met: str) -> None:
    total = resolve(aggregate(f"count(cases{condition})", Window()), {"cases": CASES})
    assert "".join(counted(total, CASES, ROWS).column("id").to_pylist()) == met


def test_a_condition_that_cannot_be_understood_is_not_passed_over() -> None:
    total = resolve(aggregate("count(cases where day > 2026)", Window()), {"cases": CASES})
    with pytest.raises(Refused):
        counted(total, CASES, ROWS)
