"""The second stage: every name means something, every formula gives what its place needs."""

from __future__ import annotations

import pytest

from steelyard.engine.expressions.nodes import Name, walk
from steelyard.engine.expressions.parse import parse
from steelyard.engine.expressions.windows import windowed
from steelyard.engine.problems import Place
from tests.engine.small_rules import GENERAL, LATE, PLAN, RATE, codes, problems, rule

DEDUCT = "score: {deduct: {each: 1}}"
STEP = "score: {step: {every: 1%, lose: 1, counting: whole}}"
PEOPLE = """
persons: people
name: 个人
plan: year
total: 100
places: 2
linked: 60
unit: 40
spread: number
days: calendar
links: [{indicator: rate, weight: 1}]
own: []
"""


def value(text: str, score: str = DEDUCT) -> str:
    return rule(score, value=f"value: {text}")


SIGNAL = "score: {band: {table: [{at_least: 1, label: 好}], otherwise: {label: 差}}}"

WRONG = {
    "rule-unknown-function": [value("squareroot(count(filing))")],
    "rule-arguments": [value("abs(count(filing), 2)")],
    "rule-unknown-name": [value("count(filing) - missing")],
    "past-unreachable": [rule(f"{STEP}\ntarget: last_year(value)\nempty: full")],
    "constant-wanted": [RATE, LATE, PLAN.replace("total: 100", "total: 60 + 40")],
    "unknown-indicator": [value("value(nobody)")],
    "expression-unknown-column": [value("sum(filing.nothing)")],
    "expression-unknown-table": [value("count(nothing)")],
    "expression-type": [value("sum(filing.kind)")],
    "table-without-owner": [value("count(stock)")],
    "rule-needs": [rule(STEP)],
    "rule-kind": [value("count(filing) > 3")],
    "step-kind": [
        rule("score: {deduct: {each: label(other)}}"),
        rule(SIGNAL, ident="other"),
    ],
    "step-too-early": [rule("score: {formula: {steps: {a: {name: 甲, is: b}, b: {name: 乙, is: 1}}, points: a}}")],
    "circular-indicators": [value("value(two)"), rule(DEDUCT, value="value: value(one)", ident="two")],
    "not-published": [value("points(two)"), rule("", full="", ident="two")],
    "part-without-points": [rule(f"items: [{{item: a, name: 甲, value: count(filing), {SIGNAL}}}]", value="")],
    "mark-of-checkpoint": [rule("checkpoints: {targets: {Q1: 3}}\nscore: {completion: {at_most: 1}}\nempty: none")],
    "mark-not-stated": [
        rule(DEDUCT, full=""),
        PLAN.replace("[rate, late]", "[{indicator: one, weight: 100%}]"),
    ],
    "unknown-plan": [RATE, LATE, PEOPLE],
    "period-unreadable": [RATE, LATE, PLAN.replace('"2026"', '"二〇二六"')],
    "class-not-in-plan": [value("peers_mean(count(filing), '局')"), PLAN.replace("rate, late", "one")],
    "class-not-ruled": [
        rule("by_class: {厅: {score: {deduct: {each: 1}}}}"),
        PLAN.replace("rate, late", "one"),
    ],
    "unknown-list": [RATE, LATE, PLAN + "veto: [{when: rate.points < 1, bars: [red], because: 甲}]"],
    "unknown-grade": [RATE, LATE, PLAN + "veto: [{when: rate.points < 1, grade_at_most: 良, because: 甲}]"],
}


@pytest.mark.parametrize("code", WRONG)
def test_one_wrong_book_for_each_code(code: str) -> None:
    assert codes(*WRONG[code]) == [code]


def test_attributes_and_classes_are_looked_up_where_registers_are_at_hand() -> None:
    rules = [value("count(filing) / unit.stuff") + "\nempty: full", RATE, LATE, PLAN]
    assert "unknown-attribute" not in codes(*rules)
    (problem,) = problems(*rules, attributes={"staff"}, classes={"厅", "所"})
    assert problem.code == "unknown-attribute"
    assert "did you mean 'staff'" in problem.text("en")


def test_every_place_that_names_a_class_is_looked_at() -> None:
    target = RATE.replace("target: 98%", "target: {all: 98%, by_class: {甲: 99%}}")
    schedule = rule(
        f"checkpoints: {{targets: {{Q1: 8}}, by_class: {{乙: {{Q1: 9}}}}}}\n{DEDUCT}\nempty: full", ident="two"
    )
    split = rule(f"{DEDUCT}\nby_class: {{丙: {{full: 8}}}}", ident="three")
    asked = rule(f"{DEDUCT}\nexempt: [{{when: class_is('丁'), because: 甲}}]", ident="four")
    found = problems(target, schedule, split, asked, LATE, PLAN, classes={"厅"})
    assert [problem.params["name"] for problem in found] == ["甲", "乙", "丙", "丁", "所"]


