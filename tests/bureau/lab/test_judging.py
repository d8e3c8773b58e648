"""Which indicators a bureau should keep, mend or retire, by three months of its own results."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from steelyard.analysis.indicators.quality import Limits, Reason
from steelyard.bureau.asking.running import run
from steelyard.bureau.folder import Bureau
from steelyard.bureau.lab.quality.cards import Figures, OfClass
from steelyard.bureau.lab.quality.judging import judged
from steelyard.bureau.lab.quality.twins import settled
from steelyard.bureau.runs.order import Order
from steelyard.bureau.runs.running import Ran
from tests.bureau.four_branches import DEBTS, LATE, RULES, made
from tests.bureau.small_bureau import load

MONTHS = ("2026-01", "2026-02", "2026-03")
MORE = """
indicator: calm
name: 无大额欠税
value: count(debt where amount > 1000000)
direction: lower
target: 0
full: 10
score: {threshold: {at_target: met, met: {share: 100%}, missed: {points: 0}}}
---
"""


def monthly(bureau: Bureau) -> Bureau:
    """Debts and visits of every month, so that no month is awaited."""
    units = list(enumerate(LATE))
    debt = [
        f"d{month}{unit},{unit},2026-0{month}-20,{month * (place + 1)}" for month in (1, 2, 3) for place, unit in units
    ]
    visit = [f"v{month}{unit},{unit},2026-0{month}-20" for month in (1, 2, 3) for _, unit in units[:2]]
    load(bureau, {
        "debt_months.csv": "\n".join(["序号,机关,日期,金额", *debt]),
        "visit_months.csv": "\n".join(["序号,机关,日期", *visit]),
    }, datetime(2027, 1, 2, 8, 0))  # fmt: skip
    return bureau


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    rules = MORE.lstrip() + RULES.lstrip().replace("total: 100\n", "total: 110\n").replace(
        "[rate, debts]", "[rate, debts, calm]"
    )
    bureau = made(tmp_path_factory.mktemp("judging"), LATE, DEBTS, rules=rules)
    return run(monthly(bureau), Order(periods=MONTHS, history=False))


def test_an_indicator_at_full_marks_for_all_may_be_retired_and_one_without_a_document_mended(ran: Ran) -> None:
    found = judged(ran, limits=Limits(noise_share=2, errors=0))  # so few filings a month are mostly noise
    assert list(found) == ["分局"]
    calm = found["分局"]["calm"]
    assert [one.period for one in calm.figures] == list(MONTHS)
    assert "full marks" in calm.reasons
    assert calm.verdict == "retire"
    assert set(calm.faults) == {"met by all", "no basis"}
    assert (calm.last.full_share, calm.last.attained, calm.last.units) == (1, 1, 4)
    assert "windows" not in found["分局"]  # another class has it


def test_minutes_of_filling_in_are_a_reason_to_mend(ran: Ran) -> None:
    found = judged(ran, minutes={"rate": 300}, limits=Limits(noise_share=2, errors=0, full_share=2))
    assert "burden" in found["分局"]["rate"].faults


def test_two_periods_judge_nothing(tmp_path: Path) -> None:
    bureau = made(tmp_path, LATE, DEBTS)
    assert judged(run(monthly(bureau), Order(periods=MONTHS[:2], history=False))) == {}


def test_what_has_marks_in_too_few_periods_is_not_judged(tmp_path: Path) -> None:
    bureau = made(tmp_path, LATE, DEBTS)
    found = judged(run(monthly(bureau), Order(periods=(*MONTHS, "2026-04"), history=False)), limits=Limits(periods=4))
    assert found["分局"]["debts"].verdict == "unjudged"  # nothing of April has come in


def of(name: str, twin: str, share: float, *reasons: Reason) -> OfClass:
    shown = Figures("2026", 10, 1.0, variance_share=share, likeness=1.0, twin=twin)
    return OfClass(name, (shown,), "retire" if reasons else "keep", reasons)


def test_of_two_twins_the_same_one_goes_in_every_class() -> None:
    """Where classes disagree, the one that adds less to all differences."""
    found = settled({
        "甲": {"a": of("甲", "b", 0.4, "redundant"), "b": of("甲", "a", 0.5)},
        "乙": {"a": of("乙", "b", 0.3), "b": of("乙", "a", 0.1, "redundant")},
    })  # fmt: skip
    assert [(name, found[name]["a"].verdict, found[name]["b"].verdict) for name in "甲乙"] == [
        ("甲", "keep", "retire"), ("乙", "keep", "retire"),
    ]  # fmt: skip
