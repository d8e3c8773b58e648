"""What another text of one rule would do to a run: the answer of a full run, without one."""

from __future__ import annotations

from pathlib import Path

import pytest

from steelyard.bureau.asking.comparing import compare
from steelyard.bureau.asking.running import run
from steelyard.bureau.lab.effect import Effect, effect, together
from steelyard.bureau.runs.order import Order
from steelyard.bureau.runs.running import Ran
from steelyard.bureau.telling import silent
from steelyard.engine.problems import Refused
from steelyard.engine.shape import Written
from tests.bureau.four_branches import DEBTS, LATE, RULES, made

RATE, DEBT, _, _, PLAN = (text.strip() + "\n" for text in RULES.split("---\n"))
PERSONS = """
persons: own
name: 个人方案
plan: year
total: 100
places: 2
linked: 60
unit: 40
spread: number
days: calendar
"""


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    return run(made(tmp_path_factory.mktemp("effect"), LATE, DEBTS), Order(history=False))


def refused(ran: Ran, text: str) -> list[str]:
    with pytest.raises(Refused) as found:
        effect(ran, text)
    return [problem.code for problem in found.value.problems]


CHANGES = {
    "a full mark": (RATE, RATE.replace("full: 60", "full: 20")),
    "a rate of points": (RATE, RATE.replace("lose: 2", "lose: 6")),
    "a value of the same totals": (DEBT, DEBT.replace("sum(debt.amount)", "sum(debt.amount) / 2")),
    "a place in the plan": (PLAN, PLAN.replace("[rate, debts]", "[rate]")),
    "a list": (PLAN, PLAN.replace("name: 红榜, top: 1", "name: 红榜, top: 2")),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_answer_is_that_of_two_full_runs(ran: Ran, tmp_path: Path, change: str) -> None:
    before, after = CHANGES[change]
    assert before != after
    (tmp_path / "rules.yaml").write_text("book: small\nname: 小局\npoints_places: 2\nrounding: half_up\nfloor: 0\n---\n"
                                         + RULES.strip().replace(before.strip(), after.strip()), "utf-8")  # fmt: skip
    answered, full = effect(ran, after), compare(ran.bureau, tmp_path, ran.order, silent)
    assert answered.moved == full.moved
    assert answered.moved
    assert [d.line() for one in full.changed for d in one.differences] == [d.line() for d in answered.changed]


def test_a_text_that_says_the_same_moves_nobody(ran: Ran) -> None:
    same = effect(ran, RATE)
    assert (same.moved, same.changed, same.weighed, same.spearman) == ((), (), (), 1.0)
    assert len(same.units) == 4


def test_who_comes_on_a_list_and_who_leaves_it_is_told(ran: Ran) -> None:
    found: Effect = effect(ran, PLAN.replace("name: 红榜, top: 1", "name: 红榜, top: 2"))
    assert [(unit.unit, unit.entered, unit.left) for unit in found.listed] == [("12", ("红榜",), ())]
    assert found.climbed == 0
    assert found.weighed == ()


def test_turned_around_the_places_of_a_class_are_correlated_the_other_way(ran: Ran) -> None:
    found = effect(ran, RATE.replace("name:", "direction: lower\nname:").replace("95%", "0%"))
    (alike,) = found.classes
    assert (alike.name, alike.units) == ("分局", 4)
    assert found.spearman == alike.spearman < 1
    assert found.climbed > 0


def test_a_new_plan_for_the_same_units_stands_in_for_that_of_the_run(ran: Ran) -> None:
    found = effect(ran, PLAN.replace("plan: year", "plan: next").replace("[rate, debts]", "[rate]"))
    assert (found.kind, found.rule) == ("plan", "next")
    assert found.moved


def test_what_only_a_full_run_can_tell_is_said(ran: Ran) -> None:
    assert refused(ran, RATE.replace("count(filing)", "distinct(filing.id)")) == ["whatif-new-total"]
    assert refused(ran, RATE.replace("1 - ", "unit.staff - ")) == ["whatif-new-total"]
    assert refused(ran, PLAN.replace("[分局, 大厅]", "[分局]")) == ["whatif-other-units"]
    assert refused(ran, PLAN.replace("[rate, debts]", "[rate, dets]")) == ["whatif-unknown"]


def test_a_text_that_is_wrong_is_refused_with_its_place(ran: Ran) -> None:
    with pytest.raises(Refused) as found:
        effect(ran, RATE.replace("where late)", "where lte)"))
    (problem,) = found.value.problems
    assert (problem.code, problem.place.line) == ("expression-unknown-column", 5)
    assert refused(ran, RATE + "---\n" + DEBT) == ["rule-one"]
    assert refused(ran, PLAN.replace("name: 红榜, top: 1", "name: 红榜, top: 1 + nothing")) != []


def test_rules_that_weigh_no_unit_say_so(ran: Ran) -> None:
    duty = "duty: d\nname: 税源管理\nitems: [{item: i, does: 核实申报}]\n"
    assert effect(ran, duty).moved == ()
    assert refused(ran, PERSONS) == ["whatif-persons"]


def test_nothing_written_is_changed_by_asking(ran: Ran) -> None:
    before: Written = ran.book.indicators["rate"]
    effect(ran, RATE.replace("full: 60", "full: 20"))
    assert ran.book.indicators["rate"] is before
    assert effect(ran, RATE).moved == ()


def test_several_changes_at_once_are_what_two_full_runs_say(ran: Ran, tmp_path: Path) -> None:
    rate, plan = RATE.replace("lose: 2", "lose: 6"), PLAN.replace("name: 红榜, top: 1", "name: 红榜, top: 2")
    rules = RULES.strip().replace(RATE.strip(), rate.strip()).replace(PLAN.strip(), plan.strip())
    (tmp_path / "rules.yaml").write_text("book: small\nname: 小局\npoints_places: 2\nrounding: half_up\nfloor: 0\n---\n"
                                         + rules, "utf-8")  # fmt: skip
    answered, full = together(ran, {"rate": rate, "year": plan}), compare(ran.bureau, tmp_path, ran.order, silent)
    assert answered.effect.moved == full.moved
    assert [(code, len(lines)) for code, lines in answered.changed] == [("rate", 1), ("year", 1)]


def test_of_two_other_plans_neither_stands_in_for_the_one_of_the_run(ran: Ran) -> None:
    others = {name: PLAN.replace("plan: year", f"plan: {name}") for name in ("one", "two")}
    with pytest.raises(Refused) as found:
        together(ran, others)
    assert found.value.problems[0].code == "whatif-plans"
    assert together(ran, {"one": others["one"]}).effect.plan == "one", "a single one does"
    assert together(ran, {}).effect.moved == ()