def test_problems_of_a_stage_come_together_each_at_its_own_place() -> None:
    text = "indicator: one\nname: 甲\nvalue: count(filing) + nothing + sqrt(1)\nfull: 10\nscore: {deduct: {each: eich}}"
    assert [(problem.code, problem.place) for problem in problems(text)] == [
        ("rule-unknown-name", Place("rules.yaml", 3, 24)),
        ("rule-unknown-function", Place("rules.yaml", 3, 34)),
        ("rule-unknown-name", Place("rules.yaml", 5, 24)),
    ]


def test_a_misspelt_name_is_told_with_the_nearest_one() -> None:
    (problem,) = problems(rule("score: {deduct: {each: valu * 2}}"))
    assert "是否指“value”" in problem.text()
    assert "did you mean 'value'" in problem.text("en")


@pytest.mark.parametrize(
    "text",
    [
        "round(count(filing), 1.5)",
        "round(count(filing), 2, 'odd')",
        "peers_nth(count(filing), 0)",
        "peers_percentile(count(filing), 100)",
        "last_year(count(filing), 0)",
        "peers_mean(count(filing), 3)",
        "if(count(filing) > 1, 2)",
        "last_year()",
        "value('one')",
        "peers_nth(count(filing), 1, 2)",
        "steps(1)",
    ],
)
def test_arguments_that_do_not_fit_are_told_with_the_usage(text: str) -> None:
    assert "rule-arguments" in codes(value(f"2 + {text}", "score: {deduct: {each: 1}}"))


@pytest.mark.parametrize(
    "text",
    [
        "round(count(filing), 1, 'down')",
        "peers_nth(count(filing), 2)",
        "peers_mean(count(filing), '厅')",
        "if(class_is('厅'), 1, 2)",
        "or_else(unit.staff, 1)",
        "steps(count(filing), 2)",
        "peers_rank(count(filing))",
        "if(count(filing) in (1, 2), abs(-3), floor(2.5))",
        "if(day >= date '2026-02-01', day - date '2026-01-01', 0)",
        "if(not is_empty(unit.staff), 1, 2)",
        "if(count(filing) is null or subject_is('A'), 1, 2)",
        "if(day + 3 > day, 1, 0)",
        "-count(filing)",
        "previous(count(filing), 2)",
        "peers_trimmed_mean(count(filing), 1)",
    ],
)
def test_everything_on_the_list_of_functions_can_be_written(text: str) -> None:
    assert codes(rule(f"{DEDUCT}\nempty: full", value=f"value: {text}")) == []


@pytest.mark.parametrize(
    "text",
    [
        "if(1, 2, 3)",
        "if(count(filing) > 'a', 1, 2)",
        "count(filing) + 'a'",
        "if('b' > 'a', 1, 2)",
        "if(1 = 'a', 1, 2)",
        "if(not 1, 2, 3)",
        "if(count(filing) > 1, 2, 'a')",
        "day + day",
        "day - 'a'",
        "'a' + 1",
        "steps('a', 1)",
        "date '2026-01-01' * 2",
        "if(day > 5, 1, 2)",
        "peers_mean('a')",
    ],
)
def test_kinds_that_do_not_fit_are_told(text: str) -> None:
    found = codes(rule(f'{DEDUCT}\nexempt: [{{when: "3 > {text}", because: 甲}}]'))
    assert found
    assert set(found) <= {"rule-kind", "rule-arguments"}


def test_a_condition_is_told_that_it_must_be_one() -> None:
    (problem,) = problems(rule(f"{DEDUCT}\nwarn: value"))
    assert "条件" in problem.text()
    assert problem.place.line == 9


def test_one_mistake_is_told_once() -> None:
    assert codes(value("sqrt(1) + 'a' * 2")) == ["rule-unknown-function", "rule-kind"]


def test_names_of_items_are_known_in_their_pool_only() -> None:
    items = f"items: [{{item: a, name: 甲, value: count(filing), {DEDUCT}}}]\n"
    assert codes(rule(items + "cap: a.points + 20", value="")) == []
    assert codes(rule(items + "cap: b.points", value="")) == ["rule-unknown-name"]


def test_a_plan_may_state_the_full_mark() -> None:
    share = rule("score: {completion: {at_most: 100%}}\ntarget: 5", full="")
    plan = PLAN.replace("[rate, late]", "[{indicator: one, full: 100}]")
    assert codes(share) == ["rule-needs"]
    assert codes(share, plan) == []
    assert codes(share, plan, plan.replace("plan: year", "plan: other").replace(", full: 100", "")) == ["rule-needs"]


