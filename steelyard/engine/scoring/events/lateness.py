"""S19 时限: points lost for every day late. Signal states (预警、黄牌、红牌) are a `band` over the same days."""

from __future__ import annotations

from typing import Literal

from steelyard.engine.expressions.nodes import Number
from steelyard.engine.problems import Language
from steelyard.engine.scoring.limits import Limit, capped, most
from steelyard.engine.scoring.recipe import Method, Setting, Step, base, write
from steelyard.engine.shape import Formula


class Lateness(Method):
    """``value`` is days late; the first ``grace`` are free, every further one costs ``each``.

    ``days`` says which days the value counts, because a reader must know. The full mark less what is lost remains.
    """

    days: Literal["calendar", "working"]
    each: Formula
    grace: Formula
    at_most: Limit

    def steps(self, setting: Setting) -> list[Step]:
        late = write("greatest(value - grace, 0)", {"grace": self.grace})
        lost = capped(write("late * each", {"each": self.each}), self.at_most)
        points = write("base - lost", {"base": base(setting)})
        return [
            Step("late", "计扣天数", "days that count", late),
            Step("lost", "扣分", "points lost", lost, "points"),
            Step("points", "得分", "points", points, "points"),
        ]

    def sentence(self, setting: Setting, language: Language) -> str:
        free = isinstance(self.grace, Number) and self.grace.value == 0
        grace = setting.say(self.grace, language, "number")
        each = setting.marks(self.each, language)
        if language == "zh":
            day = "个工作日" if self.days == "working" else "天"
            lead = "" if free else f"逾期{grace}{day}以内不扣，此后"
            return f"{lead}每逾期1{day}扣{each}{most(setting, self.at_most, 'zh', '扣')}"
        day = "working day" if self.days == "working" else "day"
        lead = "" if free else f"the first {grace} {day}s late are free, then "
        return f"{lead}lose {each} for every {day} late{most(setting, self.at_most, 'en', 'lose')}"
