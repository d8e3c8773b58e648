"""S12 达标: met or missed, nothing between."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from steelyard.engine.problems import Language
from steelyard.engine.scoring.outcomes import Outcome, checked_alike, outcome_steps
from steelyard.engine.scoring.recipe import Method, Setting, Step, chain, given, write

_SIGN = {
    ("higher", "met"): ">=",
    ("higher", "missed"): ">",
    ("lower", "met"): "<=",
    ("lower", "missed"): "<",
}
SAID = {">=": "不低于", ">": "高于", "<=": "不高于", "<": "低于"}
_EN = {">=": "at least", ">": "above", "<=": "at most", "<": "below"}


class Threshold(Method):
    """``at_target`` says what a value of exactly the target is; ``met`` and ``missed`` say what each gives."""

    at_target: Literal["met", "missed"]
    met: Outcome
    missed: Outcome

    @model_validator(mode="after")
    def _alike(self) -> Threshold:
        checked_alike([self.met, self.missed])
        return self

    def steps(self, setting: Setting) -> list[Step]:
        needed = [write("value"), write("target")]
        met = write(f"value {self._sign(setting)} target")
        return outcome_steps([(met, self.met)], self.missed, lambda cases, rest: given(needed, chain(cases, rest)))

    def _sign(self, setting: Setting) -> str:
        return _SIGN[setting.direction, self.at_target]

    def sentence(self, setting: Setting, language: Language) -> str:
        met, missed = self.met.words(setting, language), self.missed.words(setting, language)
        sign = self._sign(setting)
        if language == "zh":
            return f"{SAID[sign]}{setting.goal('zh')}的{met}，否则{missed}"
        return f"{_EN[sign]} the {setting.goal('en')}: {met}; otherwise: {missed}"
