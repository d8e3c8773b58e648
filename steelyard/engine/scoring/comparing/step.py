"""S2 步长扣分: P − steps(t − x, s)·r."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from steelyard.engine.expressions.nodes import Name, Node
from steelyard.engine.problems import CATALOGUE, Language
from steelyard.engine.scoring.counting import Counting, checked_size, counted, counting_words
from steelyard.engine.scoring.recipe import Method, Setting, Step, base, write
from steelyard.engine.shape import Formula, complain

CATALOGUE.add(
    {
        "step-growth": (
            "写了 first 或 grows_by 时，每一步的扣分不同，counting 只能是 whole 或 begun，且二者只能写一个",
            "with first or grows_by the steps cost different amounts: counting must be whole or begun, and only one "
            "of the two may be written",
        ),
    }
)


class StepDeduct(Method):
    """For every ``every`` that the value misses the target by, ``lose`` points.

    ``side``: ``short`` is the worse side of the target, ``both`` either side.
    ``first`` is what the first step costs where it differs (三年未发展扣 5 分，每多一年加扣 1 分);
    ``grows_by`` makes each further step cost so much more than the one before.
    """

    every: Formula
    lose: Formula
    counting: Counting
    side: Literal["short", "both"] = "short"
    first: Formula | None = None
    grows_by: Formula | None = None
    at_most: Formula | None = None

    @model_validator(mode="after")
    def _sound(self) -> StepDeduct:
        checked_size(self.every)
        grown = [part for part in (self.first, self.grows_by) if part is not None]
        if len(grown) > 1 or (grown and self.counting == "proportional"):
            raise complain("step-growth")
        return self

    def steps(self, setting: Setting) -> list[Step]:
        return [
            Step("gap", "与目标的差距", "distance to target", self._gap(setting), setting.show),
            Step("steps", "步数", "steps", counted(self.counting, Name(("gap",)), self.every)),
            Step("lost", "扣分", "points lost", self._lost(), "points"),
            Step("points", "得分", "points", write("base - lost", {"base": base(setting)}), "points"),
        ]

    def _gap(self, setting: Setting) -> Node:
        if self.side == "both":
            return write("abs(value - target)")
        return write("greatest(target - value, 0)" if setting.direction == "higher" else "greatest(value - target, 0)")

    def _lost(self) -> Node:
        lost = write("steps * lose", {"lose": self.lose})
        if self.first is not None:
            parts = {"first": self.first, "lose": self.lose}
            lost = write("given(steps, if(steps > 0, first + (steps - 1) * lose, 0))", parts)
        if self.grows_by is not None:
            parts = {"lose": self.lose, "more": self.grows_by}
            lost = write("steps * lose + steps * (steps - 1) / 2 * more", parts)
        return lost if self.at_most is None else write("least(lost, cap)", {"lost": lost, "cap": self.at_most})

    def sentence(self, setting: Setting, language: Language) -> str:
        return _chinese(self, setting) if language == "zh" else _english(self, setting)


def _chinese(method: StepDeduct, setting: Setting) -> str:
    side = "偏离" if method.side == "both" else setting.gap("zh")
    text = f"比{setting.goal('zh')}每{side}{setting.step(method.every, 'zh')}扣{setting.marks(method.lose, 'zh')}"
    if method.first is not None:
        text += f"（首步扣{setting.marks(method.first, 'zh')}）"
    if method.grows_by is not None:
        text += f"（每多一步，该步多扣{setting.marks(method.grows_by, 'zh')}）"
    text += f"，{counting_words(method.counting, 'zh')}"
    return text if method.at_most is None else f"{text}，最多扣{setting.marks(method.at_most, 'zh')}"


def _english(method: StepDeduct, setting: Setting) -> str:
    side = "away from" if method.side == "both" else setting.gap("en")
    size, goal = setting.step(method.every, "en"), setting.goal("en")
    text = f"lose {setting.marks(method.lose, 'en')} for every {size} {side} {goal}"
    if method.first is not None:
        text += f" ({setting.marks(method.first, 'en')} for the first)"
    if method.grows_by is not None:
        text += f" (each further step {setting.marks(method.grows_by, 'en')} more than the one before)"
    text += f", {counting_words(method.counting, 'en')}"
    return text if method.at_most is None else f"{text}, at most {setting.marks(method.at_most, 'en')}"
