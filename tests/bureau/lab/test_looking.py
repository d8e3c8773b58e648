"""The quality lab as a whole: what was planted is found, every card has its evidence, and retiring is told exactly."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.planted import BAD, PLANTED, accused, lab
from bench.planted import ran as planted_ran
from steelyard.bureau.asking.running import run
from steelyard.bureau.lab.quality.cards import Lab, OfClass
from steelyard.bureau.lab.quality.criteria import CRITERIA, GAO
from steelyard.bureau.lab.quality.looking import LAB, look, looked_at, verdict_of
from steelyard.bureau.lab.retiring import retire, without
from steelyard.bureau.runs.order import Order
from steelyard.bureau.runs.results import Results
from steelyard.bureau.runs.running import Ran
from steelyard.bureau.runs.saving import save
from steelyard.engine.evaluate import evaluate
from steelyard.engine.periods import CALENDAR_YEARS
from tests.bureau.four_branches import DEBTS, LATE, made


@pytest.fixture(scope="module")
def planted() -> Lab:
    return lab(1)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    return run(made(tmp_path_factory.mktemp("looking"), LATE, DEBTS), Order(history=False))


def test_of_thirty_planted_among_175_the_engine_s_results_show_at_least_27(planted: Lab) -> None:
    """474 units, five periods, weighed by rules and not drawn as points."""
    assert (len(planted.cards), len(BAD)) == (175, 30)
    assert len(accused(planted) & BAD) >= 27
    assert len(accused(planted) - BAD) <= 5


def test_each_planted_kind_is_told_what_to_do_with_it(planted: Lab) -> None:
    cards = {card.id: card for card in planted.cards}
    for verdict, places in (PLANTED[kind] for kind in ("flat", "copy", "unreachable", "basis", "coverage")):
        assert {cards[f"t{place}"].verdict for place in places} == {verdict}
    assert {cards[f"t{place}"].reasons for place in PLANTED["bunched"][1]} == {("bunched",)}


def test_every_card_stands_on_nine_published_criteria_and_most_have_evidence(planted: Lab) -> None:
    assert sum(one.source == GAO for one in CRITERIA.values()) == 9
    for card in planted.cards:
        assert [mark.criterion for mark in card.marks] == list(CRITERIA)
        known = [mark for mark in card.marks if mark.share is not None and CRITERIA[mark.criterion].source == GAO]
        assert len(known) >= 5
        assert all(mark.said.zh and mark.said.en for mark in card.marks)


def test_the_burden_of_a_report_is_shared_by_the_indicators_that_rest_on_it(planted: Lab) -> None:
    minutes = {card.id: card.minutes for card in planted.cards if card.minutes}
    assert set(minutes) == {f"t{place}" for place in PLANTED["burden"][1]}
    assert all(90 / 2 < one < 130 / 2 for one in minutes.values())


def test_retiring_is_told_as_a_full_evaluation_without_them_has_it(planted: Lab) -> None:
    here = planted_ran(1)
    gone = [card.id for card in planted.with_verdict("retire")]
    effect = retire(here, gone)
    full = evaluate(here.book, without(here, gone), here.result.panel, here.result.scope.totals)
    last = len(here.result.panel.subjects)
    assert [unit.places[1] for unit in effect.units] == full.places.place[-last:].tolist()
    (told,) = planted.retiring
    assert told.spearman == pytest.approx(effect.spearman, abs=1e-9)
    assert 0.99 < told.spearman < 1
    assert told.moved == sum(unit.climbed != 0 for unit in effect.units)


def test_nobody_moves_where_nothing_is_retired(ran: Ran) -> None:
    assert retire(ran, []).moved == ()


def test_who_lacks_another_indicator_gains_nothing_by_a_retirement(ran: Ran) -> None:
    """Its points are scaled to what is left of the whole, and not to the old one."""
    effect = retire(ran, ["debts"])
    assert all((new or 0) <= (old or 0) for old, new in (unit.totals for unit in effect.units))


def test_a_run_is_looked_at_by_its_folder_and_the_answer_survives_being_kept(ran: Ran) -> None:
    folder = save(Results(ran))
    found = look(folder)
    assert found.periods == ("2026Q1", "2026Q2", "2026Q3", "2026Q4", "2026")
    assert found.digest == Results(ran).digest
    assert LAB.validate_json(LAB.dump_json(found)) == found
    assert isinstance(folder, Path)


@pytest.mark.parametrize(
    ("period", "looks"),
    [
        ("2026", "2026Q1 2026Q2 2026Q3 2026Q4 2026"),
        ("2026H1", "2026Q1 2026Q2 2026H1"),
        ("2026Q1", "2025Q3 2025Q4 2026Q1"),
        ("2026-03", "2026-01 2026-02 2026-03"),
    ],
)
def test_the_periods_that_are_looked_at_end_with_that_of_the_run(period: str, looks: str) -> None:
    assert " ".join(map(str, looked_at(CALENDAR_YEARS.parse(period)))) == looks


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        (["retire", "retire"], "retire"), (["retire", "keep"], "mend"), (["keep", "mend"], "mend"),
        (["keep", "unjudged"], "keep"), (["retire", "unjudged"], "retire"),
        (["unjudged"], "unjudged"), ([], "unjudged"),
    ],
)  # fmt: skip
def test_retired_is_what_every_class_may_do_without(said: list[str], verdict: str) -> None:
    assert verdict_of([OfClass("甲", (), one) for one in said]) == verdict  # type: ignore[arg-type]
