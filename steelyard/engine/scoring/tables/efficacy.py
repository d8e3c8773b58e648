"""S7 功效系数: the base of the level reached, and a share of the way to the next.

Source: 《国有资本金绩效评价规则》 (财统字〔1999〕2号): 单项指标得分＝本档基础分＋调整分.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from pydantic import Field, model_validator

from steelyard.engine.expressions.nodes import Node, Number
from steelyard.engine.problems import CATALOGUE, Language, Problem
from steelyard.engine.scoring.recipe import Method, Setting, Step, chain, given, write
from steelyard.engine.shape import Formula, Written, complain

CATALOGUE.add(
    {
        "efficacy-order": (
            "各档须由优至劣排列：coefficient 逐档变小，standard 始终向同一方向变化；第 {row} 档不对",
            "levels stand from best to worst: coefficient falls, standard moves one way; level {row} does not",
        ),
        "efficacy-direction": (
            "各档标准值的方向与指标方向（{direction}）相反；请颠倒各档或改 direction",
            "the standards run against the direction of the indicator ({direction}); turn them or change direction",
        ),
    }
)


class Level(Written):
    """一档: its reference value 标准值 and its coefficient 标准系数 (a share of the full mark)."""

    standard: Formula
    coefficient: Formula


class Efficacy(Method):
    """``levels`` from best to worst; ``below_lowest`` is the coefficient of a value worse than the worst level."""

    levels: list[Level] = Field(min_length=2, max_length=40)
    below_lowest: Formula

    @model_validator(mode="after")
    def _sound(self) -> Efficacy:
        rising = _signs([level.standard for level in self.levels])
        falling = _signs([level.coefficient for level in self.levels])
        for row, (standard, coefficient) in enumerate(zip(rising, falling, strict=True), start=2):
            turned = {sign for sign in rising[: row - 1] if sign}
            if standard == 0 or len(turned) > 1 or coefficient not in (None, -1):
                raise complain("efficacy-order", row=row)
        return self

    def objections(self, setting: Setting) -> Iterator[Problem]:
        wrong = 1 if setting.direction == "higher" else -1
        if wrong in _signs([level.standard for level in self.levels]):
            yield Problem("efficacy-direction", self.place("levels"), {"direction": setting.direction})

    def steps(self, setting: Setting) -> list[Step]:
        best = self.levels[0]
        cases = [(_reached(best, setting), best.coefficient)]
        cases += [(_reached(level, setting), _between(level, above)) for above, level in pairwise(self.levels)]
        needed = [write("value"), *(level.standard for level in self.levels)]
        tree = given(needed, chain(cases, self.below_lowest))
        return [
            Step("coefficient", "功效系数", "efficacy coefficient", tree),
            Step("points", "得分", "points", write("full * coefficient"), "points"),
        ]

    def sentence(self, setting: Setting, language: Language) -> str:
        rows = [
            (setting.end(level.standard, language), setting.say(level.coefficient, language, "number"))
            for level in self.levels
        ]
        lowest = setting.say(self.below_lowest, language, "number")
        if language == "zh":
            said = "、".join(f"{standard}为{coefficient}" for standard, coefficient in rows)
            return f"得分为满分×功效系数：标准值与系数由优至劣为{said}，两档之间按比例，劣于最低档的系数为{lowest}"
        said = ", ".join(f"{standard}: {coefficient}" for standard, coefficient in rows)
        return (
            f"full mark × efficacy coefficient, best to worst {said}, in proportion between, {lowest} beyond the worst"
        )


def _reached(level: Level, setting: Setting) -> Node:
    sign = ">=" if setting.direction == "higher" else "<="
    return write(f"value {sign} standard", {"standard": level.standard})


def _between(level: Level, above: Level) -> Node:
    parts = {"v": level.standard, "next": above.standard, "c": level.coefficient, "more": above.coefficient}
    return write("c + (value - v) / (next - v) * (more - c)", parts)


def _signs(nodes: list[Node]) -> list[int | None]:
    """1, 0, −1 from each to the next; None where one of them is an expression."""
    signs: list[int | None] = []
    for first, second in pairwise(nodes):
        if isinstance(first, Number) and isinstance(second, Number):
            signs.append((second.value > first.value) - (second.value < first.value))
        else:
            signs.append(None)
    return signs
