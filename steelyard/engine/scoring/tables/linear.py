"""S6 线性: straight lines through stated points."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal

from pydantic import Field, model_validator

from steelyard.engine.expressions.nodes import Name, Node, Number
from steelyard.engine.problems import CATALOGUE, Language
from steelyard.engine.scoring.outcomes import Outcome
from steelyard.engine.scoring.recipe import Method, Setting, Step, chain, given, write
from steelyard.engine.shape import Formula, complain

CATALOGUE.add(
    {
        "linear-order": (
            "各点的 at 必须逐点变大，第 {row} 点不对",
            "at must grow from point to point; point {row} does not",
        ),
        "linear-label": (
            "线上的点只能写 points 或 share，不能写 label",
            "points of a line give points or share, not label",
        ),
    }
)

Beyond = Literal["flat", "extended"]
_BEYOND = {"flat": ("按端点计", "stays flat"), "extended": ("按相邻一段延长", "continues the nearest line")}


class Knot(Outcome):
    at: Formula


class Linear(Method):
    """``below`` the first and ``above`` the last point the line is ``flat`` or ``extended``; both must be said.

    Points whose ``at`` is an expression (``peers_min(value)``) may fall together; then there is no line and no result.
    """

    of: Formula = Name(("value",))
    points: list[Knot] = Field(min_length=2, max_length=40)
    below: Beyond
    above: Beyond

    @model_validator(mode="after")
    def _sound(self) -> Linear:
        if any(knot.label is not None for knot in self.points):
            raise complain("linear-label")
        for row, (left, right) in enumerate(pairwise(self.points), start=2):
            if isinstance(left.at, Number) and isinstance(right.at, Number) and left.at.value >= right.at.value:
                raise complain("linear-order", row=row)
        return self

    def steps(self, setting: Setting) -> list[Step]:
        del setting
        knots = self.points
        first, last = knots[0], knots[-1]
        below = _worth(first) if self.below == "flat" else self._line(first, knots[1])
        above = _worth(last) if self.above == "flat" else self._line(knots[-2], last)
        cases = [(write("of < at", {"of": self.of, "at": first.at}), below)]
        for left, right in pairwise(knots):
            cases.append((write("of <= at", {"of": self.of, "at": right.at}), self._line(left, right)))
        tree = given([self.of, *(knot.at for knot in knots)], chain(cases, above))
        return [Step("points", "得分", "points", tree, "points")]

    def _line(self, left: Knot, right: Knot) -> Node:
        parts = {"of": self.of, "x1": left.at, "x2": right.at, "y1": _worth(left), "y2": _worth(right)}
        return write("y1 + (of - x1) / (x2 - x1) * (y2 - y1)", parts)

    def sentence(self, setting: Setting, language: Language) -> str:
        below, above = _BEYOND[self.below], _BEYOND[self.above]
        if language == "zh":
            said = "、".join(f"{setting.end(knot.at, 'zh')}{knot.words(setting, 'zh')}" for knot in self.points)
            return f"{said}，其间按直线内插；低于首点{below[0]}，高于末点{above[0]}"
        said = ", ".join(f"{setting.end(knot.at, 'en')}: {knot.words(setting, 'en')}" for knot in self.points)
        return f"{said}, straight lines between; below the first {below[1]}, above the last {above[1]}"


def _worth(knot: Knot) -> Node:
    worth = knot.worth
    assert worth is not None  # a knot without points has a label, which is refused
    return worth
