"""Next year's draft: every proposal with this year's figures, totals whole, and a text that passes the check."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from bench.planted import BAD, ran, rules
from steelyard.bureau.lab.following.drafting import NewRule, NextYear, drafted
from steelyard.bureau.lab.following.spreading import spread
from steelyard.bureau.lab.following.trees import trees_of, written
from steelyard.bureau.lab.quality.cards import Lab
from steelyard.bureau.lab.quality.looking import looked
from steelyard.bureau.runs.running import Ran
from steelyard.engine.model.book import read_book
from steelyard.reports.sheet import NO_WORDS, Words


@pytest.fixture(scope="module")
def here() -> Ran:
    """The planted indicators of the bench, the first of which a veto of the plan reads."""
    return ran(1)


@pytest.fixture(scope="module")
def lab(here: Ran) -> Lab:
    return looked(here, {"run": "planted", "digest": ""})


TEXTS = [("rules.yaml", rules())]


@pytest.fixture(scope="module")
def draft(here: Ran, lab: Lab) -> NextYear:
    return drafted(here, lab, rules=TEXTS)


def test_every_indicator_has_one_proposal_and_each_cites_figures(draft: NextYear) -> None:
    assert len({line.id for line in draft.lines}) == len(draft.lines) == 175
    assert {line.id for line in draft.of("retire")} <= BAD
    assert all("%" in line.because.zh and "%" in line.because.en for line in draft.lines)
    assert {"t165", "t166", "t167"} <= {line.id for line in draft.of("ease")}, "planted out of reach"


def test_the_draft_is_next_year_s_plan_and_its_marks_add_up(draft: NextYear) -> None:
    book = read_book([*TEXTS, ("next.yaml", draft.text)])
    old, new = book.plans["year"], book.plans["year_2027"]
    assert (draft.plan, new.year, draft.year) == ("year_2027", "2027", 2027)
    ids = {entry.indicator for entry in new.entries}
    assert ids == {entry.indicator for entry in old.entries} - {line.id for line in draft.of("retire")}
    marks = [entry.full or book.indicators[entry.indicator].full for entry in new.entries]
    assert sum(mark.value for mark in marks if mark is not None) == 1750


def test_a_changed_target_stands_under_its_own_date_and_the_old_one_stays(draft: NextYear) -> None:
    line = next(line for line in draft.of("ease") if line.id == "t165")
    assert line.change.zh.startswith("目标 99.9% → ")
    changed = read_book([("t.yaml", draft.rules["t165"])]).indicators["t165"].target
    assert changed is not None
    assert changed.all is not None
    assert [str(day) for day in changed.all.values] == ["2000-01-01", "2027-01-01"]


def test_what_is_refused_stays_as_it_was(here: Ran, lab: Lab, draft: NextYear) -> None:
    retired, eased = draft.of("retire")[0].id, "t165"
    other = drafted(here, lab, refused={retired, eased}, rules=TEXTS)
    assert [line.id for line in other.lines if line.refused] == sorted((retired, eased), key=lambda id: int(id[1:]))
    assert retired in other.text
    assert eased not in other.rules


def test_what_a_condition_of_the_plan_reads_is_not_retired(here: Ran, lab: Lab) -> None:
    retired = lab.with_verdict("retire")[0].id
    text = rules() + f"veto: [{{when: {retired}.value < 10%, grade_at_most: 合格, because: 底线}}]\n"
    plan = read_book([("r.yaml", text)]).plans["year"]
    found = drafted(replace(here, plan=plan), lab, rules=[("r.yaml", text)])
    (line,) = (line for line in found.lines if line.id == retired)
    assert line.proposal == "keep"
    assert "引用它" in line.because.zh


def test_a_new_indicator_takes_marks_that_were_freed(here: Ran, lab: Lab) -> None:
    fresh = NewRule("fresh", "新指标", Decimal(5), "indicator: fresh\nname: 新指标\nvalue: count(work)\nfull: 5\n"
                    "score: {deduct: {each: 1}}\n", Words("去年 40 起", "40 last year"))  # fmt: skip
    found = drafted(here, lab, [fresh], rules=TEXTS)
    assert "{indicator: fresh, full: 5}" in found.text
    assert found.rules["fresh"] == fresh.text
    assert "fresh" not in drafted(here, lab, [fresh], {"fresh"}, rules=TEXTS).text


def test_a_waiver_goes_on_only_if_somebody_wants_it(here: Ran, lab: Lab) -> None:
    text = rules() + (
        "waivers: [{finding: no-tolerance, indicator: t0, authority: 温衡, role: 组长, document: 《细则》, "
        "reason: 没有办不到的情形, until: 2026-12-31}]\n"
    )
    found = drafted(here, lab, rules=[("r.yaml", text)])
    (line,) = found.of("waiver")
    assert "2026-12-31" in line.because.zh
    assert "until: 2027-12-31" in found.text
    assert "waivers" not in drafted(here, lab, refused={line.id}, rules=[("r.yaml", text)]).text


def test_marks_are_spread_among_those_for_the_same_units_only() -> None:
    groups = [{"name": "甲", "indicators": [{"indicator": one} for one in "abc"] + [
        {"indicator": "d", "only": ["乙"]}, {"indicator": "e", "only": ["乙"]}]}]  # fmt: skip
    rules_of = {id: {"full": Decimal(full)} for id, full in {"a": 4, "b": 4, "c": 7, "d": 3, "e": 2}.items()}
    ((group),) = spread(groups, {"c", "e"}, {}, rules_of)
    assert [(entry["indicator"], entry.get("full")) for entry in group["indicators"]] == [("a", 8), ("b", 7), ("d", 5)]


def test_weights_that_were_freed_stay_weights() -> None:
    entries = [{"indicator": code, "weight": Decimal(weight)} for code, weight in zip("abc", (50, 30, 20), strict=True)]
    (group,) = spread([{"name": "甲", "indicators": entries}], {"c"}, {"d": Decimal(4)}, {})
    told = {entry["indicator"]: entry["weight"] for entry in group["indicators"]}
    assert (sum(told.values()), sorted(told)) == (100, ["a", "b", "d"])


def test_a_tree_written_down_says_what_it_said() -> None:
    trees = trees_of(TEXTS)
    again = trees_of([("r.yaml", "---\n".join(written(tree) for tree in trees.values()))])
    assert again == trees
    assert NO_WORDS.zh == ""
