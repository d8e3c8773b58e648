"""What an evaluation will ask of the facts, known before it starts: every total that any step may read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import cast

from steelyard.engine.expressions.nodes import Aggregate, Call, Name, Node, Text, call, walk
from steelyard.engine.expressions.windows import windowed
from steelyard.engine.model.book import Defaults, RuleBook
from steelyard.engine.model.item import Indicator, Item, Rule
from steelyard.engine.model.plan import Plan
from steelyard.engine.weighing.drawn import Drawn
from steelyard.engine.weighing.expanding import expanded, merged
from steelyard.engine.weighing.recipes import leaf_steps, points_steps, value_tree


def values_of(book: RuleBook) -> Mapping[str, Node]:
    """The value of every indicator as a tree, for ``last_year(value(x))``; chains are followed to the facts."""
    if "values" not in book.worked_out:
        defaults = cast(Defaults, book.defaults)
        ids = [id for id, indicator in book.indicators.items() if indicator.value is not None]
        plain = Drawn(ids, lambda id: _value(book.indicators[id], defaults))
        book.worked_out["values"] = Drawn(ids, lambda id: windowed(plain[id], plain))
    return cast(Mapping[str, Node], book.worked_out["values"])


def _value(indicator: Indicator, defaults: Defaults) -> Node:
    """Each class by its own rule."""
    tree = value_tree(indicator, defaults, {})
    for name, own in indicator.by_class.items():
        if own.model_fields_set & {"value", "places", "rounding"}:
            tree = call("if", call("class_is", Text(name)), value_tree(merged(indicator, own), defaults, {}), tree)
    return tree


def trees_of(item: Item, defaults: Defaults, values: Mapping[str, Node]) -> Iterator[Node]:
    """Every tree that weighing the item computes, its parts and variants included."""
    for own in item.by_class.values():
        yield from _trees(merged(item, own), defaults, values)
    yield from _trees(item, defaults, values)


def _trees(rule: Rule, defaults: Defaults, values: Mapping[str, Node]) -> Iterator[Node]:
    rule = expanded(rule)
    steps = points_steps(rule, defaults, values) if rule.items else leaf_steps(rule, defaults, values)
    yield from (step.tree for step in steps)
    yield from (windowed(veto.when, values) for veto in rule.veto)
    yield from (windowed(grade.at_least, values) for grade in rule.grades if grade.at_least is not None)
    for part in rule.items:
        yield from trees_of(part, defaults, values)


def trees_in(book: RuleBook) -> Mapping[str, tuple[Node, ...]]:
    """`trees_of` each indicator of a book that has defaults."""
    if "trees" not in book.worked_out:
        defaults, values = cast(Defaults, book.defaults), values_of(book)
        draw = Drawn(book.indicators, lambda id: tuple(trees_of(book.indicators[id], defaults, values)))
        book.worked_out["trees"] = draw
    return cast(Mapping[str, tuple[Node, ...]], book.worked_out["trees"])


def plan_trees(plan: Plan) -> Iterator[Node]:
    """The trees of the plan itself: limits of groups, alignment, difficulty, vetoes, grades, criteria of ranking."""
    limits = [limit for group in plan.groups for limit in (group.floor, group.cap)]
    if plan.alignment is not None:
        limits += [plan.alignment.centre, plan.alignment.spread]
    yield from (tree for tree in limits if tree is not None)
    if plan.difficulty is not None:
        found = plan.difficulty
        trees = (found.coefficient, found.lowest, found.highest, found.empty, found.off_when)
        yield from (tree for tree in trees if tree is not None)
    yield from (veto.when for veto in plan.veto)
    yield from (grade.at_least for grade in plan.grades if grade.at_least is not None)
    yield from plan.ranking.next


def needed(book: RuleBook, indicators: Iterable[str], others: Iterable[Node] = ()) -> tuple[Aggregate, ...]:
    """The totals for these indicators and for all that they refer to, each once, in order of first use."""
    values, of_indicators = values_of(book), trees_in(book)
    found: dict[Aggregate, None] = {}
    waiting, seen = list(indicators), set[str]()
    trees = [windowed(tree, values) for tree in others]
    while waiting or trees:
        if not trees:
            id = waiting.pop(0)
            if id not in seen and id in book.indicators:
                seen.add(id)
                trees = list(of_indicators[id])
            continue
        for node in walk(trees.pop(0)):
            if isinstance(node, Aggregate):
                found[node] = None
            elif (other := referred(node)) is not None:
                waiting.append(other)
    return tuple(found)


def referred(node: Node) -> str | None:
    """The other indicator whose result a node is."""
    if isinstance(node, Call) and node.op in ("value", "points", "label"):
        return cast(Name, node.args[0]).text
    return None


def readers(book: RuleBook) -> dict[str, frozenset[str]]:
    """For each table, by the word that rules use, the indicators that rest on it: themselves or through others."""
    tables: dict[str, set[str]] = {}
    sources: dict[str, set[str]] = {}
    for id, trees in trees_in(book).items():
        nodes = [node for tree in trees for node in walk(tree)]
        tables[id] = {node.table for node in nodes if isinstance(node, Aggregate)}
        sources[id] = {other for node in nodes if (other := referred(node)) is not None}
    moved = True
    while moved:
        before = sum(map(len, tables.values()))
        for id, others in sources.items():
            tables[id].update(*(tables.get(other, ()) for other in others))
        moved = sum(map(len, tables.values())) > before
    words = {word for found in tables.values() for word in found}
    return {word: frozenset(id for id, found in tables.items() if word in found) for word in sorted(words)}
