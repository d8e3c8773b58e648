"""Limits: no calculation goes so deep that an evaluator, a printer or a verifier could not follow it."""

from __future__ import annotations

from collections.abc import Iterator

from steelyard.engine.checking.applied import Applied
from steelyard.engine.checking.calculation import in_order, with_full
from steelyard.engine.checking.context import Context
from steelyard.engine.checking.registry import check
from steelyard.engine.expressions.nodes import Aggregate, Node, children
from steelyard.engine.problems import CATALOGUE, Problem
from steelyard.engine.weighing.expanding import expanded
from steelyard.engine.weighing.recipes import leaf_steps, points_steps

CATALOGUE.add(
    {
        "rule-too-nested": (
            "“{rule}”的计算连同它引用的指标共有 {depth} 层，上限是 {limit} 层；请拆成几步，或直接从事实取数",
            "the calculation of '{rule}' with the indicators that it refers to is {depth} levels deep, the limit is "
            "{limit}; split formulas into steps, or read facts directly",
        ),
    }
)

MAX_LEVELS = 150
"""Each level takes the evaluator at most five calls of the thousand that Python allows."""


@check(stage="limits", code="rule-too-nested")
def calculations_stay_shallow(context: Context) -> Iterator[Problem]:
    """算式层层嵌套、指标一个引用一个，都有上限：任何一台机器都算得完、讲得清、验得了。

    Formulas inside formulas and indicators behind indicators have a limit, so that everybody can compute, explain and
    verify them.
    """
    own: dict[str, int] = {}
    for rule in context.rules:
        own[rule.indicator.id] = max(own.get(rule.indicator.id, 0), _levels(context, rule))
    total: dict[str, int] = {}
    for id, indicator in context.book.indicators.items():
        for each in in_order(id, context.links):
            total[each] = own[each] + max((total.get(other, 0) for other in context.links[each]), default=0)
        if total[id] > MAX_LEVELS:
            params = {"rule": indicator.name, "depth": total[id], "limit": MAX_LEVELS}
            yield Problem("rule-too-nested", indicator.place(), params)


def _levels(context: Context, rule: Applied) -> int:
    """The deepest step of a rule; every pool around it is one level more."""
    complete = expanded(with_full(rule.rule, context.full_of(rule)))
    build = points_steps if complete.items else leaf_steps
    steps = build(complete, context.defaults, context.values)
    return rule.depth + max((_depth(step.tree) for step in steps), default=0)


def _depth(tree: Node) -> int:
    """Counted level by level, without going down itself; what is inside totals is added up elsewhere."""
    depth, level = 0, [tree]
    while level:
        depth += 1
        level = [child for node in level if not isinstance(node, Aggregate) for child in children(node)]
    return depth
