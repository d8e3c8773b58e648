"""S20 酌情: persons pick a number inside a stated range; a pick outside is no pick."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, cast

from pydantic import model_validator

from steelyard.engine.expressions.nodes import Call, Name, Node, Number
from steelyard.engine.problems import CATALOGUE, Language
from steelyard.engine.scoring.gathering.raters import Ratings, checked_column, rated
from steelyard.engine.scoring.recipe import Method, Setting, Step, base, given, write
from steelyard.engine.shape import Formula, complain

CATALOGUE.add(
    {
        "judgement-range": (
            "酌情幅度的下限 {lowest} 必须小于上限 {highest}",
            "the lowest pick {lowest} must be below the highest {highest}",
        ),
        "judgement-raters": (
            "几个人评定时要同时写 ratings（评分所在的列）和 take（取 mean 平均还是 median 中位）；where 只配合 ratings",
            "with several raters write both ratings (their column) and take (mean or median); where goes with ratings",
        ),
    }
)

_MEANS = {"points": ("得分", "points"), "lost": ("扣分", "points lost"), "gained": ("加分", "points gained")}


class Judgement(Method):
    """``picks`` says what the number means: the ``points`` themselves, points ``lost``, or points ``gained``.

    One person's pick is the value. Of several, ``ratings`` names the column and ``take`` how they become one; every
    single one must lie in the range, and the agreement (1 − spread ÷ range) is shown.
    A number outside the range is not a judgement: the points are then awaited, neither zero nor anything else.
    """

    picks: Literal["points", "lost", "gained"]
    lowest: Formula
    highest: Formula
    ratings: Formula | None = None
    where: Formula | None = None
    take: Literal["mean", "median"] | None = None

    @model_validator(mode="after")
    def _sound(self) -> Judgement:
        if (self.ratings is None) != (self.take is None) or (self.ratings is None and self.where is not None):
            raise complain("judgement-raters")
        if self.ratings is not None:
            checked_column(self.ratings)
        low, high = self.lowest, self.highest
        if isinstance(low, Number) and isinstance(high, Number) and low.value >= high.value:
            raise complain("judgement-range", lowest=str(low.value), highest=str(high.value))
        return self

    def steps(self, setting: Setting) -> list[Step]:
        zh, en = _MEANS[self.picks]
        text = {"points": "pick", "lost": "base - pick", "gained": "base + pick"}[self.picks]
        return [
            *self._ratings(setting),
            Step("pick", f"酌定的{zh}", f"picked {en}", self._pick(), "points"),
            Step("points", "得分", "points", write(text, {"base": base(setting)}), "points"),
        ]

    def _ratings(self, setting: Setting) -> Iterator[Step]:
        if self.ratings is None:
            return
        ratings = Ratings(self.ratings, self.where)
        yield Step("value", "评定结果", "judged", ratings.mean if self.take == "mean" else ratings.middle, setting.show)
        yield Step("low_pick", "最低评定", "lowest pick", ratings.lowest, "points")
        yield Step("high_pick", "最高评定", "highest pick", ratings.highest, "points")
        parts = {"lowest": self.lowest, "highest": self.highest}
        agreement = write("1 - (high_pick - low_pick) / (highest - lowest)", parts)
        yield Step("agreement", "一致度", "agreement", agreement, "percent")

    def _pick(self) -> Node:
        low, high = ("value", "value") if self.ratings is None else ("low_pick", "high_pick")
        parts: dict[str, Node] = {"lowest": self.lowest, "highest": self.highest, "none": Call("awaited", ())}
        tree = write(f"if({low} >= lowest and {high} <= highest, value, none)", parts)
        return given([*dict.fromkeys([Name((low,)), Name((high,))]), self.lowest, self.highest], tree)

    def sentence(self, setting: Setting, language: Language) -> str:
        low, high = setting.marks(self.lowest, language), setting.marks(self.highest, language)
        zh, en = _MEANS[self.picks]
        which = "" if self.ratings is None else rated(setting, cast(Name, self.ratings), self.where, language)
        if language == "zh":
            way = {"mean": "平均", "median": "中位数", None: ""}[self.take]
            take = f"，多人评定（{which}）取{way}" if which else ""
            return f"在{low}至{high}之间酌情{'给分' if self.picks == 'points' else zh}{take}，超出范围的评定无效"
        take = f", the {self.take} of all raters ({which})" if which else ""
        return f"{en} picked between {low} and {high}{take}; a pick outside is void"
