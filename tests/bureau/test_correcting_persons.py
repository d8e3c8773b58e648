"""A correction that an officer asks for: what it does to his account is seen before anyone rules."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from steelyard.bureau.asking.correcting import preview
from steelyard.bureau.asking.running import run
from steelyard.bureau.people.assessing import assess
from steelyard.bureau.people.moved import PersonMoved
from steelyard.bureau.runs.order import Order
from steelyard.bureau.runs.results import Results
from steelyard.bureau.runs.saving import save
from tests.bureau.small_bureau import ARRIVED, load
from tests.bureau.small_people import HEAD, office
from tests.lake.intake_office import shared_cage

IN_TIME = "3,A,p2,2026-04-07,简,40,30,否,否,否,0,5"
"""Matter 3 was not late after all."""


def corrected(folder: Path, person: str, row: str = IN_TIME) -> tuple[tuple[PersonMoved, ...], dict[str, object]]:
    """The preview, and what a run comes to once the same file is really loaded."""
    made = office(folder)
    ran = save(Results(run(made, Order(plan="units", periods=("2026",), history=False))))
    path = folder / "appeal" / "matter_appeal.csv"
    path.parent.mkdir()
    path.write_text(HEAD + row + "\n", "utf-8")
    found = preview(ran, made.record, [path], ARRIVED + timedelta(days=3), cage=shared_cage(), person=person)
    load(made, {"matter_later.csv": HEAD + row}, ARRIVED + timedelta(days=3))
    (people,) = assess(run(made, Order(plan="units", periods=("2026",), history=False)))
    return found.person, {code: score.total for code, score in people.scores.items()}


def test_his_total_and_every_entry_that_changes_are_shown_and_are_what_then_comes(tmp_path: Path) -> None:
    (moved,), later = corrected(tmp_path, "p2")
    old, new = moved.totals
    assert new == later["p2"]
    assert old is not None
    assert new is not None
    assert moved.gain == new - old > 0
    own = {line.indicator: line.points for line in moved.entries if not line.unit}
    assert set(own) == {"on_time"}
    carried = [(line.unit, line.indicator, line.name) for line in moved.entries if line.unit]
    assert carried == [("A", "timely", "单位按期率"), ("A", "unit", "")]
    assert moved.others == 1, "p1 was of the same unit all year, whose rate is better by it"
    assert (moved.plan, moved.period, moved.sizes) == ("people", "2026", (1, 1))


def test_an_account_that_the_correction_does_not_touch_says_so(tmp_path: Path) -> None:
    (moved,), later = corrected(tmp_path, "p4")
    assert (moved.gain, moved.entries, moved.others) == (0, (), 2)
    assert moved.totals == (later["p4"], later["p4"])


def test_who_has_no_account_is_left_out(tmp_path: Path) -> None:
    assert corrected(tmp_path, "p3")[0] == ()
