"""Counted lines: how often something happened, times what each costs or brings. The commonest rule of all."""

from __future__ import annotations

from collections.abc import Sequence

from steelyard.engine.expressions.nodes import Node
from steelyard.engine.problems import Language
from steelyard.engine.scoring.recipe import Setting, Step, write
from steelyard.engine.shape import Formula, Written


class Line(Written):
    """``count`` × ``each``, at most ``at_most`` points; ``count`` may be any expression (``steps(late - 5%, 1%)``)."""

    name: str
    count: Formula
    each: Formula
    at_most: Formula | None = None

    def tree(self) -> Node:
        parts = {"count": self.count, "each": self.each, "cap": self.at_most}
        text = "count * each" if self.at_most is None else "least(count * each, cap)"
        return write(text, {key: part for key, part in parts.items() if part is not None})

    def sentence(self, setting: Setting, language: Language, verb: str) -> str:
        each = setting.say(self.each, language, "points")
        if language == "zh":
            cap = "" if self.at_most is None else f"，最多{verb}{setting.say(self.at_most, language, 'points')}分"
            return f"{self.name}，每{setting.unit or '次'}{verb}{each}分{cap}"
        cap = "" if self.at_most is None else f", at most {setting.say(self.at_most, language, 'points')}"
        return f"{self.name}: {each} points each{cap}"


def added(lines: Sequence[Line], prefix: str) -> tuple[list[Step], str]:
    """A step a line, and the text that adds them up."""
    steps = [
        Step(f"{prefix}{index}", line.name, line.name, line.tree(), "points")
        for index, line in enumerate(lines, start=1)
    ]
    return steps, " + ".join(step.name for step in steps)
