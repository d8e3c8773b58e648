"""S1 直接扣分: P − Σ nᵢ·rᵢ."""

from __future__ import annotations

from pydantic import Field, model_validator

from steelyard.engine.problems import Language
from steelyard.engine.scoring.lines import Line, added, per_value
from steelyard.engine.scoring.recipe import Method, Setting, Step, base, given, write
from steelyard.engine.shape import Formula, complain


class Deduct(Method):
    """Takes ``each`` points for every one of ``value``, or for every line its own count and rate.

    ``at_most`` caps the whole deduction, ``zero_at`` takes everything from that number of times on (两次及以上不得分).
    """

    each: Formula | None = None
    lines: list[Line] = Field(default_factory=list)
    at_most: Formula | None = None
    zero_at: Formula | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Deduct:
        if (self.each is None) == (not self.lines):
            found = "each、lines" if self.lines else "—"
            raise complain("shape-one-of", allowed="each、lines", found=found)
        return self

    def steps(self, setting: Setting) -> list[Step]:
        if self.each is None:
            steps, total = added(self.lines, "line")
            lost = write(total)
        else:
            steps, lost = [], write("value * each", {"each": self.each})
        if self.at_most is not None:
            lost = write("least(lost, cap)", {"lost": lost, "cap": self.at_most})
        steps.append(Step("lost", "扣分", "points lost", lost, "points"))
        points = write("base - lost", {"base": base(setting)})
        if self.zero_at is not None:
            parts = {"limit": self.zero_at, "points": points}
            points = given([write("value"), self.zero_at], write("if(value >= limit, 0, points)", parts))
        return [*steps, Step("points", "得分", "points", points, "points")]

    def sentence(self, setting: Setting, language: Language) -> str:
        return _chinese(self, setting) if language == "zh" else _english(self, setting)


def _chinese(method: Deduct, setting: Setting) -> str:
    if method.each is None:
        parts = [line.sentence(setting, "zh", "扣") for line in method.lines]
    else:
        parts = [per_value(setting, method.each, "zh", "扣")]
    if method.at_most is not None:
        parts.append(f"合计最多扣{setting.marks(method.at_most, 'zh')}")
    if method.zero_at is not None:
        parts.append(f"达到{setting.say(method.zero_at, 'zh')}{setting.unit or '次'}的不得分")
    return "；".join(parts)


def _english(method: Deduct, setting: Setting) -> str:
    if method.each is None:
        parts = [line.sentence(setting, "en", "lose") for line in method.lines]
    else:
        parts = [per_value(setting, method.each, "en", "lose")]
    if method.at_most is not None:
        parts.append(f"at most {setting.marks(method.at_most, 'en')} lost in all")
    if method.zero_at is not None:
        parts.append(f"no points from {setting.say(method.zero_at, 'en')} times on")
    return "; ".join(parts)
