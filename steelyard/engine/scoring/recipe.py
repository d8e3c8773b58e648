"""What every scoring method turns into: named steps of arithmetic, written in the language of 口径 itself.

One evaluator computes the steps, one explainer prints them with their numbers, the verifier replays them from the
proof bundle, and the check reads them. A method is therefore never code that scores, only text that says how.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from steelyard.engine.expressions.nodes import Call, Day, Name, Node, Number, children, number, transform
from steelyard.engine.expressions.parse import parse
from steelyard.engine.expressions.wording import Show, Vocabulary, words
from steelyard.engine.problems import Language, Problem
from steelyard.engine.shape import Written

Direction = Literal["higher", "lower"]
GIVEN = frozenset({"value", "target", "full"})
"""The names that an indicator states before its method begins."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the calculation. ``name`` can be used by later steps; the last are ``points`` and/or ``label``."""

    name: str
    zh: str
    en: str
    tree: Node
    show: Show = "number"


@dataclass(frozen=True, slots=True)
class Setting:
    """What a method must know about its indicator: which way is better, how values are shown, its P and t."""

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

    def goal(self, language: Language) -> str:
        """目标值95%, or only 目标值 where it depends on class or date."""
        word = "目标值" if language == "zh" else "target"
        if not isinstance(self.target, Number | Day):
            return word
        return word + (" " if language == "en" else "") + self.end(self.target, language)

    def end(self, value: Node, language: Language) -> str:
        """A value of the indicator with its unit: 98%, 10万元, 3次."""
        return self.say(value, language) + self.unit

    def step(self, size: Node, language: Language) -> str:
        """1 个百分点, 5 户, 10 万元: a distance between two values."""
        return self.say(size, language, "points_of_percent" if self.show == "percent" else self.show) + self.unit

    def marks(self, points: Node, language: Language) -> str:
        """``2分``, ``2 points``; a formula stands as it is."""
        said = self.say(points, language, "points")
        if not isinstance(points, Number):
            return said
        return f"{said}分" if language == "zh" else f"{said} point{'' if points.value == 1 else 's'}"

    def part(self, share: Node, language: Language) -> str:
        """满分的 80%: a share of the full mark."""
        said = self.say(share, language, "percent")
        return f"满分的{said}" if language == "zh" else f"{said} of the full mark"


class Method(Written):
    """One scoring method with its parameters.

    Whatever decides a score is a parameter that must be written; no parameter has a hidden value.
    """

    @property
    def needs(self) -> frozenset[str]:
        """What the indicator must state: those of ``value``, ``target`` and ``full`` that the steps read."""
        return frozenset(_free(self.steps(Setting()))) & GIVEN

    @abstractmethod
    def steps(self, setting: Setting) -> list[Step]:
        """The calculation. Names known from the start: ``value``, ``target``, ``full``."""

    @abstractmethod
    def sentence(self, setting: Setting, language: Language) -> str:
        """What the method does, as an 考评细则 would say it, without the final full stop."""

    def objections(self, setting: Setting) -> Iterator[Problem]:
        """What does not fit between the method and its indicator (the direction, mostly). For the check."""
        del setting
        return iter(())


def _free(steps: Iterable[Step]) -> Iterator[str]:
    """Names that no earlier step has given."""
    known: set[str] = set()
    for step in steps:
        yield from (name for name in names(step.tree) if name not in known)
        known.add(step.name)


def names(tree: Node) -> Iterator[str]:
    """Names of the calculation in a tree; columns inside totals and identifiers of indicators are none."""
    match tree:
        case Name():
            yield tree.text
        case Call(op="value" | "points" | "label"):
            return
        case Call():
            for child in children(tree):
                yield from names(child)


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


def chain(cases: Iterable[tuple[Node, Node]], otherwise: Node) -> Node:
    """The result of the first condition that holds, else ``otherwise``."""
    tree = otherwise
    for condition, result in reversed(list(cases)):
        tree = Call("if", (condition, result, tree))
    return tree


def given(needed: Iterable[Node], tree: Node) -> Node:
    """The tree where everything ``needed`` is known; else missing, for the same reason as what is missing.

    Without this an ``if`` over data that have not arrived would take its last branch and give points for nothing.
    """
    unsure = dict.fromkeys(node for node in needed if not isinstance(node, Number))
    return Call("given", (*unsure, tree)) if unsure else tree


def decided(cases: Iterable[tuple[Node, Node]], otherwise: Node) -> Node:
    """As `chain`, but a condition that cannot be decided leaves the result missing instead of passing over it."""
    tree = otherwise
    for condition, result in reversed(list(cases)):
        tree = given([condition], Call("if", (condition, result, tree)))
    return tree
