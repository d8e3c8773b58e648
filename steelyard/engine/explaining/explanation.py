"""Why a subject got these points: clause, value, every step that mattered, and what was lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import cast

from steelyard.engine.arithmetic.compute import Column, compute
from steelyard.engine.arithmetic.numbers import Numbers, State
from steelyard.engine.arithmetic.truths import Texts, Truths
from steelyard.engine.explaining.settling import settled, shown, without_rounding
from steelyard.engine.expressions.nodes import Aggregate, Call, Node, walk
from steelyard.engine.expressions.wording import Show, Vocabulary, words
from steelyard.engine.model.item import PUBLISHED
from steelyard.engine.problems import Language
from steelyard.engine.scoring.recipe import Step
from steelyard.engine.weighing.items import Weighed
from steelyard.engine.weighing.recipes import setting_of
from steelyard.engine.weighing.scope import Scope

_WHY_NOT = {
    State.EMPTY: ("无此类事项", "nothing to count"),
    State.AWAITED: ("数据未到", "data awaited"),
    State.ABSENT: ("单位不存在", "did not exist"),
    State.OUTSIDE: ("不适用", "does not apply"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One step: what it is, its formula in words, the same with figures, and the outcome.

    ``rounded``: the outcome is not what the figures come to, but that rounded.
    """

    title: str
    formula: str
    figures: str
    result: str
    rounded: bool = False


@dataclass(frozen=True, slots=True)
class Total:
    """One total behind the value: how it is counted, and the number itself."""

    aggregate: Aggregate
    words: str
    number: Fraction | None


@dataclass(frozen=True)
class Explanation:
    """``lost`` is None where no full mark is stated or no points were given."""

    item: str
    name: str
    sentence: str
    lines: tuple[Line, ...]
    totals: tuple[Total, ...]
    points: Fraction | None
    full: Fraction | None
    label: str | None
    reason: str | None
    parts: tuple[Explanation, ...] = ()

    @property
    def lost(self) -> Fraction | None:
        return None if self.full is None or self.points is None else self.full - self.points


def explain(weighed: Weighed, scope: Scope, index: int, language: Language, vocabulary: Vocabulary) -> Explanation:
    """The explanation of one place of the panel. ``scope`` is the evaluation's own, so totals are the same numbers."""
    own = variant_of(weighed, scope, index)
    return Explanation(
        own.item,
        own.name,
        sentence(own, language, vocabulary),
        tuple(_lines(own, scope, index, language, vocabulary)),
        tuple(_totals(own, scope, index, language, vocabulary)),
        _number(weighed.points, index),
        _number(own.full, index),
        None if own.label is None else own.label.word(index),
        _reason(weighed.points, index, language),
        tuple(explain(part, scope, index, language, vocabulary) for part in own.parts),
    )


def variant_of(weighed: Weighed, scope: Scope, index: int) -> Weighed:
    """The rule that this subject's class really has."""
    for name, variant in weighed.variants:
        if scope.panel.in_class(name)[index]:
            return variant
    return weighed if weighed.common is None else weighed.common


def sentence(weighed: Weighed, language: Language, vocabulary: Vocabulary) -> str:
    """The rule as 考评细则 would put it."""
    rule = weighed.rule
    if rule.score is None:
        parts = dict.fromkeys(sentence(part, language, vocabulary) for part in weighed.parts)
        return ("；" if language == "zh" else "; ").join(part for part in parts if part)
    return str(rule.score.method.sentence(setting_of(rule, vocabulary), language))


def _lines(weighed: Weighed, scope: Scope, index: int, language: Language, vocabulary: Vocabulary) -> Iterator[Line]:
    """Steps that changed nothing (an exemption that did not apply, a floor not reached) are left out."""
    inner = scope.inner(part_names(weighed))
    before: dict[str, Column] = {}
    for step, column in weighed.steps:
        known, result = before.get(step.name), _shown(column, index, step.show, language)
        if known is None or _shown(known, index, step.show, language) != result:
            inside = _inside(step, weighed)
            yield Line(
                step.zh if language == "zh" else step.en,
                words(step.tree, language, vocabulary, inside),
                words(settled(step.tree, inner, index, inside), language, vocabulary, inside),
                result,
                _moved_by_rounding(step.tree, column, inner, index),
            )
        before[step.name] = inner.steps[step.name] = column


def _moved_by_rounding(tree: Node, column: Column, scope: Scope, index: int) -> bool:
    exact = without_rounding(tree)
    if exact == tree or not isinstance(column, Numbers):
        return False
    return cast(Numbers, compute(exact, scope)).fraction(index) != column.fraction(index)


def _inside(step: Step, weighed: Weighed) -> Show:
    """Counts behind a rate are not per cent; what is divided to a share is shown as values are."""
    if step.name == "value":
        return "number"
    divides = any(isinstance(node, Call) and node.op == "/" for node in walk(step.tree))
    return weighed.rule.show if step.show == "percent" and divides else step.show


def part_names(weighed: Weighed) -> dict[str, Column]:
    return {
        f"{part.item}.{kind}": column
        for part in weighed.parts
        for kind in PUBLISHED
        if (column := part.column(kind)) is not None
    }


def _totals(weighed: Weighed, scope: Scope, index: int, language: Language, vocabulary: Vocabulary) -> Iterator[Total]:
    for aggregate in aggregates(weighed):
        number = scope.total(aggregate).fraction(index)
        yield Total(aggregate, words(aggregate, language, vocabulary), number)


def aggregates(weighed: Weighed) -> list[Aggregate]:
    """The totals that the item's own steps read, in order of first use."""
    found: dict[Aggregate, None] = {}
    for step, _ in weighed.steps:
        found.update((node, None) for node in walk(step.tree) if isinstance(node, Aggregate))
    return list(found)


def _number(column: Numbers | None, index: int) -> Fraction | None:
    return None if column is None else column.fraction(index)


def _reason(column: Numbers | None, index: int, language: Language) -> str | None:
    if column is None or column.state[index] == State.KNOWN:
        return None
    return _WHY_NOT[State(int(column.state[index]))][0 if language == "zh" else 1]


def _shown(column: Column, index: int, show: Show, language: Language) -> str:
    if isinstance(column, Texts):
        return column.word(index) or "—"
    if isinstance(column, Truths):
        return _answer(column, index)[0 if language == "zh" else 1]
    value = column.fraction(index)
    return "—" if value is None else shown(value, show)


def _answer(column: Truths, index: int) -> tuple[str, str]:
    """A condition that is not known does not hold, and says that it is not known."""
    if not column.known[index]:
        return "—", "—"
    return ("是", "yes") if column.value[index] else ("否", "no")
