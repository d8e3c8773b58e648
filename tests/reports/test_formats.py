"""Numbers, money, percentages and dates read the same everywhere."""

from __future__ import annotations

from decimal import Decimal

import pytest

from steelyard.reports import formats
from steelyard.reports.checking.claims import period_texts
from steelyard.reports.sheet import Measure, Words


@pytest.mark.parametrize(
    ("value", "shown"),
    [("93.3", "93.30"), ("-0.925", "−0.93"), ("0.005", "0.01"), ("-0.004", "0.00"), ("1234567.5", "1,234,567.50")],
)
def test_points_have_two_digits_rounded_half_up(value: str, shown: str) -> None:
    assert formats.points(Decimal(value)) == shown


def test_a_gain_shows_its_plus_and_nothing_shows_no_sign() -> None:
    assert [formats.signed_points(Decimal(x)) for x in ("1.33", "-2.69", "0")] == ["+1.33", "−2.69", "0.00"]


@pytest.mark.parametrize(
    ("share", "shown"),
    [("1", ">99%"), ("0.997", ">99%"), ("0.71", "71%"), ("0.004", "<1%"), ("0", "<1%"), ("0.99", "99%")],
)
def test_a_probability_is_never_rounded_into_certainty(share: str, shown: str) -> None:
    assert formats.probability(Decimal(share)) == shown


@pytest.mark.parametrize(
    ("yuan", "zh", "en"),
    [
        ("9999", "9,999.00 元", "CNY 9,999.00"),
        ("10000", "1.00 万元", "CNY 10,000.00"),
        ("123456789", "1.23 亿元", "CNY 123.46 million"),
    ],
)
def test_money_is_told_in_the_unit_people_use(yuan: str, zh: str, en: str) -> None:
    assert (formats.money(Decimal(yuan), "zh"), formats.money(Decimal(yuan), "en")) == (zh, en)


@pytest.mark.parametrize(
    ("period", "zh", "en"),
    [
        ("2026", "2026年度", "the year 2026"),
        ("2026H2", "2026年下半年", "H2 2026"),
        ("2026Q1", "2026年第一季度", "Q1 2026"),
        ("2026-03", "2026年3月", "March 2026"),
        ("2026-03YTD", "2026年3月累计", "March 2026 to date"),
        ("FY2022", "2022财年", "FY 2022"),
        ("FY2022Q4", "2022财年第四季度", "Q4 FY 2022"),
        ("FY2022H1YTD", "2022财年上半年累计", "H1 FY 2022 to date"),
        ("spring", "spring", "spring"),
    ],
)
def test_periods_become_words(period: str, zh: str, en: str) -> None:
    assert (formats.period(period, "zh"), formats.period(period, "en")) == (zh, en)
    assert period == "spring" or period_texts(period) == (zh, en)  # the checker of sheets says the same on its own


def test_dates_keep_their_time() -> None:
    assert formats.day("2026-09-30T24:00", "zh") == "2026年9月30日 24:00"
    assert formats.day("2026-09-30", "en") == "30 September 2026"


def test_english_places_end_as_spoken() -> None:
    assert [formats.ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 102, 111)] == [
        *("1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd", "111th"),
    ]


def test_a_value_carries_its_unit_and_nothing_is_a_dash() -> None:
    minutes = Measure(Decimal("8.6"), unit=Words("分钟", "minutes"), places=1)
    assert formats.measure(minutes, "zh") == "8.6 分钟"
    assert formats.measure(Measure(Decimal("0.9945"), "ratio", places=1), "en") == "99.5%"
    assert formats.measure(None, "zh") == "—"
