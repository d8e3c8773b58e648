"""Meaning: what scoring methods themselves object to, told with the rest."""

from __future__ import annotations

from collections.abc import Iterator

from steelyard.engine.checking.context import Context
from steelyard.engine.checking.registry import check
from steelyard.engine.problems import Problem
from steelyard.engine.weighing.recipes import setting_of


@check(stage="meaning", code="share-at-zero")
def methods_suit_their_indicators(context: Context) -> Iterator[Problem]:
    """计分方法与指标的方向（direction）要相合；各方法自己的要求在这里一并报告。

    Scoring methods suit the direction of their indicator; what each method itself asks for is told here.
    """
    for rule in context.rules:
        if rule.rule.score is not None:
            yield from rule.rule.score.method.objections(setting_of(rule.rule))
