"""S21 公式: an expression for whatever the other methods do not say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic import Field, model_validator

from steelyard.engine.problems import CATALOGUE, Language
from steelyard.engine.scoring.recipe import GIVEN, Method, Setting, Step
from steelyard.engine.shape import Formula, Written, complain

CATALOGUE.add(
    {
        "formula-nothing": (
            "公式什么也没有给出；请写 points（分值）或 label（等次）",
            "the formula gives nothing; write points or label",
        ),
        "formula-name": (
            "步骤不能叫“{found}”，这个名字已有含义；请换一个",
            "a step cannot be called '{found}', the name has a meaning already; choose another",
        ),
    }
)

_TAKEN = GIVEN | {"points", "label", "day"}


class Working(Written):
    """A step on the way, so that a long formula is read in parts."""

    name: str
    is_: Formula = Field(alias="is")


class Free(Method):
    """``points`` and/or ``label`` (an expression that yields words); a bare expression is ``points``.

    ``steps`` before them are named and may use value, target, full, peers, own past and the steps before.
    ``says`` is the sentence where a formula alone would not be understood.
    """

    working: Mapping[str, Working] = Field(default_factory=dict, alias="steps", max_length=40)
    points: Formula | None = None
    label: Formula | None = None
    says: str = ""

    @model_validator(mode="before")
    @classmethod
    def _short(cls, written: Any) -> Any:
        return written if isinstance(written, Mapping | Free) or written is None else {"points": written}

    @model_validator(mode="after")
    def _something(self) -> Free:
        if self.points is None and self.label is None:
            raise complain("formula-nothing")
        taken = sorted(_TAKEN & self.working.keys())
        if taken:
            raise complain("formula-name", found=taken[0])
        return self

    def steps(self, setting: Setting) -> list[Step]:
        del setting
        steps = [Step(key, step.name, step.name, step.is_) for key, step in self.working.items()]
        if self.points is not None:
            steps.append(Step("points", "得分", "points", self.points, "points"))
        if self.label is not None:
            steps.append(Step("label", "等次", "grade", self.label, "text"))
        return steps

    def sentence(self, setting: Setting, language: Language) -> str:
        own = {key: step.name for key, step in self.working.items()}
        named = replace(setting, vocabulary=setting.vocabulary.named(own))
        said = [(key, step.name, step.is_) for key, step in self.working.items()]
        said += [("points", "得分", self.points)] if self.points is not None else []
        said += [("grade", "等次", self.label)] if self.label is not None else []
        if language == "zh":
            text = "；".join(f"{name}＝{named.say(tree, 'zh', 'number')}" for _, name, tree in said)
            return f"{self.says}（{text}）" if self.says else text
        return "; ".join(f"{key} = {named.say(tree, 'en', 'number')}" for key, _, tree in said)
