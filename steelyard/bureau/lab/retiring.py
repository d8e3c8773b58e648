"""What retiring indicators would do to scores, places and lists: the plan without them, weighed from memory."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from fractions import Fraction

import numpy as np

from steelyard.bureau.lab.effect import Effect, under
from steelyard.bureau.runs.running import Ran
from steelyard.engine.arithmetic.numbers import State
from steelyard.engine.expressions.nodes import Name, Node, Number, Text, call, number, walk
from steelyard.engine.model.plan import Entry, Plan


def retire(ran: Ran, ids: Collection[str]) -> Effect:
    """As if the plan had never named them. Full marks of the others stay as they are and totals get smaller, so lists
    and grades from a number of points on tell less than those by share."""
    return under(ran, ran.book, without(ran, ids))


def without(ran: Ran, ids: Collection[str]) -> Plan:
    """The plan without these indicators: no entry, no criterion of ranking, no veto, no waiver of theirs."""
    plan, groups, weights = ran.plan, [], _weights(ran.plan, ids)
    for group in plan.groups:
        more = weights if group.role == "base" else {}
        left = [_weighed(entry, more) for entry in group.indicators if entry.indicator not in ids]
        if left:
            groups.append(group.model_copy(update={"indicators": left}))
    ranking = plan.ranking.model_copy(update={"next": [tree for tree in plan.ranking.next if not names([tree], ids)]})
    return plan.model_copy(
        update={
            "total": plan.total if weights else _total(ran, ids),
            "groups": groups,
            "ranking": ranking,
            "veto": [veto for veto in plan.veto if not names([veto.when], ids)],
            "waivers": [waiver for waiver in plan.waivers if waiver.indicator not in ids],
        }
    )


def _base(plan: Plan) -> list[Entry]:
    """What makes the whole: nothing that only adds or takes away (加减分项)."""
    return [entry for group in plan.groups if group.role == "base" for entry in group.indicators]


def _weights(plan: Plan, ids: Collection[str]) -> Mapping[str, Fraction]:
    """By how much the weights of the others grow in each class to make the whole again; nothing where a plan counts in
    full marks."""
    found = [(entry, entry.weight.value) for entry in _base(plan) if isinstance(entry.weight, Number)]
    if len(found) < len(_base(plan)):
        return {}
    return {
        name: _growth([(entry.indicator in ids, weight) for entry, weight in found if _for(entry, name)])
        for name in plan.classes
    }


def _for(entry: Entry, name: str) -> bool:
    return not entry.only or name in entry.only


def _growth(weights: Sequence[tuple[bool, Fraction]]) -> Fraction:
    """``weights``: whether each goes. 1 where nothing is left that could grow."""
    whole = sum((weight for _, weight in weights), Fraction(0))
    left = sum((weight for goes, weight in weights if not goes), Fraction(0))
    return whole / left if left else Fraction(1)


def _weighed(entry: Entry, more: Mapping[str, Fraction]) -> Entry:
    if not more or not isinstance(entry.weight, Number):
        return entry
    own, growths = entry.weight.value, {*more.values()}
    tree = number(own * growths.pop()) if len(growths) == 1 else _by_class(own, more)
    return entry.model_copy(update={"weight": tree})


def _by_class(weight: Fraction, more: Mapping[str, Fraction]) -> Node:
    tree: Node = number(weight)
    for name, growth in more.items():
        tree = call("if", call("class_is", Text(name)), number(weight * growth), tree)
    return tree


def _total(ran: Ran, ids: Collection[str]) -> Node:
    """Of each class, what is left of the whole: whoever lacks an indicator is scaled to that and not to the old one."""
    tree: Node = ran.plan.total
    base = {entry.indicator for entry in _base(ran.plan)}
    for name in ran.plan.classes:
        gone = sum((_mark(ran, id, name) for id in ids if id in base), Fraction(0))
        tree = call("if", call("class_is", Text(name)), call("-", ran.plan.total, number(gone)), tree) if gone else tree
    return tree


def _mark(ran: Ran, id: str, name: str) -> Fraction:
    """The full mark of an indicator in a class, in the last period; nothing where it does not apply."""
    weighed, panel = ran.result.indicators[id], ran.result.panel
    if weighed.full is None or weighed.points is None:
        return Fraction(0)
    here = panel.in_class(name) & panel.assessed & (panel.period_index == len(panel.periods) - 1)
    here &= weighed.full.known & (weighed.points.state != State.OUTSIDE)
    marks = (weighed.full.fraction(int(place)) for place in np.flatnonzero(here))
    return max((mark for mark in marks if mark is not None), default=Fraction(0))


def names(trees: Iterable[Node], ids: Collection[str]) -> bool:
    """Whether any tree reads a column of one of these, such as ``filing_on_time.points``."""
    return any(isinstance(node, Name) and node.parts[0] in ids for tree in trees for node in walk(tree))
