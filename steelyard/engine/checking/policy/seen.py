"""What policies look at: who is assessed by what, which rows count for it, and what a condition rests on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from steelyard.engine.checking.applied import Applied, applied
from steelyard.engine.checking.context import Context
from steelyard.engine.checking.policy.registry import Home
from steelyard.engine.expressions.nodes import Aggregate, Call, Name, Node, Window, children, transform, walk
from steelyard.engine.expressions.resolving import resolve
from steelyard.engine.expressions.schema import TableSchema
from steelyard.engine.model.item import PUBLISHED, Indicator, Item, Rule, Veto
from steelyard.engine.model.plan import Entry, Group, Plan
from steelyard.engine.weighing.needs import needed

MONEY = re.compile(
    "税额|税款|税费|金额|收入|入库|欠税|查补|罚款|罚没|没收|滞纳金|退税额|补税|"
    "amount|revenue|tax_due|taxes|paid|fine|penalt|yield"
)
"""Columns of such names hold collected or assessed money."""
ASSESSED = re.compile("查补|补税|补缴|found_tax|found_amount|assessed|deficien")
PLANNED = re.compile("计划|任务|预算|plan|budget")
PENALTY = re.compile("罚款|罚没|没收|fine|penalt|confiscat")


def entered(context: Context) -> Iterator[tuple[Plan, Group, Entry, Indicator]]:
    """Every indicator of every plan, with the group that it stands in."""
    for plan in context.book.plans.values():
        for group in plan.groups:
            for entry in group.indicators:
                yield plan, group, entry, context.book.indicators[entry.indicator]


def own(context: Context) -> Iterator[tuple[Home | None, Indicator]]:
    """Every indicator of officers with each plan for persons that has it; with None where no plan has it yet."""
    for indicator in context.book.indicators.values():
        if indicator.subject == "officer":
            plans = context.book.persons.values()
            homes: list[Home] = [one for one in plans if indicator.id in {entry.indicator for entry in one.own}]
            yield from ((home, indicator) for home in homes or (None,))


def scored(indicator: Indicator) -> Iterator[Applied]:
    """Every part of an indicator that has a method, for every class that has its own."""
    return (rule for rule in applied(indicator) if rule.rule.score is not None)


def counted(tree: Node) -> Iterator[Aggregate]:
    """The totals of a tree that do not divide: many rates share their base."""
    match tree:
        case Aggregate():
            yield tree
        case Call(op="/", args=(top, _)):
            yield from counted(top)
        case Call(args=args):
            for part in args:
                yield from counted(part)


def own_totals(tree: Node) -> Iterator[Aggregate]:
    """The totals of the unit itself: none that are taken over its peers."""
    if isinstance(tree, Aggregate):
        yield tree
    elif not (isinstance(tree, Call) and tree.op.startswith("peers_")):
        for part in children(tree):
            yield from own_totals(part)


def dividing(tree: Node) -> Iterator[Aggregate]:
    """The unit's own totals that something is divided by."""
    for node in walk(tree):
        if isinstance(node, Call) and node.op == "/":
            yield from own_totals(node.args[1])


def measures(rule: Rule) -> Iterator[Node]:
    """What a rule measures: its value, and the lines that it counts."""
    method = None if rule.score is None else rule.score.method
    lines = (*rule.plus, *rule.minus, *getattr(method, "lines", ()))
    yield from (tree for tree in (rule.value, *(line.count for line in lines)) if tree is not None)


def measured(context: Context, *rules: Rule) -> tuple[Aggregate, ...]:
    """The totals that rules measure, each once; what only divides is left out."""
    found = (total for rule in rules for tree in measures(rule) for total in counted(tree))
    return tuple(dict.fromkeys(plain(context, total) for total in found))


def parts(indicator: Indicator) -> list[Item]:
    """An indicator, its items, and what classes have instead."""
    return [rule.rule for rule in applied(indicator)]


def resting_on(context: Context, ids: Iterable[str], trees: Iterable[Node] = ()) -> tuple[Aggregate, ...]:
    """All totals behind indicators and trees, also those of indicators that they refer to."""
    return tuple(plain(context, total) for total in needed(context.book, ids, trees))


def plain(context: Context, total: Aggregate) -> Aggregate:
    """A total by declared names, wherever it is written and whichever stretch of time it reads."""
    return replace(resolve(total, context.tables), span=(0, 0), window=Window())


def plain_tree(context: Context, tree: Node) -> Node:
    """A tree whose totals are written by declared names."""
    return transform(tree, lambda node: plain(context, node) if isinstance(node, Aggregate) else node)


def columns(context: Context, totals: Iterable[Aggregate], pattern: re.Pattern[str]) -> list[str]:
    """The columns of numbers that totals add up and whose names fit, as ``table.column``, each once."""
    found: dict[str, None] = {}
    for total in totals:
        table = context.tables[total.table]
        for node in () if total.argument is None else walk(total.argument):
            if (
                isinstance(node, Name)
                and table.columns[node.text].kind == "number"
                and titled(table, node.text, pattern)
            ):
                found[f"{table.name}.{node.text}"] = None
    return list(found)


def titled(table: TableSchema, column: str, pattern: re.Pattern[str]) -> bool:
    """Whether a column is called so, by its identifier or by a title."""
    return any(pattern.search(title) for title in (column, *titles_of(table, column)))


def titles_of(table: TableSchema, column: str) -> set[str]:
    return {title for title, name in table.titles.items() if name == column}


def vetoes(context: Context, plan: Plan) -> Iterator[tuple[Indicator | None, Veto]]:
    """Every veto that a plan applies: its own, then those of its indicators."""
    yield from ((None, veto) for veto in plan.veto)
    for entry in plan.entries:
        indicator = context.book.indicators[entry.indicator]
        for rule in applied(indicator):
            yield from ((indicator, veto) for veto in rule.written.veto)


def referred(context: Context, tree: Node, owner: Indicator | None = None) -> list[str]:
    """The indicators whose results a condition reads; ``owner`` is the one whose ``value`` it may mean."""
    found: dict[str, None] = {}
    for node in walk(tree):
        match node:
            case Name(parts=(id, what)) if id in context.book.indicators and what in PUBLISHED:
                found[id] = None
            case Name(parts=(what,)) if owner is not None and what in PUBLISHED:
                found[owner.id] = None
            case Call(op="value" | "points" | "label", args=(Name(parts=(id,)),)):
                found[id] = None
    return list(found)
