"""S18 合成: several scores become one: weighted, the lowest, the highest, or converted (折算) first."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from pydantic import Field, model_validator

from steelyard.engine.expressions.nodes import Node, Number
from steelyard.engine.expressions.wording import figure
from steelyard.engine.problems import CATALOGUE, Language
from steelyard.engine.scoring.recipe import Method, Setting, Step, write
from steelyard.engine.shape import Formula, Written, complain

CATALOGUE.add(
    {
        "composite-weight": (
            "combine: sum 时每一部分都要写 weight；取低、取高时都不写",
            "with combine: sum every part has a weight; with least or greatest none has",
        ),
        "composite-weights": (
            "各部分都折算成同一满分，权重合计应为 100%，现在是 {found}",
            "all parts are converted to one full mark, so their weights must add up to 100%, not {found}",
        ),
    }
)


class Part(Written):
    """``of`` is any score: ``points(other_indicator)``, ``peers_sum(points(other), '甲类')``.

    ``out_of`` is the full mark that ``of`` was given against: the part is then converted to this item's full mark.
    """

    name: str
    of: Formula
    weight: Formula | None = None
    out_of: Formula | None = None


class Composite(Method):
    """``sum`` adds weighted parts, ``least`` takes the lowest, ``greatest`` the highest; no part may be missing."""

    combine: Literal["sum", "least", "greatest"]
    parts: list[Part] = Field(min_length=1, max_length=40)

    @model_validator(mode="after")
    def _weighted(self) -> Composite:
        weights = [part.weight for part in self.parts if part.weight is not None]
        if len(weights) != (len(self.parts) if self.combine == "sum" else 0):
            raise complain("composite-weight")
        known = [weight.value for weight in weights if isinstance(weight, Number)]
        converted = all(part.out_of is not None for part in self.parts)
        if self.combine == "sum" and converted and len(known) == len(self.parts) and sum(known) != 1:
            raise complain("composite-weights", found=figure(Fraction(sum(known)), "percent"))
        return self

    def steps(self, setting: Setting) -> list[Step]:
        del setting
        steps = [
            Step(f"part{index}", part.name, part.name, _tree(part), "points")
            for index, part in enumerate(self.parts, start=1)
        ]
        names = [step.name for step in steps]
        text = " + ".join(names) if self.combine == "sum" or len(names) == 1 else f"{self.combine}({', '.join(names)})"
        return [*steps, Step("points", "得分", "points", write(text), "points")]

    def sentence(self, setting: Setting, language: Language) -> str:
        said = [_words(part, setting, language) for part in self.parts]
        if language == "zh":
            lead = {"sum": "", "least": "取最低者：", "greatest": "取最高者："}[self.combine]
            return lead + ("＋" if self.combine == "sum" else "、").join(said)
        lead = {"sum": "", "least": "the lowest of: ", "greatest": "the highest of: "}[self.combine]
        return lead + (" + " if self.combine == "sum" else ", ").join(said)


def _tree(part: Part) -> Node:
    text = "of" if part.out_of is None else "of / out_of * full"
    given = {"of": part.of, "out_of": part.out_of, "weight": part.weight}
    text = text if part.weight is None else f"{text} * weight"
    return write(text, {key: node for key, node in given.items() if node is not None})


def _words(part: Part, setting: Setting, language: Language) -> str:
    how = setting.say(part.of, language, "number")
    if part.out_of is not None:
        out_of = setting.say(part.out_of, language, "points")
        how += f"，由{out_of}分制折算" if language == "zh" else f", converted from {out_of}"
    said = f"{part.name}（{how}）" if language == "zh" else f"{part.name} ({how})"
    if part.weight is not None:
        said += f"×{setting.say(part.weight, language, 'percent')}"
    return said
