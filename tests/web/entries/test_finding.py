"""外部发现: what is wrong with an entry, and what contradicts what a unit reported."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings

from steelyard.bureau.entered import Finding, findings
from steelyard.engine.problems import Refused
from steelyard.lake.intake import intake
from steelyard.reports.sheet import IndicatorRow, Measure, UnitSheet, Words
from steelyard.web.configuration import Configuration
from steelyard.web.cycles.models import Delivery
from steelyard.web.entries.finding import Typed, against, differ, enter
from steelyard.web.trail.models import Event
from tests.web.people.world import bureau, with_role

BUREAU = Path(__file__).parents[3] / "examples" / "province"
NOW = datetime(2026, 12, 20, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
END = date(2026, 12, 31)
TYPED = Typed("审〔2026〕1号", "A1", "done", END, "外部审计", "A", "2026-12-01", "是", "0.92", "抽查发现补录")
FOUND = Finding(
    "审〔2026〕1号", "A1", "done", END, "外部审计", "A", date(2026, 12, 1), True, Decimal("0.92"), "补录", 1
)


@pytest.fixture
def world(db: None, tmp_path: Path, settings: Any) -> None:  # noqa: ARG001  tables must be there
    settings.STEELYARD = Configuration(tmp_path, bureau=str(BUREAU), record="record")
    bureau()


@pytest.mark.usefixtures("world")
def test_everything_wrong_is_told_at_once_and_nothing_is_kept() -> None:
    wrong = replace(
        TYPED, document=" ", unit="Z9", indicator="none", source="街谈", grade="E", found_on="2026-12-21",
        problem="也许", value="92%",
    )  # fmt: skip
    with pytest.raises(Refused) as refused:
        enter(wrong, frozenset({"done"}), by=with_role("office"), now=NOW)
    assert sorted(problem.code for problem in refused.value.problems) == [
        "finding-choice", "finding-choice", "finding-choice", "finding-day", "finding-field", "finding-indicator",
        "finding-unit", "finding-value",
    ]  # fmt: skip
    with pytest.raises(Refused) as refused:
        enter(replace(TYPED, text="长" * 1001), frozenset({"done"}), by=with_role("office"), now=NOW)
    assert [problem.code for problem in refused.value.problems] == ["finding-long"]
    with pytest.raises(Refused) as refused:
        enter(TYPED, frozenset({"done"}), by=with_role("unit", "A1"), now=NOW)
    assert [problem.code for problem in refused.value.problems] == ["act-not-allowed"]
    assert not Delivery.objects.exists()


def loaded(tmp_path: Path) -> tuple[Finding, ...]:
    """What was entered, as it comes out of the record."""
    here = settings.STEELYARD.of_bureau()
    table = here.tables()["finding"].model_copy(update={"references": {}})
    for at, kept in enumerate(Delivery.objects.order_by("pk")):
        path = tmp_path / kept.name
        path.write_bytes((settings.STEELYARD.media / kept.stored).read_bytes())
        intake(here.record, [table], [path], datetime(2026, 12, 20, 9, at), calendar=here.calendar())
    return findings(here.record)


@pytest.mark.usefixtures("world")
def test_what_people_may_type_is_written_as_intake_wants_it(tmp_path: Path) -> None:
    """A browser sends every line break of a text field as two signs."""
    typed = replace(TYPED, text="第一行\r\n第二行", value="00.92", found_on="20261201")
    enter(typed, frozenset({"done"}), by=with_role("office"), now=NOW)
    (found,) = loaded(tmp_path)
    assert (found.text, found.value, found.found_on) == ("第一行 第二行", Decimal("0.92"), date(2026, 12, 1))


@pytest.mark.usefixtures("world")
def test_an_entry_is_a_fact_that_a_second_one_of_the_same_key_replaces(tmp_path: Path) -> None:
    office = with_role("office")
    for value in ("0.92", "0.90"):
        enter(replace(TYPED, value=value), frozenset({"done"}), by=office, now=NOW)
    (found,) = loaded(tmp_path)
    assert (found.unit, found.value, found.batch, found.problem) == ("A1", Decimal("0.90"), 2, True)
    told = Event.objects.filter(act="finding-add").first()
    assert told is not None
    assert (told.actor, told.target, told.detail["grade"]) == (office.username, "unit:A1", "A")


def sheet(value: str, points: str = "10") -> UnitSheet:
    row = IndicatorRow(
        "done", Words("办结率"), Words("甲"), Decimal(points), Decimal(10), Measure(Decimal(value), "ratio")
    )
    found: Any = type("Sheet", (), {"indicators": (row,), "name": Words("甲局")})()
    return found  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("reported", "points", "problem", "value", "contrary"),
    [
        ("1", "10", True, "0.92", True),  # another value
        ("0.92", "8", True, "0.92", False),  # the same value, and points were lost
        ("0.923", "8", True, "0.92", False),  # rounded elsewhere
        ("1", "10", True, None, True),  # a problem in words, and full marks
        ("0.9", "7", True, None, False),
        ("1", "10", False, None, False),  # nothing was found
    ],
)
def test_a_contradiction_is_another_value_or_full_marks_in_spite_of_a_problem(
    reported: str, points: str, problem: bool, value: str | None, contrary: bool
) -> None:
    found = replace(FOUND, problem=problem, value=None if value is None else Decimal(value))
    assert against(found, sheet(reported, points)).contrary is contrary


def test_what_the_version_does_not_have_contradicts_nothing() -> None:
    assert not against(replace(FOUND, indicator="other"), sheet("1")).contrary
    assert not against(FOUND, None).contrary
    assert not differ(Decimal(0), Decimal(0))
    assert differ(Decimal(0), Decimal("0.01"))


def test_the_found_value_is_written_as_the_indicator_is() -> None:
    shown = against(FOUND, sheet("1")).found_value
    assert shown is not None
    assert (shown.kind, shown.number) == ("ratio", Decimal("0.92"))
    assert against(replace(FOUND, value=None), None).found_value is None
