"""References: no circles between indicators."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from steelyard.engine.checking.calculation import referred
from steelyard.engine.checking.context import Context
from steelyard.engine.checking.functions import REFERENCES
from steelyard.engine.checking.registry import check
from steelyard.engine.expressions.nodes import Call, Node
from steelyard.engine.expressions.windows import PAST
from steelyard.engine.problems import CATALOGUE, Problem

CATALOGUE.add(
    {
        "circular-indicators": (
            "指标互相引用成了圈：{path}；请让其中一个直接从事实取数",
            "indicators refer to each other in a circle: {path}; let one of them read facts directly",
        ),
    }
)


@check(stage="references", code="circular-indicators")
def indicators_form_no_circle(context: Context) -> Iterator[Problem]:
    """指标引用指标（value、points、label）不得成圈；报告整条路径。引用自己的往期（last_year）不算。

    References between indicators form no circle; the whole path is shown. One's own past is no circle.
    """
    edges = _edges(context)
    entered: set[str] = set()
    for start in edges:
        for path in _circles(start, edges, entered):
            place = context.book.indicators[path[0]].place()
            yield Problem("circular-indicators", place, {"path": " → ".join([*path, path[0]])})


def _edges(context: Context) -> Mapping[str, list[str]]:
    edges: dict[str, dict[str, None]] = {id: {} for id in context.book.indicators}
    for formula in context.formulas:
        home = formula.home.split(".")[0]
        if home in edges:
            past = formula.key == "value" and formula.home == home
            found = _referred(formula.tree, past)
            edges[home].update((other, None) for other in found if other in edges)
    return {id: list(found) for id, found in edges.items()}


def _referred(node: Node, past: bool) -> Iterator[str]:
    """``past``: what the functions of time hold counts as well, because it becomes part of the value."""
    if isinstance(node, Call) and node.op in PAST and not past:
        return
    if isinstance(node, Call) and node.op in REFERENCES:
        yield referred(node)
    for child in _below(node):
        yield from _referred(child, past)


def _below(node: Node) -> tuple[Node, ...]:
    return node.args if isinstance(node, Call) else ()


def _circles(start: str, edges: Mapping[str, list[str]], entered: set[str]) -> Iterator[list[str]]:
    """Depth first; what has been entered is not entered again, so every circle is met once."""
    path: list[str] = []
    waiting = [start]
    while waiting:
        here = waiting[-1]
        if here in entered:
            waiting.pop()
            if path and path[-1] == here:
                path.pop()
            continue
        entered.add(here)
        path.append(here)
        yield from (path[path.index(other) :] for other in edges[here] if other in path)
        waiting += [other for other in edges[here] if other not in entered]
