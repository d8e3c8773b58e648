"""One book in which every construct stands once, weighed by the engine and by hand."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from steelyard.engine.expressions.nodes import Name
from steelyard.engine.model.book import read_book
from steelyard.engine.periods import CALENDAR_YEARS
from steelyard.engine.reference.formulas import evaluate
from steelyard.engine.reference.worlds import Facts, Unit, When, World
from steelyard.lake.runners import duckdb_runner
from tests.engine.random_books import TABLES, Given
from tests.engine.weighed_books import by_engine, by_twin, differences, of_engine, of_twin, tables

ROWS = {
    "cases": [
        {"unit": unit, "on": date(2026, month, 3), "kind": kind, "amount": amount}
        for month, unit, kind, amount in [
            (1, "a", "x", 2), (2, "a", "y", 4), (5, "a", "x", None), (1, "b", "x", 1), (4, "b", None, 5),
            (8, "b", "x", 9), (1, "c", "y", 3), (2, "d", "x", 7), (9, "d", "y", -2), (12, "e", "x", 3),
        ]
    ]
    + [{"unit": unit, "on": date(2025, 5, 5), "kind": "x", "amount": 3} for unit in "aab"],
    "matters": [{"unit": "b", "on": date(2026, 3, 3), "kind": "y", "amount": 1}],
    "review": [{"unit": "a", "on": date(2026, 3, day), "kind": "x", "score": day} for day in (2, 3, 4, 9)],
}  # fmt: skip
BOOK = """
book: b
name: 册
points_places: 2
rounding: half_up
floor: 0
---
indicator: modified
name: modified
owner: 甲科
value: count(cases)
full: 10
score: {deduct: {each: 2}}
plus: [{name: 加, count: count(matters), each: 3, at_most: 2}]
minus: [{name: 减, count: count(matters), each: 1}]
exempt: [{when: subject_is('d'), because: 因}]
escalate: [{when: subject_is('b'), times: 2, because: 因}]
relief: [{when: subject_is('c'), keep: 50%, because: 因}]
veto:
  - {when: subject_is('e'), zero: item, because: 因}
  - {when: value > 2 and class_is('乙'), zero: total, bars: [red], because: 因}
  - {when: subject_is('c'), grade_at_most: 中, because: 因}
  - {when: subject_is('d'), grade: 差, because: 因}
floor: -3
cap: 9.5
grades: [{label: 好, at_least: 6}, {label: 中, at_least: 2}, {label: 差}]
---
indicator: parts
name: parts
owner: 乙科
value: sum(cases.amount)
target: 4
full: 6
convert_to: 12
score: {step: {every: 1, lose: 0.5, counting: whole}}
checkpoints: {every: quarter, counted: alone, take: mean, exempt: [{when: count(matters) > 0, because: 因}]}
empty: none
---
indicator: schedule
name: schedule
owner: 乙科
value: count(cases)
full: 6
convert_to: 3
score: {step: {every: 1, lose: 1, counting: whole}}
checkpoints: {targets: {Q1: 2, H2: 3}, by_class: {乙: {Q1: 1, H2: null}}}
---
indicator: pool
name: pool
owner: 甲科
convert_to: 20
items:
  - {item: rated, name: rated, full: 10, score: {survey: {ratings: review.score, out_of: 10, at_least: 2, at_most: 1}},
     empty: rescale}
  - {item: plain, name: plain, full: 5, value: "if(day >= date '2026-06-30', count(cases), 0)",
     score: {formula: "least(value + or_else(unit.staff, 1), full)"}, empty: peers_mean,
     by_class: {乙: {empty: {points: 1/3}}}}
---
indicator: word
name: word
value: count(matters)
score: {band: {table: [{at_least: 1, label: 有}], otherwise: {label: 无}}}
---
indicator: number
name: number
value: last_year(value(modified)) + previous(count(cases)) + to_date(count(cases)) - last_year(whole_year(count(cases)))
---
indicator: reader
name: reader
owner: 甲科
value: or_else(value(number), 0) + peers_rank(value(modified)) + peers_count(value(number), '乙')
full: 8
score: {formula: "if(label(word) = '有', full, least(value, full))"}
---
tolerance: forgiven
name: 容
plan: p
indicators: [schedule, parts]
when: count(cases) > 1
share: 50%
cap: 2
since: 2026-01-01
until: 2026-12-31
basis: 据
document: 文
approved_by: 人
---
plan: p
name: 计划
year: "2026"
classes: [甲, 乙]
total: 50
places: 1
exceed_total: false
groups:
  - {name: 基, cap: 40, floor: 1, indicators: [modified, {indicator: parts, only: [甲, d]}, schedule, pool]}
  - {name: 加, role: bonus, cap: 5, indicators: [{indicator: reader, weight: 10%}]}
difficulty: {coefficient: unit.staff / 2, lowest: 0.9, highest: 1.1, places: 2, empty: 1, applies_to: base,
             off_when: subject_is('a')}
