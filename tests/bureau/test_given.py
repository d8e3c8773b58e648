"""Whoever calls from Python and hands over something else is told in words which argument it was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

import steelyard
from steelyard.engine.problems import Refused
from tests.bureau.small_people import office

AWARE = datetime(2027, 1, 1, tzinfo=UTC)


def told(work: Callable[[], object]) -> list[tuple[str, str]]:
    """Code and argument of everything that was refused."""
    with pytest.raises(Refused) as refused:
        work()
    return [(problem.code, str(problem.params.get("name", ""))) for problem in refused.value.problems]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> steelyard.Ran:
    made = office(tmp_path_factory.mktemp("given"))
    return steelyard.run(made, steelyard.Order(plan="units", uncertainty=False, history=False))


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("plan", 3),
        ("periods", "2026"),
        ("periods", (2026,)),
        ("known_at", "2027-01-01"),
        ("known_at", date(2027, 1, 1)),
        ("as_of_batch", "1"),
        ("as_of_batch", True),
        ("threads", 1.5),
        ("memory", 2),
        ("engine", None),
        ("uncertainty", 1),
        ("history", "no"),
        ("structure", "2026-01-01"),
        ("structure", datetime(2026, 1, 1)),
    ],
)
def test_an_order_names_what_does_not_fit(name: str, wrong: Any) -> None:
    assert told(lambda: steelyard.Order(**{name: wrong})) == [("argument-unfit", name)]


def test_everything_that_does_not_fit_is_told_at_once() -> None:
    wrong: dict[str, Any] = {"plan": 3, "threads": "two", "structure": "2026"}
    assert told(lambda: steelyard.Order(**wrong)) == [("argument-unfit", name) for name in wrong]


def test_a_time_with_an_offset_is_refused_in_words() -> None:
    """The record keeps local times: which zone the bureau stands in, the machine does not know."""
    assert told(lambda: steelyard.Order(known_at=AWARE)) == [("argument-not-local", "known_at")]
    with pytest.raises(Refused) as refused:
        steelyard.Order(known_at=AWARE)
    assert "请换算后去掉时区" in refused.value.problems[0].text("zh")


def test_periods_may_be_a_list() -> None:
    assert steelyard.Order(periods=["2026"]) == steelyard.Order(periods=("2026",))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("work", "expected"),
    [
        (lambda _: steelyard.Bureau(3), ("argument-unfit", "root")),
        (lambda _: steelyard.Bureau("a", 3), ("argument-unfit", "record_folder")),
        (lambda _: steelyard.run("a", steelyard.Order()), ("argument-unfit", "bureau")),
        (lambda ran: steelyard.run(ran.bureau, None), ("argument-unfit", "order")),
        (lambda ran: steelyard.run(ran.bureau, ran.order, "loud"), ("argument-unfit", "progress")),
        (lambda _: steelyard.Results(None), ("argument-unfit", "ran")),
        (lambda ran: steelyard.explain_unit(ran, 3, "timely", None, "zh"), ("argument-unfit", "unit")),
        (lambda ran: steelyard.explain_unit(ran, "A", "timely", 2026, "zh"), ("argument-unfit", "period")),
        (lambda ran: steelyard.explain_unit(ran, "A", "timely", None, "fr"), ("argument-choice", "language")),
        (lambda ran: steelyard.publish(ran, "xml"), ("argument-choice", "sheets")),
        (lambda ran: steelyard.publish(ran, "none", "2"), ("argument-unfit", "workers")),
        (lambda ran: steelyard.publish(ran, "none", 0), ("engine-threads", "")),
        (lambda ran: steelyard.publish(ran, units="A"), ("argument-unfit", "units")),
        (lambda _: steelyard.replay(3), ("argument-unfit", "folder")),
        (lambda _: steelyard.replay("a", 3), ("argument-unfit", "record")),
        (lambda _: steelyard.try_cases(3), ("argument-unfit", "path")),
        (lambda _: steelyard.try_cases("a", ("spark",)), ("argument-choice", "engines")),
        (lambda _: steelyard.try_cases("a", "twin"), ("argument-unfit", "engines")),
    ],
)
def test_every_door_names_what_does_not_fit(
    ran: steelyard.Ran, work: Callable[[Any], object], expected: tuple[str, str]
) -> None:
    assert told(lambda: work(ran)) == [expected]
    assert not ran.bureau.runs.exists()


@pytest.mark.parametrize(
    ("place", "wrong", "expected"),
    [
        (0, 3, ("argument-unfit", "record")),
        (1, {}, ("argument-unfit", "tables")),
        (1, [3], ("argument-unfit", "tables")),
        (2, "a.csv", ("argument-unfit", "files")),
        (2, [3], ("argument-unfit", "files")),
        (3, "2027-02-01", ("argument-unfit", "known_at")),
        (3, AWARE, ("argument-not-local", "known_at")),
    ],
)
def test_intake_takes_nothing_in_that_it_was_not_given(
    tmp_path: Path, place: int, wrong: Any, expected: tuple[str, str]
) -> None:
    proper: list[Any] = [tmp_path / "record", [], [], datetime(2027, 2, 1)]
    proper[place] = wrong
    assert told(lambda: steelyard.intake(*proper)) == [expected]
    assert list(tmp_path.iterdir()) == []
