"""S2 步长扣分: P − steps(t − x, s)·r."""

from __future__ import annotations

from typing import Literal

from steelyard.engine.expressions.nodes import Node
from steelyard.engine.problems import Language
from steelyard.engine.scoring.recipe import Method, Setting, Step, base, write
from steelyard.engine.shape import Formula


class StepDeduct(Method):
    """For every ``every`` that the value misses the target by, ``lose`` points.

    ``steps``: ``whole`` counts full steps only, ``proportional`` also parts of one; it must be said.
    ``side``: ``short`` is the worse side of the target, ``both`` either side.
    ``first`` is what the first step costs where it differs (三年未发展扣 5 分，每多一年加扣 1 分).
    """

    every: Formula
    lose: Formula
    steps_are: Literal["whole", "proportional"]
    side: Literal["short", "both"] = "short"
    first: Formula | None = None
    at_most: Formula | None = None

    @property
    def needs(self) -> frozenset[str]:
        return frozenset({"target"})

    def steps(self, setting: Setting) -> list[Step]:
        return [
            Step("gap", "与目标的差距", "distance to target", self._gap(setting), setting.show),
            Step("steps", "步数", "steps", self._count()),
            Step("lost", "扣分", "points lost", self._lost(), "points"),
            Step("points", "得分", "points", write("base - lost", {"base": base(setting)}), "points"),
        ]

    def _gap(self, setting: Setting) -> Node:
        if self.side == "both":
            return write("abs(value - target)")
        return write("greatest(target - value, 0)" if setting.direction == "higher" else "greatest(value - target, 0)")

    def _count(self) -> Node:
        return write("steps(gap, every)" if self.steps_are == "whole" else "gap / every", {"every": self.every})

    def _lost(self) -> Node:
        lost = write("steps * lose", {"lose": self.lose})
        if self.first is not None:
            lost = write("if(steps > 0, first + (steps - 1) * lose, 0)", {"first": self.first, "lose": self.lose})
        return lost if self.at_most is None else write("least(lost, cap)", {"lost": lost, "cap": self.at_most})

    def sentence(self, setting: Setting, language: Language) -> str:
        return _chinese(self, setting) if language == "zh" else _english(self, setting)


def _chinese(method: StepDeduct, setting: Setting) -> str:
    side = "偏离" if method.side == "both" else setting.gap("zh")
    points = setting.say(method.lose, "zh", "points")
    text = f"比目标每{side}{setting.step(method.every, 'zh')}扣{points}分"
    if method.first is not None:
        text += f"（首步扣{setting.say(method.first, 'zh', 'points')}分）"
    text += "，不足一步的不扣" if method.steps_are == "whole" else "，不足一步的按比例扣"
    return text if method.at_most is None else f"{text}，最多扣{setting.say(method.at_most, 'zh', 'points')}分"


def _english(method: StepDeduct, setting: Setting) -> str:
    side = "away from" if method.side == "both" else setting.gap("en")
    points = setting.say(method.lose, "en", "points")
    text = f"loses {points} points for every {setting.step(method.every, 'en')} {side} target"
    if method.first is not None:
        text += f" ({setting.say(method.first, 'en', 'points')} for the first)"
    text += ", whole steps only" if method.steps_are == "whole" else ", parts of a step in proportion"
    return text if method.at_most is None else f"{text}, at most {setting.say(method.at_most, 'en', 'points')}"
