"""Policy: no rows are counted twice under two names, and nobody carries an indicator twice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import cast

from steelyard.engine.checking.context import Context
from steelyard.engine.checking.policy.clauses import OVERLAP, RELIEF_2024, SIX_RULES, Clause
from steelyard.engine.checking.policy.registry import Finding, policy
from steelyard.engine.checking.policy.seen import entered, measured, measures, parts, plain_tree
from steelyard.engine.expressions.nodes import Aggregate, Node
from steelyard.engine.expressions.wording import Vocabulary, words
from steelyard.engine.model.item import Indicator, Item
from steelyard.engine.model.persons import Link
from steelyard.engine.problems import CATALOGUE

CATALOGUE.add(
    {
        "same-rows": (
            "指标“{one}”与“{two}”数的是同样的行（{total}），同一件事会被考评两次；请合并；若是有意的，"
            "在其中一个的 about 里写上另一个的编号，说明为什么；依据：{clause}",
            "indicators '{one}' and '{two}' count the same rows ({total}); one thing would be assessed twice: "
            "merge them; if it is meant so, say why in the about of one of them, with the id of the other; see "
            "{clause}",
        ),
        "same-rows-inside": (
            "指标“{rule}”里有两个要点数的是同样的行（{total}）；请合并成一个要点；依据：{clause}",
            "two parts of indicator '{rule}' count the same rows ({total}); make them one; see {clause}",
        ),
        "linked-twice": (
            "个人计划“{plan}”里职责或岗位“{carrier}”两次关联指标“{indicator}”；请只留一条关联；依据：{clause}",
            "in the plan for persons '{plan}' '{carrier}' carries indicator '{indicator}' twice; keep one link; "
            "see {clause}",
        ),
    }
)

_QUOTES = (("“", "”"), ("‘", "’"), ("「", "」"), ('"', '"'), ("'", "'"))


@policy(code="same-rows", title=Clause("重复计数", "rows counted twice"), clauses=(OVERLAP, RELIEF_2024))
def rows_are_counted_once(context: Context) -> Iterator[Finding]:
    """同一计划里两个指标汇总同样的行（同表、同条件、同一列），同一件事就被扣了两次或加了两次。分母相同不算。
    若是有意的，其中一个的 about 写上另一个的编号（或加引号的名称）说明为什么，就不再提醒。

    Two indicators of one plan that total the same rows assess one thing twice. Equal denominators do not count.
    Where that is meant, the about of one of them says why and names the other, by its id or its name in quotes.
    """
    book = context.book
    marks = {indicator.id: _distinctive(context, indicator) for _, _, _, indicator in entered(context)}
    for plan in book.plans.values():
        for one, two in combinations([entry.indicator for entry in plan.entries], 2):
            shared = [total for total in marks[one] if total in marks[two]]
            pair = book.indicators[one], book.indicators[two]
            if shared and pair[0].subject == pair[1].subject and not _explained(*pair):
                params = {"one": one, "two": two, "total": words(shared[0], "zh", Vocabulary())}
                yield Finding(plan, two, book.indicators[two].place("value"), params)


def _explained(one: Indicator, two: Indicator) -> bool:
    """Whether somebody wrote down why there are two."""
    return _named(one, two.about) or _named(two, one.about)


def _named(indicator: Indicator, text: str) -> bool:
    """A bare name does not do: in a language without spaces it may be part of any sentence."""
    quoted = (f"{before}{indicator.name}{after}" for before, after in _QUOTES)
    return re.search(rf"(?<![\w-]){re.escape(indicator.id)}(?![\w-])", text, re.ASCII) is not None or any(
        name in text for name in quoted
    )


def _distinctive(context: Context, indicator: Indicator) -> tuple[Aggregate, ...]:
    """The totals that make an indicator what it is: those with a condition, or all where none has one."""
    found = measured(context, *parts(indicator))
    return tuple(total for total in found if total.where is not None) or found


@policy(
    code="same-rows-inside",
    title=Clause("同一指标内重复计数", "rows counted twice in one indicator"),
    clauses=(OVERLAP,),
)
def parts_count_different_rows(context: Context) -> Iterator[Finding]:
    """一个指标的两个要点、两条计分行数的是同样的行，同一件事在指标里就计了两次。

    Two parts or two lines of one indicator that count the same rows count one thing twice.
    """
    for plan, _, _, indicator in entered(context):
        for rule in parts(indicator):
            for key, total in (("score", _twice(_lines(context, rule))), ("items", _twice(_items(context, rule)))):
                if total is not None:
                    params = {"rule": rule.name, "total": words(total, "zh", Vocabulary())}
                    yield Finding(plan, indicator.id, rule.place(key), params)


def _lines(context: Context, rule: Item) -> list[Node]:
    """What each line counts; two lines may well look at one total in different ways (高于的加分，低于的扣分)."""
    return [plain_tree(context, tree) for tree in measures(rule.model_copy(update={"value": None}))]


def _items(context: Context, rule: Item) -> list[Node]:
    """What tells each item from others: its totals with a condition, or its value where none has one."""
    found = (part for part in rule.items if part.value is not None)
    return [node for part in found for node in _telling(context, part)]


def _telling(context: Context, part: Item) -> Sequence[Node]:
    limited = [total for total in measured(context, part) if total.where is not None]
    return limited or [plain_tree(context, cast(Node, part.value))]


def _twice(found: Sequence[Node]) -> Node | None:
    """The first that stands there a second time."""
    return next((one for place, one in enumerate(found) if one in found[:place]), None)


@policy(code="linked-twice", title=Clause("重复关联到个人", "carried twice"), clauses=(SIX_RULES, OVERLAP))
def nobody_carries_an_indicator_twice(context: Context) -> Iterator[Finding]:
    """同一职责或岗位对同一指标只关联一次，否则同一件事在个人账户里算两遍。

    A duty or post carries an indicator once, or one thing is counted twice in a person's account.
    """
    for persons in context.book.persons.values():
        for one, two in combinations(persons.links, 2):
            carrier = _shared(one, two) if one.indicator == two.indicator else None
            if carrier is not None:
                params = {"plan": persons.id, "indicator": two.indicator, "carrier": carrier}
                yield Finding(persons, two.indicator, two.place(), params)


def _shared(one: Link, two: Link) -> str | None:
    """A duty or post that is in both."""
    return next((name for name in (*two.duties, *two.posts) if name in (*one.duties, *one.posts)), None)
