"""Formulas and sentences word by word: what is read, in which of two meanings, and what is not read."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import pytest

from steelyard.engine.expressions.nodes import Node
from steelyard.engine.expressions.parse import parse
from steelyard.engine.expressions.source import source
from steelyard.engine.expressions.wording import Vocabulary, words
from steelyard.engine.model.item import Indicator
from steelyard.engine.reading import read
from steelyard.engine.shape import shaped
from steelyard.engine.understanding.words.formulas import Formulas
from steelyard.engine.understanding.words.lexicon import Lexicon
from tests.engine.told_again import small

NAMES = {
    "filing": "申报", "filing.late": "是否逾期", "filing.days": "逾期天数", "filing.due": "期限", "filing.done": "日期",
    "filing.kind": "税种", "unit.staff": "在职人数", "rate": "申报率", "paid": "入库额", "paid.amount": "入库额",
}  # fmt: skip
TABLES = {"filing": ["late", "days", "due", "done", "kind", "case"], "paid": ["amount"]}
FORMULAS = Formulas(Lexicon(Vocabulary(NAMES), TABLES, frozenset({"甲"})))
FACTS: Mapping[str, Mapping[str, Any]] = {"filing": {"late": "boolean", "kind": "text", "score": "integer"}}


# -- formulas ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "count(filing where late) / count(filing)",
        "count(filing where not late and (kind = '增值税' or kind is null))",
        "count(filing where kind not in ('甲', '乙') and kind in ('丙', '丁'))",
        "count(filing where kind != '甲' and kind is not null and not (late and days > 3))",
        "count(filing where done <= date '2026-02-28' and due > date '2026-01-01')",
        "avg(filing.days where days(due, done) >= 3)",
        "sum(filing.days) - (sum(paid.amount) - 1) * 2",
        "sum(paid.amount) / unit.staff / 10000",
        "10 * (1 + count(filing)) / 3 - -5",
        "-count(filing)",
        "percentile(filing.days, 99.5 where late)",
        "first(filing.days where late by done) + last(filing.days by done)",
        "sum(max(filing.days where late) per case, kind)",
        "avg(count(filing) per case)",
        "distinct(filing.kind)",
        "count(filing where days > avg(filing.days))",
        "if(value > 1 and not (value = 2), 3, if(target < 2, 5%, 6))",
        "greatest(value, target, 0) - least(1, 2)",
        "round(value / 3, 2, 'down') + round(value, 0) + round(value, -2, 'up')",
        "or_else(abs(value), 0) + floor(value) + ceil(target) + steps(value - 5%, 1%)",
        "last_year(count(filing), 2) + previous(rate) + to_date(value) + whole_year(value)",
        "last_year(unit.staff) / unit.staff",
        "peers_mean(value, '甲') + peers_nth(value, 3) + peers_trimmed_mean(count(filing), 1)",
        "peers_sum(sum(filing.days)) + peers_percentile(value, 75) + peers_count(value)",
        "peers_rank(value) + peers_rank(-count(filing))",
        "value(rate) + points(rate) + year(day) + month(day)",
        "if(value > 1, 2, nothing())",
        "class_is('甲') or subject_is('0101') or label(rate) = '好' or is_empty(value)",
    ],
)
def test_a_formula_is_read_back_from_its_words(text: str) -> None:
    tree = parse(text)
    assert parse(source(tree)) == tree
    found = FORMULAS.read(words(tree, "zh", FORMULAS.lexicon.vocabulary))
    assert found[:1] == (tree,)


def only(text: str) -> Node:
    (found,) = FORMULAS.read(text)
    return found


def test_a_word_that_two_formulas_share_means_the_one_that_has_a_name() -> None:
    named = Formulas(
        Lexicon(Vocabulary({**NAMES, "filing.gap": "期限至日期的天数"}), {"filing": ["due", "done", "gap"]})
    )
    found = named.read("申报笔数（期限至日期的天数大于0）")
    assert [source(tree) for tree in found] == [
        "count(filing where gap > 0)",
        "count(filing where days(due, done) > 0)",
    ]


def test_a_class_that_no_rule_names_is_no_class() -> None:
    assert source(only("甲类单位均值")) == "peers_mean(value, '甲')"
    assert FORMULAS.read("丙类单位均值") == ()


@pytest.mark.parametrize(
    "text",
    [
        "申报户数", "1/0", "2026年2月30日", "99999999999999999999年1月1日", "申报笔数（", "（）", "",
        "1＋" * 1200, "（" * 40 + "1" + "）" * 40,
    ],
)  # fmt: skip
def test_what_nobody_would_say_is_not_read(text: str) -> None:
    assert FORMULAS.read(text) == ()


def test_a_long_sum_is_read_in_good_time() -> None:
    started = time.perf_counter()
    tree = parse(" + ".join(["count(filing)"] * 90))
    assert FORMULAS.read(words(tree, "zh", FORMULAS.lexicon.vocabulary)) == (tree,)
    assert time.perf_counter() - started < 10


# -- sentences --------------------------------------------------------------------------------------------------------


def rule(text: str) -> Indicator:
    return shaped(Indicator, read(f"indicator: r\nname: 规则\n{text}", "rule.yaml")[0])


RATE = "value: count(filing where late) / count(filing)\n"
RULES = [
    RATE + "show: percent\nunit: 户\nfull: 5\ntarget: 3\nscore: {step: {every: 1, lose: 1, counting: begun}}",
    RATE + "show: points\nfull: 5\n"
    "score: {linear: {below: extended, above: flat, points: [{at: 0, share: 0}, {at: 1, share: 1}]}}",
    RATE + "score: {band: {table: [{is: 3, points: 1}], otherwise: 0}}",
    RATE + "score: {band: {of: label(r), table: [{is: [优, 良], points: 1}], otherwise: 0}}",
    RATE + "full: 5\nfloor: 1\nscore: {band: {table: [{at_least: 3, points: 1}], otherwise: 0}}\n"
    "by_class: {甲: {floor: 0, cap: 3}}",
    "full: 5\nvalue: count(filing)\nscore: {deduct: {each: 1}}\nby_class: {甲: {floor: 0}}",
    RATE + "score: {baseline: {base: 1, start: 3, better: nothing, worse: {every: 1, points: 1, counting: whole, "
    "at_most: unlimited}}}",
    RATE + "full: 5\nscore: {ratio: {to: target, at_most: 100%}}\ntarget: 3",
    "full: 5\nscore: {survey: {out_of: 5, at_least: 3, at_most: unlimited, ratings: filing.score}}",
    "full: 5\nscore: {survey: {out_of: 5, at_least: 3, at_most: unlimited, ratings: filing.score, where: filing.late}}",
    "full: 5\nsince: 2026-01-01\nuntil: 2026-12-31\nsubject: officer\nscore: {deduct: {each: 1}}\nvalue: count(filing)",
    "value: count(filing)\nfloor: null\nscore: {deduct: {each: 1}}\ncap: 3",
    "value: count(filing)\nfloor: -3\nscore: {deduct: {each: 1}}\nbasis: 《办法》第一条",
    "full: 9\nvalue: count(filing)\ncap: 3\nempty: zero\nscore: {deduct: {each: 1}}\n"
    "by_class: {甲: {cap: null, empty: null}}",
    "full: 9\nitems: [{item: a, name: 甲项, items: "
    "[{item: b, name: 乙项, value: count(filing), score: {deduct: {each: 1}}}]}]",
    "value: sum(filing.score - late) + round(sum(filing.score), 2, 'half_up')\nscore: {formula: value}",
]  # fmt: skip


@pytest.mark.parametrize("text", RULES)
def test_a_rule_of_rare_words_is_read_back(text: str) -> None:
    found = rule(text)
    assert small(FACTS, found).lost(found) == []


@pytest.mark.parametrize(
    "text",
    [
        "甲），每次扣1分",
        "按下列条件：甲；其余得0分",
        "实际值大于的得3分；其余得0分",
        "条件为甲；甲（是）的得1分",
        "条件为甲（实际值大于1）；乙（是）的得1分；甲（否）的得0分",
        "甲），做到得3分",
        "得分为满分×评议结果（filing的score（未知））÷5，不封顶；评议人数不足3人的不计分",
        "得分为满分×实际值÷目标值，最高为120%",
        "甲的五分",
        "90（含）以上的得甲分；其余得0分",
        "90（含）以上的得1分，良好；其余得0分",
        "以同类单位均值为基准，持平得3分；每高1加1分，不足一步的不计，不封顶",
        "，扣完为止",
    ],
)
def test_a_sentence_of_no_method_is_left_open(text: str) -> None:
    found = small(FACTS).read(f"规则（5分）。{text}。")
    assert "score" not in found.written
    assert found.open


@pytest.mark.parametrize(
    "text",
    [
        "另表扬，每次奖1分",
        "另表扬（申报），每次加1分",
        "自即日起施行",
        "自2026年2月30日起施行",
        "一票否决：无故的，本项不得分",
        "一票否决：旷工（filing笔数大于0）的，等次待定",
        "灾害的，不扣分",
        "灾害）的，不扣分",
        "得分保留两位",
    ],
)
def test_a_sentence_with_a_hole_is_left_open(text: str) -> None:
    found = small(FACTS).read(f"规则（每百件）。filing笔数；每次扣1分。{text}。")
    assert found.written["name"] == "规则（每百件）"
    assert text in [piece.text for piece in found.open] or any(piece.text in text for piece in found.open)


def test_a_part_of_the_year_that_is_none_leaves_the_checkpoints_open() -> None:
    found = small(FACTS).read("规则（5分）。filing笔数；按累计值分节点考核，目标：首月3；各节点扣分相加；每次扣1分。")
    assert "checkpoints" not in found.written
    assert ("checkpoints",) in [piece.keys for piece in found.open]


@pytest.mark.parametrize("target", ["2026年1月1日起3，以后5", "甲3，乙5，丙", "乙3"])
def test_a_target_that_is_half_understood_is_left_open(target: str) -> None:
    found = small(FACTS).read(f"规则（5分）。filing笔数，目标{target}；每次扣1分。")
    assert "target" not in found.written
    assert ("target",) in [piece.keys for piece in found.open]
