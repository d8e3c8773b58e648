"""The words of every construct, once: a fixed phrase each, so that a text can be read back into its formula.

``{0}``, ``{1}`` stand for the parts. A part of lower rank than the phrase asks for gets brackets; ranks rise from
condition to name (`Rank`). Totals and peers are put together in `wording` from the words at the end of this table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from steelyard.engine.expressions.nodes import AggregateKind


class Rank(IntEnum):
    """How tightly a phrase holds together. A part must hold at least as tightly as its place asks for."""

    IF = 0
    OR = 1
    AND = 2
    NOT = 3
    COMPARE = 4
    CHOICE = 5
    SUM = 6
    PRODUCT = 7
    PHRASE = 8
    ATOM = 9


@dataclass(frozen=True, slots=True)
class Phrase:
    """Chinese and English, the rank of the whole, and the least rank of each part (the last one for all others).

    What follows its part (的绝对值) holds like a name; what goes before it (``size of``) only like a `Rank.PHRASE`.
    """

    zh: str
    en: str
    rank: Rank
    parts: tuple[Rank, ...] = (Rank.ATOM,)
    rank_en: Rank | None = None

    def least(self, index: int) -> Rank:
        return self.parts[min(index, len(self.parts) - 1)]


_INSIDE = (Rank.ATOM, Rank.IF)


def _function(zh: str, en: str, parts: tuple[Rank, ...] = (Rank.ATOM,)) -> Phrase:
    return Phrase(zh, en, Rank.ATOM, parts, Rank.PHRASE)


def _compare(zh: str, en: str) -> Phrase:
    return Phrase(f"{{0}}{zh}{{1}}", f"{{0}} {en} {{1}}", Rank.COMPARE, (Rank.SUM, Rank.SUM))


PHRASES: Mapping[str, Phrase] = {
    # 条件 conditions
    "if": Phrase("若{0}则{1}，否则{2}", "if {0} then {1}, otherwise {2}", Rank.IF, (Rank.OR, Rank.OR, Rank.IF)),
    "not": Phrase("并非{0}", "not {0}", Rank.NOT),
    "=": _compare("等于", "="),
    "!=": _compare("不等于", "≠"),
    "<": _compare("小于", "<"),
    "<=": _compare("不大于", "≤"),
    ">": _compare("大于", ">"),
    ">=": _compare("不小于", "≥"),
    "is_null": Phrase("{0}为空", "{0} is missing", Rank.COMPARE, (Rank.SUM,)),
    "is_empty": Phrase("{0}无此类事项", "{0} has nothing to count", Rank.COMPARE, (Rank.SUM,)),
    "class_is": Phrase("本单位属于{0}类", "the class is {0}", Rank.COMPARE),
    "subject_is": Phrase("本单位是{0}", "the subject is {0}", Rank.COMPARE),
    # 四则 arithmetic
    "+": Phrase("{0}＋{1}", "{0} + {1}", Rank.SUM, (Rank.SUM, Rank.PRODUCT)),
    "-": Phrase("{0}−{1}", "{0} − {1}", Rank.SUM, (Rank.SUM, Rank.PRODUCT)),
    "*": Phrase("{0}×{1}", "{0} × {1}", Rank.PRODUCT, (Rank.PRODUCT, Rank.PHRASE)),
    "/": Phrase("{0}÷{1}", "{0} ÷ {1}", Rank.PRODUCT, (Rank.PRODUCT, Rank.PHRASE)),
    "negative": Phrase("−{0}", "−{0}", Rank.SUM, (Rank.PHRASE,)),
    # 函数 functions
    "abs": _function("{0}的绝对值", "size of {0}"),
    "floor": _function("{0}舍去小数", "{0} rounded down"),
    "ceil": _function("{0}进到整数", "{0} rounded up"),
    "steps": _function("{0}每满{1}的步数", "whole steps of {1} in {0}"),
    "or_else": _function("{0}（缺时取{1}）", "{0} (if missing, {1})", _INSIDE),
    "days": _function("{0}至{1}的天数", "days from {0} to {1}"),
    "year": _function("{0}的年份", "year of {0}"),
    "month": _function("{0}的月份", "month of {0}"),
    "value": Phrase("{0}的实际值", "value of {0}", Rank.ATOM),
    "points": Phrase("{0}的得分", "points of {0}", Rank.ATOM),
    "label": Phrase("{0}的等次", "grade of {0}", Rank.ATOM),
    "by_class": _function("按类别计算的{0}", "{0} by class"),
    "nothing": Phrase("无结果", "no result", Rank.ATOM),
    "no_text": Phrase("无等次", "no grade", Rank.ATOM),
    "outside": Phrase("不适用", "does not apply", Rank.ATOM),
    "awaited": Phrase("待定", "awaited", Rank.ATOM),
}

JOINED: Mapping[str, tuple[str, str, Rank]] = {
    "and": ("且", " and ", Rank.AND),
    "or": ("或", " or ", Rank.OR),
}
"""Conditions joined in any number; each part must hold more tightly than the whole."""

CHOSEN: Mapping[str, tuple[str, str]] = {
    "greatest": ("中最大者", "the greatest of "),
    "least": ("中最小者", "the least of "),
}
"""``a、b中最大者``, ``the greatest of a, b``; parts are sums or tighter."""

OF_TEXT: Mapping[str, tuple[str, str]] = {"=": ("为", " is "), "!=": ("不为", " is not ")}
OF_DAY: Mapping[str, tuple[str, str]] = {
    "<": ("早于", " before "),
    "<=": ("不晚于", " not after "),
    ">": ("晚于", " after "),
    ">=": ("不早于", " not before "),
}
"""Comparisons with a word or a day in them."""

TOTALS: Mapping[AggregateKind, tuple[str, str]] = {
    "count": ("笔数", "number"),
    "sum": ("合计", "total"),
    "avg": ("平均值", "average"),
    "min": ("最小值", "lowest"),
    "max": ("最大值", "highest"),
    "distinct": ("不重复数", "distinct"),
    "percentile": ("第{level}百分位数", "percentile {level} of"),
    "first": ("按{order}最早一笔的", "earliest"),
    "last": ("按{order}最近一笔的", "latest"),
}

SUMMED = "之和"
"""The total of what is called a total already: ``合计之和``, never ``合计合计``."""

PEERS: Mapping[str, tuple[str, str]] = {
    "peers_mean": ("均值", "mean"),
    "peers_trimmed_mean": ("去掉最高最低各{n}个后的均值", "mean without {n} highest and {n} lowest"),
    "peers_median": ("中位数", "median"),
    "peers_max": ("最大值", "highest"),
    "peers_min": ("最小值", "lowest"),
    "peers_sum": ("合计", "total"),
    "peers_count": ("有值个数", "number with a value"),
    "peers_nth": ("第{n}大值", "number {n} from the top"),
    "peers_percentile": ("第{n}百分位数", "percentile {n}"),
}

PAST: Mapping[str, tuple[str, str, str, str]] = {
    "last_year": ("上年同期", "last year's ", "前{n}年同期", "{n} years ago's "),
    "previous": ("上期", "the previous period's ", "前{n}期", "{n} periods ago's "),
    "to_date": ("累计", "year-to-date ", "累计", "year-to-date "),
    "whole_year": ("全年", "whole-year ", "全年", "whole-year "),
}
"""Once, and ``n`` times; the same words before a total that was moved to that window."""

ROUNDED: Mapping[str, tuple[str, str]] = {
    "half_up": ("四舍五入", "rounded half up"),
    "half_even": ("四舍六入五成双", "rounded half to even"),
    "down": ("舍尾", "cut off"),
    "up": ("进一", "rounded up"),
}

YEAR_PARTS: Mapping[str, str] = {
    **{f"Q{n}": f"{word}季度" for n, word in enumerate("一二三四", start=1)},
    **{f"H{n}": f"{word}半年" for n, word in enumerate("上下", start=1)},
    **{f"M{n:02d}": f"{n}月" for n in range(1, 13)},
}
"""Chinese names of the parts of a year."""

NAMES: Mapping[str, tuple[str, str]] = {
    "value": ("实际值", "value"),
    "target": ("目标值", "target"),
    "full": ("满分", "full mark"),
    "points": ("得分", "points"),
    "label": ("等次", "grade"),
    "total": ("总分", "total"),
    "day": ("考评期末日", "last day of the period"),
    "gap": ("与目标的差距", "distance to target"),
    "steps": ("步数", "steps"),
    "lost": ("扣分", "points lost"),
    "gained": ("加分", "points gained"),
    "late": ("计扣天数", "days that count"),
    "base": ("基准", "baseline"),
    "ahead": ("优于基准的幅度", "ahead of the baseline by"),
    "ratio": ("比率", "ratio"),
    "place": ("位次", "place"),
    "coefficient": ("功效系数", "efficacy coefficient"),
    "raters": ("评议人数", "raters"),
    "verdict": ("有效评议结果", "valid result"),
    "pick": ("酌定值", "pick"),
    "low_pick": ("最低评定", "lowest pick"),
    "high_pick": ("最高评定", "highest pick"),
}
"""Names that are there without being declared: what an indicator states, and the steps of the methods."""
