"""Formulas in words: what an assessor reads, in Chinese and in English."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from itertools import product

import pytest

from steelyard.engine.expressions.nodes import Aggregate, Call, Name, Node, Number, Text, Window, name, number
from steelyard.engine.expressions.parse import parse
from steelyard.engine.expressions.phrases import PEERS, PHRASES
from steelyard.engine.expressions.wording import Show, Vocabulary, figure, words
from steelyard.engine.problems import Language
from steelyard.engine.reference.formulas import Subject, evaluate

WORDS = Vocabulary(
    {
        "filing": "申报", "filing.late_days": "逾期天数", "filing.amount": "税额", "filing.paid": "已缴",
        "filing.kind": "税种", "filing.day": "申报日期", "award": "获奖", "award.points": "分值",
        "award.matter": "事项", "return": "年报", "return.total": "应纳税额合计", "return.final": "是否汇总",
         "award.year": "年度", "receipt": "入库额", "receipt.amount": "入库额",
         "unit.staff": "编制人数", "rate": "准期申报率",
    }
)  # fmt: skip


def said(text: str, language: Language = "zh", show: Show = "number") -> str:
    return words(parse(text), language, WORDS, show)


@pytest.mark.parametrize(
    ("text", "chinese", "english"),
    [
        (
            "count(filing where late_days > 0) / count(filing)",
            "申报笔数（逾期天数大于0）÷申报笔数",
            "number of filing (late_days > 0) ÷ number of filing",
        ),
        (
            "sum(filing.amount - filing.paid where kind = '增值税' and day > date '2026-03-01')",
            "申报的（税额−已缴）合计（税种为“增值税”且申报日期晚于2026年3月1日）",
            "total (amount − paid) of filing (kind is '增值税' and day after 2026-03-01)",
        ),
        (
            "sum(max(award.points) per matter, year)",
            "获奖按事项、年度逐一取分值最大值后的合计",
            "total over each matter and year of the highest points of award",
        ),
        (
            "max(count(award) per year)",
            "获奖按年度逐一取笔数后的最大值",
            "highest over each year of the number of award",
        ),
        ("percentile(filing.amount, 90)", "申报的税额第90百分位数", "percentile 90 of amount of filing"),
        ("last(filing.amount by day)", "申报按申报日期最近一笔的税额", "latest amount by day of filing"),
        ("sum(receipt.amount)", "入库额合计", "total amount of receipt"),
        ("sum(return.total)", "年报的应纳税额合计之和", "sum of total of return"),
        ("count(return where final)", "年报笔数（汇总）", "number of return (final)"),
        ("distinct(filing.kind)", "申报的税种不重复数", "distinct kind of filing"),
        (
            "sum(filing.amount where amount > avg(filing.amount))",
            "申报的税额合计（税额大于申报的税额平均值）",
            "total amount of filing (amount > average amount of filing)",
        ),
    ],
)
def test_totals_say_table_column_and_condition(text: str, chinese: str, english: str) -> None:
    assert (said(text), said(text, "en")) == (chinese, english)


@pytest.mark.parametrize(
    ("text", "chinese", "english"),
    [
        ("peers_mean(value)", "同类单位均值", "peers' mean"),
        ("peers_max(points(rate))", "同类单位准期申报率的得分最大值", "peers' highest of points of rate"),
        (
            "peers_trimmed_mean(value, 1, '第一分局')",
            "第一分局类单位去掉最高最低各1个后的均值",
            "第一分局 units' mean without 1 highest and 1 lowest",
        ),
        ("peers_sum(value)", "同类单位合计", "peers' total"),
        ("peers_sum(sum(filing.amount))", "同类单位申报的税额合计之和", "peers' total of total amount of filing"),
        ("peers_rank(value)", "实际值在同类单位中由高到低的位次", "place of value among peers, highest first"),
        ("peers_rank(-value)", "实际值在同类单位中由低到高的位次", "place of value among peers, lowest first"),
        ("peers_mean(value - 1) * 2", "同类单位（实际值−1）均值×2", "peers' mean of (value − 1) × 2"),
    ],
)
def test_peers_are_named_as_peers(text: str, chinese: str, english: str) -> None:
    assert (said(text), said(text, "en")) == (chinese, english)


@pytest.mark.parametrize(
    ("text", "chinese", "english"),
    [
        ("last_year(sum(filing.amount))", "上年同期申报的税额合计", "last year's total amount of filing"),
        ("last_year(value - 1, 2)", "前2年同期（实际值−1）", "2 years ago's (value − 1)"),
        ("previous(value(rate))", "上期准期申报率的实际值", "the previous period's value of rate"),
        ("to_date(count(filing))", "累计申报笔数", "year-to-date number of filing"),
        ("whole_year(count(filing))", "全年申报笔数", "whole-year number of filing"),
    ],
)
def test_the_past_is_named_before_what_it_is_the_past_of(text: str, chinese: str, english: str) -> None:
    assert (said(text), said(text, "en")) == (chinese, english)


def test_a_total_that_was_moved_to_another_time_reads_like_the_function_that_moved_it() -> None:
    moved = Aggregate("count", "filing", window=Window(years=1, periods=2))
    so_far = Aggregate("count", "filing", window=Window("to_date", checkpoint="Q2"))
    year = Aggregate("count", "filing", window=Window("year"))
    assert words(moved, "zh", WORDS) == "上年同期前2期申报笔数"
    assert words(so_far, "zh", WORDS) == "截至二季度累计申报笔数"
    assert words(so_far, "en", WORDS) == "until Q2 year-to-date number of filing"
    assert words(year, "zh", WORDS) == "全年申报笔数"


def test_attributes_of_the_subject_are_its_own_also_those_of_the_past() -> None:
    assert said("unit.staff / 10") == "本单位编制人数÷10"
    assert said("unit.area", "en") == "own area"
    assert words(Name(("unit", "staff", "last_year:1")), "zh", WORDS) == "上年同期本单位编制人数"
    assert words(Name(("unit", "staff", "previous:2")), "en", WORDS) == "2 periods ago's own staff"


def test_columns_of_another_table_carry_its_name() -> None:
    assert said("filing.amount") == "申报的税额"
    assert said("filing.amount", "en") == "filing.amount"


@pytest.mark.parametrize(
    ("text", "chinese", "english"),
    [
        ("a < 1 and b >= 2 or c != 3", "a小于1且b不小于2或c不等于3", "a < 1 and b ≥ 2 or c ≠ 3"),
        ("(a < 1 or b > 2) and c <= 3", "（a小于1或b大于2）且c不大于3", "(a < 1 or b > 2) and c ≤ 3"),
        ("not (a = 1 or b = 2)", "并非（a等于1或b等于2）", "not (a = 1 or b = 2)"),
        ("a is null and b is not null", "a为空且b不为空", "a is missing and b is not missing"),
        ("a in ('x', 'y')", "a为“x”、“y”之一", "a is one of 'x', 'y'"),
        ("a not in (1, 2)", "a不为1、2之一", "a is none of 1, 2"),
        ("a != 'x'", "a不为“x”", "a is not 'x'"),
        ("date '2026-01-31' <= a", "2026年1月31日不晚于a", "2026-01-31 not after a"),
        ("a = date '2026-01-31'", "a等于2026年1月31日", "a = 2026-01-31"),
        (
            "class_is('甲') or is_empty(value)",
            "本单位属于“甲”类或实际值无此类事项",
            "the class is '甲' or value has nothing to count",
        ),
    ],
)
def test_conditions_read_as_sentences(text: str, chinese: str, english: str) -> None:
    assert (said(text), said(text, "en")) == (chinese, english)


@pytest.mark.parametrize(
    ("text", "chinese", "english"),
    [
        (
            "if(value > 90%, full, if(value > 80%, full * 0.8, 0))",
            "若实际值大于90%则满分，否则若实际值大于80%则满分×0.8，否则0",
            "if value > 90% then full mark, otherwise if value > 80% then full mark × 0.8, otherwise 0",
        ),
        ("greatest(target - value, 0)", "目标值−实际值、0中最大者", "the greatest of target − value, 0"),
        ("1 + least(1, 2, 3)", "1＋（1、2、3中最小者）", "1 + (the least of 1, 2, 3)"),
        ("steps(value - 5%, 1%)", "（实际值−5%）每满1%的步数", "whole steps of 1% in (value − 5%)"),
        (
            "round(value * 100, 2, 'half_even')",
            "（实际值×100）（四舍六入五成双到2位小数）",
            "(value × 100) (rounded half to even to 2 decimals)",
        ),
        ("round(value, 0)", "实际值（四舍五入到整数）", "value (rounded half up to whole numbers)"),
        ("round(value, -2, 'down')", "实际值（舍尾到10的2次方位）", "value (cut off to tens to the power of 2)"),
        ("or_else(value, target + 1)", "实际值（缺时取目标值＋1）", "value (if missing, target + 1)"),
        ("abs(value - target)", "（实际值−目标值）的绝对值", "size of (value − target)"),
        ("given(target, value + 1)", "实际值＋1", "value + 1"),
        ("nothing()", "无结果", "no result"),
        ("unheard(a, b)", "unheard（a，b）", "unheard(a, b)"),
    ],
)
def test_functions_read_as_phrases(text: str, chinese: str, english: str) -> None:
    assert (said(text), said(text, "en")) == (chinese, english)


@pytest.mark.parametrize(
    ("text", "chinese"),
    [
        ("a + b - c + d", "a＋b−c＋d"),
        ("a - (b - c)", "a−（b−c）"),
        ("a * (b + c) / d", "a×（b＋c）÷d"),
        ("a / (b * c)", "a÷（b×c）"),
        ("-(a - b) - -3", "−（a−b）−（−3）"),
        ("-a * b", "（−a）×b"),
    ],
)
def test_brackets_stand_only_where_the_order_needs_them(text: str, chinese: str) -> None:
    assert said(text) == chinese


def test_a_fraction_without_end_is_bracketed_as_a_divisor() -> None:
    assert words(Call("/", (name("a"), number(Fraction(1, 3)))), "zh", WORDS) == "a÷（1/3）"


def test_numbers_are_shown_as_the_indicator_shows_them() -> None:
    assert said("0.98", show="percent") == "98%"
    assert said("0.01", show="points_of_percent") == "1个百分点"
    assert said("0.01", "en", "points_of_percent") == "1 percentage points"
    assert said("5%", show="points") == "5%"


def test_what_was_written_as_per_cent_stays_per_cent() -> None:
    assert said("value - -5%") == "实际值−（−5%）"


@pytest.mark.parametrize(
    ("value", "show", "text"),
    [
        (Fraction(98, 100), "number", "0.98"),
        (Fraction(98, 100), "percent", "98%"),
        (Fraction(-5, 2), "points", "-2.5"),
        (Fraction(1, 3), "number", "1/3"),
        (Fraction(1, 1000), "number", "0.001"),
        (Fraction(120), "number", "120"),
        (Fraction(date(2026, 1, 31).toordinal()), "date", "2026-01-31"),
        (Fraction(0), "date", "0"),
    ],
)
def test_a_figure_shows_every_digit_and_no_more(value: Fraction, show: Show, text: str) -> None:
    assert figure(value, show) == text


def test_steps_of_a_calculation_can_be_given_their_names() -> None:
    named = WORDS.named({"line1": "逾期申报", "filing": "申报记录"})
    assert words(parse("line1 + count(filing)"), "zh", named) == "逾期申报＋申报记录笔数"
    assert words(parse("line1"), "en", named) == "line1"


def test_every_phrase_has_both_languages_and_all_its_parts() -> None:
    for op, phrase in PHRASES.items():
        assert ("{1}" in phrase.zh) == ("{1}" in phrase.en), op
    assert all(zh and en for zh, en in PEERS.values())


LEAVES: list[Node] = [name("value"), name("z"), number(2)]


def trees(depth: int) -> Iterator[Node]:
    yield from LEAVES
    if depth:
        below = list(trees(depth - 1))
        for op in ("negative", "abs", "floor"):
            yield from (Call(op, (a,)) for a in below)
        yield from (Call("round", (a, number(1), Text("half_up"))) for a in below)
        for op in ("+", "-", "*", "/", "greatest", "or_else", "steps"):
            yield from (Call(op, pair) for a, b in product(below, LEAVES) for pair in ((a, b), (b, a)))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_two_formulas_that_read_the_same_mean_the_same(language: Language) -> None:
    one = Subject(names={"value": Fraction(7, 4), "z": Fraction(-5, 3)})
    meant: dict[str, object] = {}
    for tree in trees(2):
        text = words(tree, language, WORDS)
        value = evaluate(tree, one)
        assert meant.setdefault(text, value) == value, text


def test_a_number_knows_whether_it_was_written_in_per_cent_and_equals_it_all_the_same() -> None:
    assert parse("5%") == Number(Fraction(1, 20))
