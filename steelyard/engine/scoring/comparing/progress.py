"""S16 进步幅度: against own past, better and worse at different rates, and a bonus for zero cases."""

from __future__ import annotations

from steelyard.engine.expressions.nodes import Node
from steelyard.engine.problems import Language
from steelyard.engine.scoring.comparing.baseline import PlusMinus
from steelyard.engine.scoring.recipe import Setting, Step, write
from steelyard.engine.shape import Formula


class Progress(PlusMinus):
    """``past`` is what the value is compared with (``last_year(…)``, ``previous(…)``).

    ``zero`` is what a value of exactly zero gives, whatever the past (零发生).
    """

    past: Formula
    zero: Formula | None = None

    def reference(self) -> Node:
        node: Node = self.past
        return node

    def title(self, language: Language) -> str:
        return "往期" if language == "zh" else "the past"

    def steps(self, setting: Setting) -> list[Step]:
        steps = super().steps(setting)
        if self.zero is None:
            return steps
        tree = write("given(value, if(value = 0, zero, points))", {"zero": self.zero})
        return [*steps, Step("points", "零发生后的得分", "points after zero cases", tree, "points")]

    def sentence(self, setting: Setting, language: Language) -> str:
        text = super().sentence(setting, language)
        if self.zero is None:
            return text
        worth = setting.marks(self.zero, language)
        return f"{text}；实际值为0的得{worth}" if language == "zh" else f"{text}; a value of 0 gives {worth}"
