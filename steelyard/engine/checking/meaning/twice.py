"""Meaning: no rows are counted twice under two names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from steelyard.engine.checking.context import Context
from steelyard.engine.checking.registry import check
from steelyard.engine.expressions.nodes import Aggregate, Call, Node
from steelyard.engine.expressions.resolving import resolve
from steelyard.engine.expressions.wording import Vocabulary, words
from steelyard.engine.model.item import Indicator, Rule
from steelyard.engine.problems import CATALOGUE, Problem

CATALOGUE.add(
    {
        "same-rows": (
            "指标“{one}”与“{two}”数的是同样的行（{total}），同一件事会被考评两次；请合并，或说明为什么",
            "indicators '{one}' and '{two}' count the same rows ({total}); one thing would be assessed twice: "
            "merge them, "
            "or say why",
        ),
    }
)


@check(stage="meaning", code="same-rows")
def rows_are_counted_once(context: Context) -> Iterator[Problem]:
    """同一计划里两个指标汇总同样的行（同表、同条件、同一列），同一件事就被扣了两次或加了两次。分母相同不算。

    Two indicators of one plan that total the same rows assess one thing twice. Equal denominators do not count.
    """
    book = context.book
    marks = {id: _distinctive(context, indicator) for id, indicator in book.indicators.items()}
    told: set[tuple[str, str]] = set()
    for plan in book.plans.values():
        for one, two in combinations([entry.indicator for entry in plan.entries], 2):
            shared = [total for total in marks[one] if total in marks[two]]
            if shared and (one, two) not in told and book.indicators[one].subject == book.indicators[two].subject:
                told.add((one, two))
                params = {"one": one, "two": two, "total": words(shared[0], "zh", Vocabulary())}
                yield Problem("same-rows", book.indicators[two].place("value"), params, "warning")


def _distinctive(context: Context, indicator: Indicator) -> list[Aggregate]:
    """The totals that make an indicator what it is: those with a condition, or all where none has one."""
    found = [resolve(total, context.tables) for rule in _rules(indicator) for total in _totals(rule)]
    return [total for total in found if total.where is not None] or found


def _rules(rule: Rule) -> Iterator[Rule]:
    yield rule
    for part in rule.items:
        yield from _rules(part)


def _totals(rule: Rule) -> Iterator[Aggregate]:
    for tree in (rule.value, *(line.count for line in (*rule.plus, *rule.minus))):
        if tree is not None:
            yield from (replace(total, span=(0, 0)) for total in _counted(tree))


def _counted(tree: Node) -> Iterator[Aggregate]:
    """The totals of a tree that do not divide: many rates share their base."""
    match tree:
        case Aggregate():
            yield tree
        case Call(op="/", args=(top, _)):
            yield from _counted(top)
        case Call(args=args):
            for part in args:
                yield from _counted(part)