def test_ones_own_past_is_no_circle() -> None:
    worse = "worse: {every: 1, points: 1, counting: whole, at_most: 5}"
    past = "past: last_year(value(one))"
    progress = f"score: {{progress: {{{past}, start: 5, better: nothing, {worse}}}}}\nempty: full"
    assert codes(rule(progress)) == []
    assert codes(value("last_year(value(one))")) == ["circular-indicators", "past-unreachable"]


def test_a_circle_is_told_with_its_path() -> None:
    three = [
        rule(DEDUCT, value=f"value: value({to})", ident=ident) for ident, to in (("a", "b"), ("b", "c"), ("c", "a"))
    ]
    (problem,) = problems(*three, rule(DEDUCT, value="value: value(b)", ident="aside"))
    assert problem.params["path"] == "a → b → c → a"


def test_the_past_is_made_of_facts() -> None:
    base = rule(DEDUCT, ident="base", value="value: count(filing)")
    over = rule(DEDUCT, ident="over", value="value: value(base) + 1")
    assert codes(base, rule(f"{DEDUCT}\nempty: full", value="value: last_year(value(base) + unit.staff)")) == []
    assert codes(base, over, value("last_year(value(over))")) == ["past-unreachable"]
    assert codes(base, value("last_year(points(base))")) == ["past-unreachable"]
    assert codes(value("last_year(value(nobody))")) == ["unknown-indicator"]


def test_totals_that_methods_make_of_their_parameters_are_looked_at() -> None:
    survey = "score: {survey: {ratings: filing.nothing, out_of: 10, at_least: 1, at_most: 100%}}\nempty: full"
    assert codes(rule(survey, value="")) == ["expression-unknown-column"]
    assert codes(rule(survey.replace("nothing", "amount"), value="")) == []


def test_an_indicator_of_officers_needs_their_column() -> None:
    assert codes(rule(f"{DEDUCT}\nsubject: officer", value="value: count(stock)")) == ["table-without-owner"]


def test_references_of_plans_for_persons_are_looked_at() -> None:
    people = PEOPLE.replace("indicator: rate", "indicator: gone").replace("own: []", "own: [lost]")
    found = problems(RATE, LATE, PLAN, people)
    assert [problem.params["name"] for problem in found] == ["gone", "lost"]
    assert codes(RATE, LATE, PLAN, PEOPLE.replace("weight: 1", "weight: x")) == [
        "constant-wanted",
        "rule-unknown-name",
    ]


def test_peers_of_another_class_are_looked_for_behind_every_reference() -> None:
    base = rule("", full="", ident="base", value="value: peers_mean(count(filing), '局')")
    asks = value("value(base) + value(base)") + "\nempty: full"
    assert codes(base, asks) == []
    (problem,) = problems(base, asks, PLAN.replace("rate, late", "one"))
    assert (problem.code, problem.params["plan"]) == ("class-not-in-plan", "year")
    known = base.replace("局", "所")
    assert "class-not-in-plan" not in codes(known, asks, PLAN.replace("rate, late", "one"))


def test_a_plan_names_indicators_of_the_book() -> None:
    (problem,) = problems(RATE, LATE, PLAN.replace("rate, late", "rate, lat"))
    assert (problem.code, problem.place.line) == ("unknown-indicator", 31)


def test_vetoes_may_look_at_places_unless_they_change_them() -> None:
    barred = PLAN + "lists: [{list: red, name: 红榜, top: 1}]\nveto: [{when: place > 1, bars: [red], because: 甲}]"
    assert codes(RATE, LATE, barred + "\nbasis: 《办法》") == ["veto-uncontrolled"]  # it may, and is asked why
    zero = PLAN + "veto: [{when: place > 1, zero: total, because: 甲}]"
    assert codes(RATE, LATE, zero) == ["rule-unknown-name"]
    assert codes(RATE, LATE, PLAN + "ranking: {next: [rate.points, total]}") == []


def test_an_indicators_veto_may_bar_from_lists_of_its_plan() -> None:
    barring = LATE + "veto: [{when: value > 9, bars: [red], because: 甲}]\n"
    assert codes(RATE, barring, PLAN) == ["unknown-list"]
    assert codes(RATE, barring, PLAN + "lists: [{list: red, name: 红榜, top: 1}]") == []


def test_grades_of_a_veto_are_those_of_the_same_rule() -> None:
    grades = "grades: [{label: 好, at_least: 5}, {label: 差}]\n"
    veto = "veto: [{when: value > 9, grade: 中, because: 甲}]\n"
    assert codes(rule(grades + veto + DEDUCT)) == ["unknown-grade"]
    assert codes(rule(veto + DEDUCT)) == []


