"""What all clauses share: the language, the vocabulary, the conventions of the book."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from steelyard.engine.arithmetic.rounding import Rounding
from steelyard.engine.expressions.nodes import Node
from steelyard.engine.expressions.wording import Show, Vocabulary, words
from steelyard.engine.model.book import Defaults
from steelyard.engine.model.item import Rule
from steelyard.engine.problems import Language
from steelyard.engine.scoring.recipe import Setting
from steelyard.engine.weighing.recipes import setting_of

ROUNDINGS: dict[Rounding, tuple[str, str]] = {
    "half_up": ("四舍五入", "half up"),
    "half_even": ("四舍六入五成双", "half to even"),
    "down": ("舍去尾数", "towards zero"),
    "up": ("进一", "away from zero"),
}


@dataclass(frozen=True, slots=True)
class Teller:
    """Speaks one language about the rules of one book."""

    language: Language
    vocabulary: Vocabulary
    defaults: Defaults

    def pick(self, zh: str, en: str) -> str:
        return zh if self.language == "zh" else en

    def setting(self, rule: Rule) -> Setting:
        return setting_of(rule, self.vocabulary)

    def say(self, tree: Node, show: Show = "number") -> str:
        return words(tree, self.language, self.vocabulary, show)

    def marks(self, points: Node) -> str:
        """``5分``, ``5 points``."""
        return Setting(vocabulary=self.vocabulary).marks(points, self.language)

    def joined(self, clauses: Iterable[str]) -> str:
        """Clauses of one sentence, without empty ones."""
        return self.pick("；", "; ").join(clause for clause in clauses if clause)

    def sentence(self, *clauses: str) -> str:
        """The clauses with their full stop; nothing of nothing."""
        text = self.joined(clauses)
        return text + self.pick("。", ". ") if text else ""

    def listed(self, parts: Iterable[str]) -> str:
        return self.pick("、", ", ").join(parts)

    def decimals(self, places: int, rounding: Rounding) -> str:
        """``保留2位小数（四舍五入）``."""
        how = self.pick(*ROUNDINGS[rounding])
        if places == 0:
            return self.pick(f"取整数（{how}）", f"in whole numbers ({how})")
        if places < 0:
            return self.pick(f"取到10的{-places}次方位（{how}）", f"to tens to the power of {-places} ({how})")
        return self.pick(f"保留{places}位小数（{how}）", f"to {places} decimals ({how})")