ranking: {next: [unit.staff, number.value]}
lists:
  - {list: red, name: 红榜, top: 40%, rounding: up}
  - {list: black, name: 黑榜, bottom: 1, ties: withhold, within: all}
  - {list: good, name: 良好, at_least: 20}
segments: [{name: 一, share: 40%}, {name: 二}]
grades: [{label: 好, at_least: 20}, {label: 差}]
veto:
  - {when: count(matters) > 0, bars: [red], grade: 差, because: 因}
  - {when: subject_is('e'), zero: total, because: 因}
"""
ALIGNMENTS = [
    "", "alignment: {method: convert_best, places: 2}\n", "alignment: {method: percentile, by: family, places: 2}\n",
    "alignment: {method: mean_spread, places: 2, centre: 80%, spread: 0.1}\n",
]  # fmt: skip


def everything(alignment: str = "", old: str = "", new: str = "") -> Given:
    book = read_book([("rules.yaml", BOOK.replace(old, new) + alignment if old else BOOK + alignment)])
    groups = {"a": "甲", "b": "甲", "c": "乙", "d": "乙", "e": "甲"}
    staff = {"a": 1, "b": 2, "c": None, "d": 3, "e": None}
    units = [
        Unit(code, group, True, {"staff": None if staff[code] is None else Fraction(staff[code])}, frozenset({code}))
        for code, group in groups.items()
    ]
    gone = Unit("f", None, False, {"staff": None}, frozenset({"f"}))
    office = Unit("g", None, True, {"staff": Fraction(1)}, frozenset({"g"}))
    periods = tuple(CALENDAR_YEARS.parse(text) for text in ("2026", "2026H1"))
    facts = Facts(TABLES, ROWS, frozenset({"matters"}))
    return Given(book, book.plans["p"], periods, dict.fromkeys(periods, (*units, gone, office)), facts)


@pytest.mark.parametrize("alignment", ALIGNMENTS)
def test_a_book_with_every_construct_is_weighed_alike(alignment: str) -> None:
    given = everything(alignment)
    with duckdb_runner.connect(tables(given), threads=1) as runner:
        found = of_engine(by_engine(given, runner))
    assert differences(found, of_twin(given, by_twin(given))) == []
    assert len({one["total"] for one in found.values()}) > 5  # agreement about nothing proves nothing


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("applies_to: base", "applies_to: total"), ("exceed_total: false", "exceed_total: true"),
        ("indicators: [modified,", "indicators: [{indicator: modified, full: 8},"),
        ("only: [甲, d]}", "only: [甲, d], weight: 10%}"), ("empty: rescale}", "empty: peers_mean}"),
        ("empty: peers_mean,", "empty: {points: 1/3},"),
        ("{乙: {empty: {points: 1/3}}}", "{乙: {score: {deduct: {each: 1}}}}"),
        ("convert_to: 20\n", ""), ("convert_to: 12\n", ""), ("value > 2 and class_is('乙')", "value > 0"),
        ("cap: 40, floor: 1, ", ""), ("empty: none", "empty: full"),
        ("score: {formula: \"least(value + or_else(unit.staff, 1), full)\"}, empty: peers_mean",
         "score: {formula: value / 0}, empty: rescale"),
        ("alone, take: mean", "to_date, take: sum"), ("empty: 1, applies_to", "empty: awaited, applies_to"),
        ("empty: 1, applies_to", "empty: 0.987, applies_to"), ("empty: 1, applies_to", "applies_to"),
        ("floor: 1, indicators", "indicators"), ("subject_is('e'), zero", "subject_is('b'), zero"),
        ("count(cases)\nfull: 10", "1 / count(matters)\nempty: peers_mean\nfull: 10"),
    ],
)  # fmt: skip
def test_other_ways_to_write_it_are_weighed_alike(old: str, new: str) -> None:
    given = everything(old=old, new=new)
    with duckdb_runner.connect(tables(given), threads=1) as runner:
        assert differences(of_engine(by_engine(given, runner)), of_twin(given, by_twin(given))) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("times: 2", "times: 3"), ("keep: 50%", "keep: 40%"), ("cap: 9.5", "cap: 8"), ("lose: 1,", "lose: 2,"),
        ("convert_to: 20", "convert_to: 30"), ("highest: 1.1", "highest: 1.2"), ("at_least: 6}", "at_least: 3}"),
        ("top: 40%, rounding: up", "top: 40%, rounding: down"), ("share: 40%", "share: 80%"),
    ],
)  # fmt: skip
def test_every_number_in_the_book_matters(old: str, new: str) -> None:
    given = everything()
    other = everything(old=old, new=new)
    assert differences(of_twin(given, by_twin(given)), of_twin(other, by_twin(other)))


def test_the_twin_knows_no_name_that_nobody_gave() -> None:
    given = everything()
    world = World(given.periods[0], given.units[given.periods[0]], given.facts)
    one = world.subjects(When(given.periods[0]), lambda *_: Fraction(0))[0]
    with pytest.raises(KeyError, match="nonsense"):
        evaluate(Name(("nonsense",)), one)
    for endless in (one.totals, one.ratings):
        with pytest.raises(TypeError):
            list(endless)
