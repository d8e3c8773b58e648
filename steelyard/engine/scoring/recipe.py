"""What every scoring method turns into: named steps of arithmetic, written in the language of 口径 itself.

One evaluator computes the steps, one explainer prints them with their numbers, the verifier replays them from the
proof bundle, and the check reads them. A method is therefore never code that scores, only text that says how.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from steelyard.engine.expressions.nodes import Name, Node, number, transform
from steelyard.engine.expressions.parse import parse
from steelyard.engine.expressions.wording import Show, Vocabulary, words
from steelyard.engine.problems import Language
from steelyard.engine.shape import Written

Direction = Literal["higher", "lower"]


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the calculation. ``name`` can be used by later steps; the last step is ``points`` or ``label``."""

    name: str
    zh: str
    en: str
    tree: Node
    show: Show = "number"


@dataclass(frozen=True, slots=True)
class Setting:
    """What a method must know about its indicator: which way is better, how values are shown, whether it has P and t."""

    direction: Direction = "higher"
    show: Show = "number"
    unit: str = ""
    full: Node | None = None
    target: Node | None = None
    vocabulary: Vocabulary = field(default_factory=Vocabulary)

    def say(self, tree: Node, language: Language, show: Show | None = None) -> str:
        """A tree in words; the indicator's own way of showing numbers unless told otherwise."""
        return words(tree, language, self.vocabulary, show or self.show)

    def gap(self, language: Language) -> str:
        """低 or 高: the side on which points are lost."""
        return {"zh": {"higher": "低", "lower": "高"}, "en": {"higher": "below", "lower": "above"}}[language][
            self.direction
        ]

    def step(self, size: Node, language: Language) -> str:
        """1 个百分点, 5 户, 10 万元: a distance between two values."""
        return self.say(size, language, "points_of_percent" if self.show == "percent" else self.show) + self.unit


class Method(Written):
    """One scoring method with its parameters.

    ``needs`` names what the indicator must state (``full``, ``target``); the check asks for what is missing.
    """

    @property
    def needs(self) -> frozenset[str]:
        return frozenset()

    @abstractmethod
    def steps(self, setting: Setting) -> list[Step]:
        """The calculation. Names known from the start: ``value``, ``target``, ``full``."""

    @abstractmethod
    def sentence(self, setting: Setting, language: Language) -> str:
        """What the method does, as an 考评细则 would say it, without the final full stop."""


def write(text: str, parts: Mapping[str, Node] | None = None) -> Node:
    """A tree from text, in which the names of ``parts`` stand for whole trees."""
    tree = _parsed(text)
    if not parts:
        return tree
    return transform(tree, lambda node: parts.get(node.text, node) if isinstance(node, Name) else node)


@lru_cache(maxsize=1024)
def _parsed(text: str) -> Node:
    return parse(text)


def base(setting: Setting) -> Node:
    """What the method starts from: the full mark, or nothing where an item only adds or takes away."""
    return Name(("full",)) if setting.full is not None else number(0)
