"""A tree in words, so that text and arithmetic cannot drift apart: the sentence is made from the formula."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from steelyard.engine.expressions.nodes import Aggregate, Call, Day, Name, Node, Number, Text
from steelyard.engine.problems import Language

Show = Literal["number", "percent", "points_of_percent", "points", "text", "date"]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Chinese names of tables, columns (``table.column``), attributes and indicators by their identifiers."""

    names: Mapping[str, str] = field(default_factory=dict)

    def of(self, identifier: str, language: Language) -> str:
        return self.names.get(identifier, identifier) if language == "zh" else identifier


def figure(value: Fraction, show: Show = "number") -> str:
    """An exact number in digits: ``0.98``, ``98%``, ``1/3`` where decimals never end."""
    if show in ("percent", "points_of_percent"):
        value = value * 100
    text = _decimal(value)
    return f"{text}%" if show == "percent" else text


def _decimal(value: Fraction) -> str:
    below, places = value.denominator, 0
    while below % 10 == 0:
        below, places = below // 10, places + 1
    for prime in (2, 5):
        while below % prime == 0:
            below, places = below // prime, places + 1
    if below != 1:
        return f"{value.numerator}/{value.denominator}"
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    text = f"{digits[:-places]}.{digits[-places:]}".rstrip("0").rstrip(".") if places else digits
    return f"-{text}" if value < 0 else text


def words(tree: Node, language: Language, vocabulary: Vocabulary, show: Show = "number") -> str:
    """The tree as a reader of that language would say it."""
    return _Words(language, vocabulary, show).say(tree)


_RANK = {"or": 1, "and": 2, "not": 3, "=": 4, "!=": 4, "<": 4, "<=": 4, ">": 4, ">=": 4, "+": 5, "-": 5, "*": 6, "/": 6}
_SIGN = {"*": "×", "/": "÷", "-": "−", "<=": "≤", ">=": "≥", "!=": "≠"}


@dataclass(frozen=True, slots=True)
class _Words:
    language: Language
    vocabulary: Vocabulary
    show: Show

    def say(self, tree: Node, within: int = 0) -> str:
        match tree:
            case Number(value=value):
                unit = "个百分点" if self.language == "zh" else " percentage points"
                return figure(value, self.show) + (unit if self.show == "points_of_percent" else "")
            case Text(value=text):
                return f"“{text}”" if self.language == "zh" else f"'{text}'"
            case Day(value=day):
                return f"{day.year}年{day.month}月{day.day}日" if self.language == "zh" else day.isoformat()
            case Name():
                return self.vocabulary.of(tree.text, self.language)
            case Aggregate():
                return self._aggregate(tree)
            case Call():
                return self._call(tree, within)

    def _call(self, tree: Call, within: int) -> str:
        rank = _RANK.get(tree.op)
        if rank is None or len(tree.args) < 2:
            args = "，".join(self.say(arg) for arg in tree.args)
            return f"{self.vocabulary.of(tree.op, self.language)}（{args}）"
        joiner = (
            {"and": "且", "or": "或"}.get(tree.op, _SIGN.get(tree.op, tree.op)) if self.language == "zh" else tree.op
        )
        text = f" {joiner} ".join(self.say(arg, rank + 1) for arg in tree.args)
        return f"（{text}）" if rank < within else text

    def _aggregate(self, tree: Aggregate) -> str:
        table = self.vocabulary.of(tree.table, self.language)
        inside = table if tree.argument is None else self.say(tree.argument)
        where = "" if tree.where is None else f"，{self.say(tree.where)}"
        return f"{self.vocabulary.of(tree.kind, self.language)}（{inside}{where}）"
