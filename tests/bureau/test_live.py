"""A push is loaded as strictly as a file, and tells at once which scores it moved."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from threading import Timer

import pytest

from steelyard.bureau.asking.running import run
from steelyard.bureau.live import Effect, Live
from steelyard.bureau.runs.order import Order
from steelyard.bureau.runs.results import Results
from steelyard.engine.problems import Refused
from steelyard.lake.record.durable import only_writer
from tests.bureau.small_bureau import ARRIVED, bureau, load
from tests.bureau.test_correcting import CASES, FACTS, LATER, RULES, UNITS
from tests.lake.intake_office import shared_cage

ORDER = Order(periods=("2026",))


@pytest.fixture
def live(tmp_path: Path) -> Live:
    made = bureau(tmp_path, FACTS, RULES)
    load(made, {"units.csv": UNITS, "cases1.csv": CASES})
    return Live(made, ORDER)


def pushed(live: Live, *rows: dict[str, str]) -> tuple[Effect, ...] | None:
    return live.push("cases", rows, LATER, shared_cage()).effects


def test_a_push_waits_while_another_process_writes(live: Live) -> None:
    live.open()
    with ExitStack() as other:
        other.enter_context(only_writer(live.bureau.record))
        Timer(0.3, other.pop_all().close).start()
        assert pushed(live, {"id": "9", "unit": "B", "on": "2026-05-01"})


def test_after_the_rules_were_changed_a_push_is_answered_by_the_new_ones(live: Live) -> None:
    """Until it is weighed by them there is no answer, never one by rules that do not stand any more."""
    live.open()
    path = live.bureau.root / "rules" / "rules.yaml"
    text = path.read_text("utf8")
    path.write_text(text.replace("target: 2", "target: 4.0"), "utf8")
    assert pushed(live, {"id": "9", "unit": "B", "on": "2026-05-01"}) is None
    live.open()
    moved = pushed(live, {"id": "10", "unit": "B", "on": "2026-05-02"})
    assert moved is not None
    assert moved[0].points == ("5", "7.5")


def test_a_push_says_whose_points_it_moved_and_why(live: Live) -> None:
    live.open()
    assert pushed(live, {"id": "9", "unit": "B", "on": "2026-05-01"}) == (
        Effect("B", "乙", "2026", "", ("5", "10"), (None, None)),
        Effect("B", "乙", "2026", "done", ("5", "10"), ("1", "2")),
    )
    assert pushed(live, {"编号": "9", "单位": "A", "日期": "2026-05-01"}) == (
        Effect("A", "甲", "2026", "", ("10", "15"), (None, None)),
        Effect("B", "乙", "2026", "", ("10", "5"), (None, None)),
        Effect("A", "甲", "2026", "done", ("10", "15"), ("2", "3")),
        Effect("B", "乙", "2026", "done", ("10", "5"), ("2", "1")),
    )
    again = run(live.bureau, Order(periods=("2026",), history=False))
    assert live.standing is not None
    assert live.standing.total.fraction(0) == again.result.total.fraction(0)
    assert Results(again).digest


def test_what_others_loaded_meanwhile_is_not_put_down_to_the_push(live: Live) -> None:
    live.open()
    load(live.bureau, {"cases2.csv": "编号,单位,日期\n7,C,2026-04-01"}, ARRIVED)
    found = pushed(live, {"id": "9", "unit": "B", "on": "2026-05-01"})
    assert found is not None
    assert {one.unit for one in found} == {"B"}


def test_before_anything_is_weighed_a_push_is_only_loaded(live: Live) -> None:
    assert pushed(live, {"id": "9", "unit": "B", "on": "2026-05-01"}) is None
    assert live.standing is None


def test_the_same_rows_twice_are_one_batch_and_move_nothing(live: Live) -> None:
    live.open()
    row = {"id": "9", "unit": "B", "on": "2026-05-01"}
    first, second = (live.push("cases", [row], LATER, shared_cage()) for _ in range(2))
    assert (first.report.new, second.report.new) == (True, False)
    assert (first.report.batch.number, second.effects) == (second.report.batch.number, ())


def test_a_row_that_does_not_fit_is_kept_with_its_reason_and_moves_nothing(live: Live) -> None:
    live.open()
    found = live.push("cases", [{"id": "9", "unit": "B", "on": "2026-13-01"}], LATER, shared_cage())
    assert (found.report.batch.counts.rejected, found.effects) == (1, ())


@pytest.mark.parametrize(
    ("table", "rows", "codes"),
    [
        ("nowhere", [{"id": "1"}], ["push-table-unknown"]),
        ("cases", [], ["push-empty"]),
        ("cases", [{}] * 10_001, ["push-many"]),
        ("cases", [{"id": "1", "colour": "red"}, {"size": "2"}], ["push-column-unknown", "push-column-unknown"]),
    ],
)
def test_what_cannot_be_pushed_is_refused_whole(
    live: Live, table: str, rows: list[dict[str, str]], codes: list[str]
) -> None:
    with pytest.raises(Refused) as refused:
        live.push(table, rows, LATER, shared_cage())
    assert [problem.code for problem in refused.value.problems] == codes
