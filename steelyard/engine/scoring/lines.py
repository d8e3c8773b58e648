"""Counted lines: how often something happened, times what each costs or brings. The commonest rule of all."""

from __future__ import annotations

from collections.abc import Sequence

from steelyard.engine.expressions.nodes import Node, Number
from steelyard.engine.problems import Language
from steelyard.engine.scoring.recipe import Setting, Step, write
from steelyard.engine.shape import Formula, Written


class Line(Written):
    """``count`` × ``each``, at most ``at_most`` points; ``count`` may be any expression (``steps(late - 5%, 1%)``).

    ``unit`` is the word for one of them (户、件、人次); the indicator's own where not written.
    """

    name: str
    count: Formula
    each: Formula
    at_most: Formula | None = None
    unit: str = ""

    def tree(self) -> Node:
        parts = {"count": self.count, "each": self.each}
        if self.at_most is None:
            return write("count * each", parts)
        return write("least(count * each, cap)", {**parts, "cap": self.at_most})

    def sentence(self, setting: Setting, language: Language, verb: str) -> str:
        each, count = setting.marks(self.each, language), setting.say(self.count, language, "number")
        if language == "zh":
            cap = "" if self.at_most is None else f"，最多{verb}{setting.marks(self.at_most, language)}"
            return f"{self.name}（{count}），每{self.unit or setting.unit or '次'}{verb}{each}{cap}"
        cap = "" if self.at_most is None else f", at most {setting.marks(self.at_most, language)}"
        return f"{self.name} ({count}): {verb} {each} each{cap}"


def per_value(setting: Setting, each: Node, language: Language, verb: str) -> str:
    """``每户扣2分`` for every one of the value; ``按实际值扣分`` where the value is points already."""
    points_already = setting.unit == "分" and isinstance(each, Number) and each.value == 1
    if language == "zh":
        return f"按实际值{verb}分" if points_already else f"每{setting.unit or '次'}{verb}{setting.marks(each, 'zh')}"
    return f"{verb} the value in points" if points_already else f"{verb} {setting.marks(each, 'en')} each time"


def added(lines: Sequence[Line], prefix: str) -> tuple[list[Step], str]:
    """A step a line, and the text that adds them up."""
    steps = [
        Step(f"{prefix}{index}", line.name, line.name, line.tree(), "points")
        for index, line in enumerate(lines, start=1)
    ]
    return steps, " + ".join(step.name for step in steps)
