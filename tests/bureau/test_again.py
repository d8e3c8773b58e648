"""An account as a run left it says what the engine says that weighed it: influence, reasons, confirmations, inputs."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from steelyard.bureau.asking.running import run
from steelyard.bureau.folder import Bureau
from steelyard.bureau.people.accounts import account as ledger
from steelyard.bureau.people.assessing import People, assess
from steelyard.bureau.people.saving import save_people
from steelyard.bureau.runs.order import Order
from steelyard.bureau.runs.results import Results
from steelyard.bureau.runs.running import Ran
from steelyard.bureau.runs.saving import save
from steelyard.bureau.views.accounts import accounts_of
from steelyard.bureau.views.again import influence, rests, typed_in, why
from steelyard.engine.allotting.telling import told
from steelyard.engine.persons.influence import influence as weighed
from tests.bureau.small_people import CONFIRMED, FACTS, confirmed_office, office
from tests.bureau.test_confirmed import WHOLE

VETO = WHOLE.replace("A,timely,A1,lead,1", "A,timely,A1,assist,0")
BOUNDS = """spread: bounds
bounds: {divides: total, indicators: [{indicator: timely, most: 15}]}
"""
BOUNDED = CONFIRMED.replace("spread: weight\n", BOUNDS)


def kept(made: Bureau) -> tuple[Ran, People, Path]:
    ran = run(made, Order(plan="units", uncertainty=False, history=False))
    people, folder = assess(ran), save(Results(ran))
    save_people(ran, people, folder)
    return ran, people[-1], folder


@pytest.mark.parametrize("rules", [CONFIRMED, BOUNDED, CONFIRMED.replace("60%", "61%")])
def test_a_point_of_a_unit_is_worth_what_the_engine_says_also_across_a_veto(tmp_path: Path, rules: str) -> None:
    made = confirmed_office(tmp_path, VETO, rules)
    _, people, folder = kept(made)
    plan = rests(folder, made.record, "people").plan
    for person, score in people.scores.items():
        account = accounts_of(folder, person)
        assert account is not None
        for unit in ("A", "B", "O"):
            for indicator in ("", "timely", "clean"):
                assert influence(account, plan, unit, indicator) == weighed(score, unit, indicator), (person, unit)


def test_one_point_across_the_line_of_a_veto_brings_the_whole_indicator(tmp_path: Path) -> None:
    """East has 36 of 60: at a line of 61 % (36.6) one more point brings all that timely is worth."""
    made = confirmed_office(tmp_path, VETO, CONFIRMED.replace("60%", "61%"))
    _, people, folder = kept(made)
    account = accounts_of(folder, "p1")
    assert account is not None
    plan = rests(folder, made.record, "people").plan
    (entry, total) = people.scores["p1"].stages[0].entries
    assert entry.vetoed
    gain = influence(account, plan, "A", "timely") - influence(account, plan, "A")
    assert gain == entry.worth * (entry.unit_points + 1) / entry.unit_full
    assert total.indicator == ""


def test_the_reasons_are_those_of_the_ledger(tmp_path: Path) -> None:
    made = confirmed_office(tmp_path, WHOLE, BOUNDED)
    ran, people, folder = kept(made)
    account, found = accounts_of(folder, "p4"), rests(folder, made.record, "people")
    assert account is not None
    said = [told(one, "zh") for one in why(account, account.stages[0], found)]
    assert said
    assert all(any(line in row for row in ledger(people, ran, "p4", "zh")) for line in said)


def test_a_line_tells_since_when_it_is_confirmed(tmp_path: Path) -> None:
    """Confirmed in January; the post was taken up in March."""
    made = confirmed_office(tmp_path, WHOLE)
    _, _, folder = kept(made)
    account, found = accounts_of(folder, "p4"), rests(folder, made.record, "people")
    assert account is not None
    stage = account.stages[0]
    row = found.assigned(stage, stage.lines[0])
    assert row is not None
    assert (stage.first_day, row.start, row.role) == (date(2026, 3, 1), date(2026, 1, 1), "assist")


def test_what_is_typed_in_is_told_with_the_table_and_where_that_comes_from(tmp_path: Path) -> None:
    made = office(tmp_path)
    written = made.root / "facts/tables.yaml"
    written.write_text(written.read_text("utf-8").replace("name: 办件\n", "name: 办件\nby_hand: true\n"), "utf-8")
    _, _, folder = kept(made)
    (found,) = typed_in(folder)
    assert (found.own, len(found.own_typed), len(found.carried_typed)) == (12, 12, 2)
    assert found.own_typed[0].tables == (("办件", "征管系统"),)
    assert found.own_typed[0].way == "hand"
    assert found.keystrokes > 0


def test_nothing_is_typed_in_where_a_system_is_the_source(tmp_path: Path) -> None:
    _, _, folder = kept(office(tmp_path))
    (found,) = typed_in(folder)
    assert (found.keystrokes, found.of_units, found.typed) == (0, 0, ())
    assert FACTS.count("by_hand") == 0
