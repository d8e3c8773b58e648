"""S5 基准加减: B ± steps(|x − base|, s)·r, each side with its own step, rate and cap."""

from __future__ import annotations

from abc import abstractmethod
from typing import Literal, cast

from pydantic import model_validator

from steelyard.engine.expressions.nodes import Name, Node
from steelyard.engine.problems import Language
from steelyard.engine.scoring.counting import Counting, checked_size, counted, counting_words
from steelyard.engine.scoring.limits import Limit, capped, most
from steelyard.engine.scoring.recipe import Method, Setting, Step, write
from steelyard.engine.scoring.tables.band import Band
from steelyard.engine.shape import Formula, Written, complain


class Side(Written):
    """One side of the baseline: every ``every`` is worth ``points``, up to ``at_most``.

    ``at_most_by`` is a band whose points are the cap (the softer the target, the lower the cap on gains).
    """

    every: Formula
    points: Formula
    counting: Counting
    at_most: Limit | None = None
    at_most_by: Band | None = None

    @model_validator(mode="after")
    def _sound(self) -> Side:
        checked_size(self.every)
        if (self.at_most is None) == (self.at_most_by is None):
            found = "—" if self.at_most is None else "at_most、at_most_by"
            raise complain("shape-one-of", allowed="at_most、at_most_by", found=found)
        return self

    @property
    def limit(self) -> Node:
        return cast(Node, self.at_most) if self.at_most_by is None else self.at_most_by.worth()

    def tree(self, distance: Node) -> Node:
        parts = {"count": counted(self.counting, distance, self.every), "points": self.points}
        return capped(write("count * points", parts), self.limit)

    def words(self, setting: Setting, language: Language, verb: str) -> str:
        size = setting.step(self.every, language)
        worth = setting.marks(self.points, language)
        if self.at_most_by is None:
            cap = most(setting, cast(Node, self.at_most), language, verb)
        else:
            table = self.at_most_by.sentence(setting, language)
            cap = f"，最多{verb}分：{table}" if language == "zh" else f", capped at: {table}"
        way = counting_words(self.counting, language)
        if language == "zh":
            return f"{size}{verb}{worth}，{way}{cap}"
        return f"{size} {verb} {worth}, {way}{cap}"


class PlusMinus(Method):
    """``start`` points at the reference; ``better`` adds, ``worse`` takes; ``nothing`` where a side changes nothing."""

    start: Formula
    better: Side | Literal["nothing"]
    worse: Side | Literal["nothing"]

    @abstractmethod
    def reference(self) -> Node:
        """What the value is compared with."""

    def title(self, language: Language) -> str:
        """What that is called."""
        return "基准" if language == "zh" else "the baseline"

    def steps(self, setting: Setting) -> list[Step]:
        ahead = "value - base" if setting.direction == "higher" else "base - value"
        steps = [
            Step("base", self.title("zh"), self.title("en"), self.reference(), setting.show),
            Step("ahead", "优于基准的幅度", "ahead of the baseline by", write(ahead), setting.show),
        ]
        points = write("start", {"start": self.start})
        if isinstance(self.better, Side):
            gained = self.better.tree(Name(("ahead",)))
            steps.append(Step("gained", "加分", "points gained", gained, "points"))
            points = write("points + gained", {"points": points})
        if isinstance(self.worse, Side):
            lost = self.worse.tree(write("-ahead"))
            steps.append(Step("lost", "扣分", "points lost", lost, "points"))
            points = write("points - lost", {"points": points})
        return [*steps, Step("points", "得分", "points", points, "points")]

    def sentence(self, setting: Setting, language: Language) -> str:
        start = setting.marks(self.start, language)
        sides = _sides(self, setting, language)
        if language == "zh":
            reference = setting.say(self.reference(), "zh")
            return f"以{reference}为{self.title('zh')}，持平得{start}；{'；'.join(sides)}"
        reference = setting.say(self.reference(), "en")
        return f"{start} at {self.title('en')} ({reference}); {'; '.join(sides)}"


class Baseline(PlusMinus):
    """``base`` is the target, own past, a mean of years, the peers' mean: any expression."""

    base: Formula

    def reference(self) -> Node:
        node: Node = self.base
        return node


def _sides(method: PlusMinus, setting: Setting, language: Language) -> list[str]:
    up, down = ("高", "低") if setting.direction == "higher" else ("低", "高")
    up_en, down_en = ("above", "below") if setting.direction == "higher" else ("below", "above")
    said = []
    for side, zh, en, verb in (
        (method.better, up, up_en, ("加", "gains")),
        (method.worse, down, down_en, ("扣", "loses")),
    ):
        if isinstance(side, Side):
            text = side.words(setting, language, verb[0 if language == "zh" else 1])
            said.append(f"每{zh}{text}" if language == "zh" else f"every {text} ({en})")
        else:
            said.append(
                f"{zh}于{method.title('zh')}的不{verb[0]}分" if language == "zh" else f"{en} it nothing changes"
            )
    return said
