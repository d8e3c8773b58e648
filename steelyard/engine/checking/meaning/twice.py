"""Meaning: no rows are counted twice under two names."""

from __future__ import annotations

import re
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
            "指标“{one}”与“{two}”数的是同样的行（{total}），同一件事会被考评两次；请合并；若是有意的，"
            "在其中一个的 about 里写上另一个的编号，说明为什么",
            "indicators '{one}' and '{two}' count the same rows ({total}); one thing would be assessed twice: "
            "merge them; if it is meant so, say why in the about of one of them, with the id of the other",
        ),
    }
)

_QUOTES = (("“", "”"), ("‘", "’"), ("「", "」"), ('"', '"'), ("'", "'"))


@check(stage="meaning", code="same-rows")
def rows_are_counted_once(context: Context) -> Iterator[Problem]:
    """同一计划里两个指标汇总同样的行（同表、同条件、同一列），同一件事就被扣了两次或加了两次。分母相同不算。
    若是有意的，其中一个的 about 写上另一个的编号（或加引号的名称）说明为什么，就不再提醒。

    Two indicators of one plan that total the same rows assess one thing twice. Equal denominators do not count.
    Where that is meant, the about of one of them says why and names the other, by its id or its name in quotes.
    """
    book = context.book
    marks = {id: _distinctive(context, indicator) for id, indicator in book.indicators.items()}
    told: set[tuple[str, str]] = set()
    for plan in book.plans.values():
        for one, two in combinations([entry.indicator for entry in plan.entries], 2):
            shared = [total for total in marks[one] if total in marks[two]]
            pair = book.indicators[one], book.indicators[two]
            if shared and (one, two) not in told and pair[0].subject == pair[1].subject and not _explained(*pair):
                told.add((one, two))
                params = {"one": one, "two": two, "total": words(shared[0], "zh", Vocabulary())}
                yield Problem("same-rows", book.indicators[two].place("value"), params, "warning")


def _explained(one: Indicator, two: Indicator) -> bool:
    """Whether somebody wrote down why there are two."""
    return _named(one, two.about) or _named(two, one.about)


def _named(indicator: Indicator, text: str) -> bool:
    """A bare name does not do: in a language without spaces it may be part of any sentence."""
    quoted = (f"{before}{indicator.name}{after}" for before, after in _QUOTES)
    return re.search(rf"(?<![\w-]){re.escape(indicator.id)}(?![\w-])", text, re.ASCII) is not None or any(
        name in text for name in quoted
    )


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