def test_a_method_with_a_word_and_a_day_reads_as_such() -> None:
    by_day = "score: {band: {of: day, table: [{below: date '2026-07-01', points: 5}], otherwise: {points: 3}}}"
    assert codes(rule(by_day)) == []
    words = "score: {band: {of: label(other), table: [{is: 好, points: 5}], otherwise: {points: 3}}}\nempty: zero"
    other = rule("score: {band: {table: [{at_least: 1, label: 好}], otherwise: {label: 差}}}", ident="other", full="")
    assert codes(rule(words), other) == []


def test_a_class_may_have_another_value() -> None:
    split = "by_class: {厅: {value: sum(filing.amount), score: {deduct: {each: 2}}}}"
    assert codes(rule(f"{DEDUCT}\n{split}"), value("value(one)").replace("indicator: one", "indicator: two")) == []


def test_the_general_part_of_a_book_states_plain_numbers() -> None:
    assert codes(RATE, LATE, general=GENERAL.replace("floor: 0", "floor: value")) == [
        "constant-wanted",
        "rule-unknown-name",
    ]
    assert codes(RATE, LATE, general=GENERAL.replace("floor: 0", "floor: null")) == []


def test_a_grade_that_only_a_veto_gives_can_be_read_by_others() -> None:
    vetoed = rule(f"{DEDUCT}\nveto: [{{when: value > 3, grade: 差, because: 造假}}]", ident="two")
    asking = rule("score: {formula: \"if(label(two) = '差', 0, 10)\"}")
    assert codes(asking, vetoed) == []
    assert codes(asking, rule(DEDUCT, ident="two")) == ["not-published"]


def test_the_steps_of_checkpoints_are_looked_at_as_well() -> None:
    """What is scored part by part is written once, and is wrong at that place."""
    wrong = rule("checkpoints: {targets: {Q1: 3}}\nscore: {step: {every: \"'a'\", lose: 1, counting: whole}}")
    assert codes(wrong) == ["step-kind"]
    signal = rule(f"checkpoints: {{targets: {{Q1: 3, H1: 4}}}}\n{SIGNAL}")
    (problem,) = problems(signal)
    assert (problem.code, problem.params["part"]) == ("part-without-points", "一季度累计、上半年累计")
    assert (
        codes(rule("checkpoints: {targets: {Q1: 3}, take: mean}\nscore: {completion: {at_most: 1}}\nempty: none")) == []
    )


def test_every_checkpoint_may_use_its_own_value() -> None:
    points = 'score: {formula: "if(value > target, 10, 0)"}'
    assert codes(rule(f"checkpoints: {{targets: {{Q1: 3}}, take: mean}}\n{points}\nempty: none")) == []
    capped = rule(f"checkpoints: {{targets: {{Q1: 3}}}}\n{DEDUCT}\nempty: none\ncap: value")
    assert codes(capped) == ["rule-needs", "rule-unknown-name"]


def test_a_plan_takes_no_indicator_that_gives_only_a_word() -> None:
    signal = rule(SIGNAL, ident="late")
    (problem,) = problems(RATE.replace("full: 60", "full: 100"), signal, PLAN)
    assert (problem.code, problem.params["home"]) == ("part-without-points", "年度方案")


def test_marks_are_wanted_where_points_are_converted() -> None:
    bare = rule(DEDUCT, full="", ident="late")
    both = [RATE.replace("full: 60", "full: 100"), bare]
    assert codes(*both, PLAN) == []
    assert codes(both[0].replace("empty: full", "empty: rescale"), bare, PLAN) == ["mark-not-stated"]
    assert codes(*both, PLAN + "alignment: {method: percentile, places: 2}") == ["mark-not-stated"]
    people = PEOPLE.replace("indicator: rate", "indicator: late")
    assert codes(*both, PLAN, people) == ["mark-not-stated"]


@pytest.mark.parametrize("text", ["previous(last_year(unit.staff))", "last_year(1 + previous(unit.staff))"])
def test_an_attribute_is_moved_by_years_or_by_periods(text: str) -> None:
    asked = value(f"or_else({text}, 1)")
    assert codes(asked) == ["past-unreachable"]
    base = rule(DEDUCT, value="value: or_else(previous(unit.staff), 1)", ident="base")
    assert codes(base, value("last_year(value(base))")) == ["past-unreachable"]
    assert codes(base, value("previous(value(base)) + or_else(to_date(last_year(unit.staff)), 1)")) == []


def test_years_before_years_add_up() -> None:
    tree = windowed(parse("last_year(last_year(unit.staff, 2)) + previous(unit.staff)"), {})
    assert [node.text for node in walk(tree) if isinstance(node, Name)] == [
        "unit.staff.last_year:3",
        "unit.staff.previous:1",
    ]
