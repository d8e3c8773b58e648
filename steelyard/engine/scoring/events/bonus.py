"""S11 加分: Σ nᵢ·rᵢ up to a cap.

The highest level of one matter is a question of counting: ``sum(max(award.points) per matter)``.
"""

from __future__ import annotations

from pydantic import Field, model_validator

from steelyard.engine.problems import Language
from steelyard.engine.scoring.limits import Limit, capped, most
from steelyard.engine.scoring.lines import Line, added, per_value
from steelyard.engine.scoring.recipe import Method, Setting, Step, write
from steelyard.engine.shape import Formula, complain


class Bonus(Method):
    """Gives ``each`` points for every one of ``value``, or every line its own; starts from zero, not the full mark.

    ``at_most`` caps the whole and must be written, ``unlimited`` where there is no cap.
    """

    each: Formula | None = None
    lines: list[Line] = Field(default_factory=list)
    at_most: Limit

    @model_validator(mode="after")
    def _one_way(self) -> Bonus:
        if (self.each is None) == (not self.lines):
            raise complain("shape-one-of", allowed="each、lines", found="each、lines" if self.lines else "—")
        return self

    def steps(self, setting: Setting) -> list[Step]:
        del setting
        if self.each is None:
            steps, total = added(self.lines, "line")
            gained = write(total)
        else:
            steps, gained = [], write("value * each", {"each": self.each})
        return [*steps, Step("points", "得分", "points", capped(gained, self.at_most), "points")]

    def sentence(self, setting: Setting, language: Language) -> str:
        verb = "加" if language == "zh" else "gain"
        if self.each is None:
            said = ("；" if language == "zh" else "; ").join(
                line.sentence(setting, language, verb) for line in self.lines
            )
            whole = most(setting, self.at_most, language, verb)
            return f"{said}；合计{whole[1:]}" if language == "zh" else f"{said}; in all{whole}"
        return per_value(setting, self.each, language, verb) + most(setting, self.at_most, language, verb)
