"""S13 要点赋分: points for what was done, or points lost for what is missing."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from steelyard.engine.expressions.nodes import number
from steelyard.engine.problems import Language
from steelyard.engine.scoring.recipe import Method, Setting, Step, base, decided, write
from steelyard.engine.shape import Formula, Written


class Point(Written):
    """一个要点: ``done`` is a condition, ``points`` what it is worth."""

    name: str
    done: Formula
    points: Formula


class Checklist(Method):
    """``start: zero`` adds the points of what was done; ``start: full`` takes the points of what is missing.

    A point of which is not known whether it was done leaves the whole list open; it is never taken for missing.
    """

    start: Literal["zero", "full"]
    items: list[Point] = Field(min_length=1, max_length=40)

    def steps(self, setting: Setting) -> list[Step]:
        adds = self.start == "zero"
        steps = []
        for index, item in enumerate(self.items, start=1):
            met, missed = (item.points, number(0)) if adds else (number(0), item.points)
            tree = decided([(item.done, met)], missed)
            steps.append(Step(f"item{index}", item.name, item.name, tree, "points"))
        total = write(" + ".join(step.name for step in steps))
        if adds:
            return [*steps, Step("points", "得分", "points", total, "points")]
        steps.append(Step("lost", "扣分", "points lost", total, "points"))
        points = write("base - lost", {"base": base(setting)})
        return [*steps, Step("points", "得分", "points", points, "points")]

    def sentence(self, setting: Setting, language: Language) -> str:
        worth = [
            (item.name, setting.say(item.done, language, "number"), setting.marks(item.points, language))
            for item in self.items
        ]
        if language == "zh":
            verb = "做到得" if self.start == "zero" else "未做到扣"
            return "；".join(f"{name}（{done}），{verb}{points}" for name, done, points in worth)
        verb = "if done" if self.start == "zero" else "lost if missing"
        return "; ".join(f"{name} ({done}): {points} {verb}" for name, done, points in worth)
