"""Lost points of every unit with their reason and the smallest change that would have kept them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from steelyard.bureau.sheets.figures import at, measure
from steelyard.bureau.showing import decimal
from steelyard.engine.arithmetic.numbers import Numbers
from steelyard.engine.explaining.change import Change, best_change, carried, chains, smallest_changes
from steelyard.engine.explaining.explanation import sentence, variant_of
from steelyard.engine.expressions.nodes import Aggregate, Call, Node
from steelyard.engine.expressions.wording import Vocabulary, figure, words
from steelyard.engine.problems import Language
from steelyard.engine.weighing.items import Weighed
from steelyard.engine.weighing.scope import Scope
from steelyard.reports import formats
from steelyard.reports.sheet import Statement, Words

_NUMBER = re.compile(r"(-?\d[\d,]*(?:\.\d+)?)(%|个百分点| percentage points?)?")


class Losses:
    """Asks the engine once per indicator, for all units together, and words the answers."""

    def __init__(self, scope: Scope, vocabulary: Vocabulary) -> None:
        self.scope, self.vocabulary = scope, vocabulary
        self._changes: dict[int, list[Change]] = {}
        self._wholes: dict[tuple[int, ...], Numbers] = {}
        self._sentences: dict[tuple[int, Language], str] = {}

    def reason(self, weighed: Weighed, index: int) -> Statement:
        """实际值、目标值与规则: why the points are what they are."""
        own = variant_of(weighed, self.scope, index)
        return _statement(self._reason(own, index, "zh"), self._reason(own, index, "en"))

    def _reason(self, own: Weighed, index: int, language: Language) -> str:
        facts = []
        for name, title in (("value", ("实际值", "value")), ("target", ("目标值", "target"))):
            value = at(own.column(name), index)
            if value is not None:
                day = own.rule.show == "date"
                shown = figure(value, "date") if day else formats.measure(measure(value, own), language)
                facts.append(f"{title[0 if language == 'zh' else 1]} {shown}")
        joined = ("，" if language == "zh" else ", ").join(facts)
        rule = self._sentence(own, language)
        return ("；" if language == "zh" else "; ").join(part for part in (joined, rule) if part)

    def _sentence(self, own: Weighed, language: Language) -> str:
        key = (id(own), language)
        if key not in self._sentences:
            self._sentences[key] = sentence(own, language, self.vocabulary)
        return self._sentences[key]

    def remedy(self, weighed: Weighed, index: int, lost: Fraction | None = None) -> Statement | None:
        """The leaf that cost most decides; None where no single change brings its points back.

        ``lost``: what the reader is told that the indicator cost, where the plan counts it in points of its own
        (weights). What is kept is told in the same points, and never as more than was lost.
        """
        found = [(change, kept) for change, kept in self._found(weighed, index) if kept > 0]
        if not found:
            return None
        change, kept = max(found, key=lambda pair: pair[1])
        own = _lost(weighed, index)
        told = kept if own is None else min(kept, own) * (1 if lost is None else lost / own)
        unit = self._unit(weighed, index, change.aggregate)
        return _statement(self._remedy(change, told, index, "zh", unit), self._remedy(change, told, index, "en"))

    def _found(self, weighed: Weighed, index: int) -> Iterator[tuple[Change, Fraction]]:
        """The best change of every leaf with what it would have kept of the whole indicator."""
        now = at(weighed.points, index) or Fraction(0)
        for chain in chains(weighed, self.scope, index):
            change = best_change(self._of(chain[-1]), self.scope, index)
            if change is not None:
                yield change, (self._carried(chain, change).fraction(index) or Fraction(0)) - now

    def _carried(self, chain: tuple[Weighed, ...], change: Change) -> Numbers:
        key = (*map(id, chain), id(change))
        if key not in self._wholes:
            self._wholes[key] = carried(chain, change.points, self.scope)
        return self._wholes[key]

    def _of(self, leaf: Weighed) -> list[Change]:
        if id(leaf) not in self._changes:
            self._changes[id(leaf)] = smallest_changes(leaf, self.scope)
        return self._changes[id(leaf)]

    def _unit(self, weighed: Weighed, index: int, total: Aggregate) -> str:
        """笔 for what is counted; the unit of the value where the value is this total itself."""
        if total.kind == "count":
            return " 笔"
        own = (chain[-1] for chain in chains(weighed, self.scope, index))
        return next((f" {leaf.rule.unit}" for leaf in own if leaf.rule.unit and _value(leaf) == total), "")

    def _remedy(self, change: Change, told: Fraction, index: int, language: Language, unit: str = "") -> str:
        now = self.scope.total(change.aggregate).fraction(index) or Fraction(0)
        amount, then = abs(change.amount(index)), now + change.amount(index)
        what = self._total(change.aggregate, language)
        size, start, end = _readable(amount, now, then)
        kept, more = formats.points(decimal(told, 2)), change.move[index] > 0
        if language == "zh":
            return f"{what}再{'多' if more else '少'} {size}{unit}（由 {start} 到 {end}{unit}），可保住 {kept} 分"
        side = "more" if more else "fewer"
        return f"{size} {side} of {what} ({start} to {end}) would have kept {kept} points"

    def _total(self, aggregate: Aggregate, language: Language) -> str:
        return words(aggregate, language, self.vocabulary)


def _readable(*values: Fraction) -> Iterator[str]:
    """None after the point for whole numbers, two as people read means and money, six where two would say nothing."""
    places = 0 if all(value.denominator == 1 for value in values) else 2
    if places and any(value and not decimal(value, 2) for value in values):
        places = 6
    return (formats.number(decimal(value, 6), places) for value in values)


def _value(leaf: Weighed) -> Node | None:
    """What the value is before it is rounded."""
    tree = next((step.tree for step, _ in leaf.steps if step.name == "value"), None)
    while isinstance(tree, Call) and tree.op == "round":
        tree = tree.args[0]
    return tree


def _lost(weighed: Weighed, index: int) -> Fraction | None:
    """Points below the full mark; None where none is stated or nothing is missing."""
    points, full = at(weighed.points, index), at(weighed.full, index)
    return None if points is None or full is None or full <= points else full - points


def _statement(zh: str, en: str) -> Statement:
    """The sentence with the numbers it rests on, percents as ratios."""
    found = _NUMBER.findall(f"{zh} {en}")
    return Statement(
        Words(zh, en), tuple(Decimal(text.replace(",", "")) / (100 if unit else 1) for text, unit in found)
    )
