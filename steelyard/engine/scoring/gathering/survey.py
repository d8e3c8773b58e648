"""S17 评议: a mean of ratings, or a share of them, turned into points; too few raters are no verdict."""

from __future__ import annotations

from typing import cast

from pydantic import model_validator

from steelyard.engine.expressions.nodes import Call, Name, Node, Number
from steelyard.engine.problems import CATALOGUE, Language
from steelyard.engine.scoring.gathering.raters import Ratings, checked_column, rated
from steelyard.engine.scoring.limits import UNLIMITED, Limit, capped
from steelyard.engine.scoring.recipe import Method, Setting, Step, given, write
from steelyard.engine.shape import Formula, complain

CATALOGUE.add(
    {
        "survey-source": (
            "请写 ratings（评分所在的列），或写 raters（评议人数，此时评议结果就是实际值）；"
            "trim_from 和 where 只配合 ratings",
            "write ratings (the column of ratings), or raters (their number, the value being the result); "
            "trim_from and where go with ratings only",
        ),
        "survey-trim": (
            "trim_from 至少为 3：去掉一个最高和一个最低后还要有评分",
            "trim_from must be at least 3: something must remain without the highest and the lowest",
        ),
    }
)


class Survey(Method):
    """P × result ÷ ``out_of``, at most ``at_most`` of P; with fewer than ``at_least`` raters there are no points.

    The result is the mean of the column ``ratings`` (from ``trim_from`` ratings on without one highest and one
    lowest), or the value itself (a share of the satisfied) with ``raters`` saying how many answered.
    """

    out_of: Formula
    at_least: Formula
    at_most: Limit
    raters: Formula | None = None
    ratings: Formula | None = None
    where: Formula | None = None
    trim_from: Formula | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Survey:
        stray = self.ratings is None and (self.where is not None or self.trim_from is not None)
        if (self.ratings is None) == (self.raters is None) or stray:
            raise complain("survey-source")
        if self.ratings is not None:
            checked_column(self.ratings)
        if isinstance(self.trim_from, Number) and self.trim_from.value < 3:
            raise complain("survey-trim")
        return self

    def steps(self, setting: Setting) -> list[Step]:
        result = [] if self.ratings is None else [Step("value", "评议结果", "rating", self._result(), setting.show)]
        parts = {"least": self.at_least, "value": Name(("value",)), "none": Call("nothing", ())}
        counted = given([Name(("raters",)), self.at_least], write("if(raters >= least, value, none)", parts))
        share = capped(write("verdict / out_of", {"out_of": self.out_of}), self.at_most)
        return [
            *result,
            Step("raters", "评议人数", "raters", self._raters()),
            Step("verdict", "有效评议结果", "valid result", counted, setting.show),
            Step("points", "得分", "points", write("full * share", {"share": share}), "points"),
        ]

    def _result(self) -> Node:
        ratings = Ratings(cast(Name, self.ratings), self.where)
        return ratings.mean if self.trim_from is None else ratings.trimmed(self.trim_from)

    def _raters(self) -> Node:
        return Ratings(cast(Name, self.ratings), self.where).count if self.raters is None else cast(Node, self.raters)

    def sentence(self, setting: Setting, language: Language) -> str:
        least = setting.say(self.at_least, language, "number")
        out_of = setting.end(self.out_of, language)
        result, raters = self._sources(setting, language)
        open_end = self.at_most == UNLIMITED
        cap = "" if open_end else setting.part(self.at_most, language)
        if language == "zh":
            most = "不封顶" if open_end else f"最高为{cap}"
            return f"得分为满分×评议结果{result}÷{out_of}，{most}；评议人数{raters}不足{least}人的不计分"
        most = "without limit" if open_end else f"at most {cap}"
        return f"full mark × rating{result} ÷ {out_of}, {most}; no points with fewer than {least} raters{raters}"

    def _sources(self, setting: Setting, language: Language) -> tuple[str, str]:
        """Which ratings make the result, or who counts the raters."""
        if self.ratings is None:
            said = setting.say(cast(Node, self.raters), language, "number")
            return "", f"（{said}）" if language == "zh" else f" ({said})"
        said = rated(setting, cast(Name, self.ratings), self.where, language)
        if self.trim_from is not None:
            said += _trimmed(setting.say(self.trim_from, language, "number"), language)
        return f"（{said}）" if language == "zh" else f" ({said})", ""


def _trimmed(least: str, language: Language) -> str:
    if language == "zh":
        return f"，满{least}人时去掉一个最高和一个最低"
    return f", from {least} raters on without one highest and one lowest"
