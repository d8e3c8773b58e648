"""A value as a share of what it is held against, turned over where lower is better."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator

from steelyard.engine.expressions.nodes import Call, Name, Node
from steelyard.engine.problems import CATALOGUE, Language, Problem
from steelyard.engine.scoring.limits import UNLIMITED, Limit, capped
from steelyard.engine.scoring.recipe import Method, Setting, Step, given, write
from steelyard.engine.shape import Formula

CATALOGUE.add(
    {
        "share-at-zero": (
            "越低越好的比率在实际值为 0 时没有意义；请写 at_zero（此时得满分的多少）",
            "a ratio where lower is better has no meaning at 0; write at_zero: what share of the full mark it gives",
        ),
        "share-at-zero-unused": (
            "越高越好的比率用不到 at_zero；请删去，或写明 direction: lower",
            "a ratio where higher is better never uses at_zero; remove it or write direction: lower",
        ),
    }
)

VALUE = Name(("value",))


class Share(Method):
    """P × x ÷ y, or P × y ÷ x when lower is better, at most ``at_most`` of P.

    ``at_zero``: the share that a value of zero or below gives when lower is better.
    Held against a y that is not positive (not below zero, when lower is better) there is no result.
    """

    at_most: Limit
    at_zero: Formula | None = None

    @abstractmethod
    def against(self) -> Node:
        """What the value is held against."""

    def named(self, setting: Setting, language: Language) -> str:
        """That in words."""
        return setting.say(self.against(), language)

    def objections(self, setting: Setting) -> Iterator[Problem]:
        if setting.direction == "lower" and self.at_zero is None:
            yield Problem("share-at-zero", self.place())
        if setting.direction == "higher" and self.at_zero is not None:
            yield Problem("share-at-zero-unused", self.place("at_zero"))

    def steps(self, setting: Setting) -> list[Step]:
        nothing = Call("nothing", ())
        parts = {"y": self.against(), "zero": nothing if self.at_zero is None else self.at_zero, "none": nothing}
        if setting.direction == "higher":
            tree = write("if(y > 0, value / y, none)", parts)
        else:
            tree = write("if(y < 0, none, if(value > 0, y / value, zero))", parts)
        ratio = given([VALUE, self.against()], tree)
        return [
            Step("ratio", "比率", "ratio", ratio, "percent"),
            Step("points", "得分", "points", write("full * part", {"part": self._part()}), "points"),
        ]

    def _part(self) -> Node:
        return capped(Name(("ratio",)), self.at_most)

    def sentence(self, setting: Setting, language: Language) -> str:
        against = self.named(setting, language)
        up = setting.direction == "higher"
        if language == "zh":
            text = f"得分为满分×实际值÷{against}" if up else f"得分为满分×{against}÷实际值"
            text += "" if self.at_most == UNLIMITED else f"，最高为{setting.part(self.at_most, 'zh')}"
            text += "，不封顶" if self.at_most == UNLIMITED else ""
            return text if self.at_zero is None else f"{text}，实际值为0的得{setting.part(self.at_zero, 'zh')}"
        text = f"full mark × value ÷ {against}" if up else f"full mark × {against} ÷ value"
        text += ", without limit" if self.at_most == UNLIMITED else f", at most {setting.part(self.at_most, 'en')}"
        return text if self.at_zero is None else f"{text}, a value of 0 gives {setting.part(self.at_zero, 'en')}"
