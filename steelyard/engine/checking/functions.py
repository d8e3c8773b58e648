"""The functions that may stand between totals, names and numbers: how each is written, what it takes and gives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from steelyard.engine.expressions.nodes import Aggregate, Call, Node, children
from steelyard.engine.expressions.windows import PAST

Kind = Literal["number", "text", "condition", "date", "unknown"]

KINDS: dict[Kind, tuple[str, str]] = {
    "number": ("数", "a number"),
    "text": ("文字", "a text"),
    "condition": ("条件（是或否）", "a condition (true or false)"),
    "date": ("日期", "a date"),
    "unknown": ("未知", "something unknown"),
}
REFERENCES = ("value", "points", "label")

USAGE = {
    "abs": "abs(a)",
    "floor": "floor(a)",
    "ceil": "ceil(a)",
    "least": "least(a, b, …)",
    "greatest": "greatest(a, b, …)",
    "round": "round(a, 小数位数 places, 'half_up')",
    "if": "if(条件 condition, a, b)",
    "or_else": "or_else(a, 没有时 otherwise)",
    "steps": "steps(差距 distance, 步长 size)",
    "is_empty": "is_empty(a)",
    "value": "value(指标 indicator)",
    "points": "points(指标 indicator)",
    "label": "label(指标 indicator)",
    "last_year": "last_year(a)  |  last_year(a, 2)",
    "previous": "previous(a)  |  previous(a, 2)",
    "to_date": "to_date(a)",
    "whole_year": "whole_year(a)",
    "class_is": "class_is('类别 class')",
    "subject_is": "subject_is('代码 code')",
    "peers_mean": "peers_mean(a)  |  peers_mean(a, '类别 class')",
    "peers_trimmed_mean": "peers_trimmed_mean(a, 每端个数 each end)",
    "peers_median": "peers_median(a)",
    "peers_max": "peers_max(a)",
    "peers_min": "peers_min(a)",
    "peers_sum": "peers_sum(a)",
    "peers_nth": "peers_nth(a, 第几 place)",
    "peers_percentile": "peers_percentile(a, 1…99)",
    "peers_count": "peers_count(a)",
    "peers_rank": "peers_rank(a)",
}
OPERATORS = frozenset(
    {"+", "-", "*", "/", "negative", "=", "!=", "<", "<=", ">", ">=", "and", "or", "not", "in", "is_null"}
)
INTERNAL = frozenset({"given", "nothing", "no_text", "outside", "awaited", "by_class"})
"""What scoring methods write themselves; nobody may write them in a rule."""

COUNTED = {"peers_trimmed_mean": (1, 10_000), "peers_nth": (1, 10_000), "peers_percentile": (1, 99)}
"""Peers' statistics with a whole number beside the quantity, and the range of that number."""
ARITY = {
    "round": (2, 3), "if": (3, 3), "or_else": (2, 2), "steps": (2, 2), "last_year": (1, 2), "previous": (1, 2),
    "least": (2, 99), "greatest": (2, 99), "peers_rank": (1, 1),
    **dict.fromkeys(COUNTED, (2, 3)),
}  # fmt: skip


def arity(op: str) -> tuple[int, int]:
    """The least and greatest number of arguments."""
    return ARITY.get(op, (1, 2) if op.startswith("peers_") else (1, 1))


def well_written(call: Call) -> bool:
    """Whether a known function has as many arguments as it takes. What methods write themselves always has."""
    if call.op in OPERATORS or call.op in INTERNAL:
        return True
    least, most = arity(call.op)
    return call.op in USAGE and least <= len(call.args) <= most


def above_rows(node: Node) -> Iterator[Node]:
    """The node and all below it, without what happens inside totals."""
    yield node
    if not isinstance(node, Aggregate):
        for child in children(node):
            yield from above_rows(child)


def named(node: Node) -> Iterator[Node]:
    """As `above_rows`, without the identifiers in ``value(x)``, ``points(x)`` and ``label(x)``."""
    yield node
    if not isinstance(node, Aggregate) and not (isinstance(node, Call) and node.op in REFERENCES):
        for child in children(node):
            yield from named(child)


def in_past(node: Node) -> Iterator[Call]:
    """Every ``last_year(…)``, ``previous(…)``, ``to_date(…)``, ``whole_year(…)``."""
    return (found for found in above_rows(node) if isinstance(found, Call) and found.op in PAST)
