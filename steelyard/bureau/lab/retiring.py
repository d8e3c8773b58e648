"""What retiring indicators would do to scores, places and lists: the plan without them, weighed from memory."""

from __future__ import annotations

from collections.abc import Collection, Iterable
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
        left = [_weighed(entry, weights) for entry in group.indicators if entry.indicator not in ids]
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


def _weights(plan: Plan, ids: Collection[str]) -> Fraction | None:
    """By how much the weights of the others grow to make the whole again; None where a plan counts in full marks."""
    found = {e.indicator: e.weight.value for e in plan.entries if isinstance(e.weight, Number)}
    if len(found) < len(plan.entries):
        return None
    left = sum((weight for id, weight in found.items() if id not in ids), Fraction(0))
    return sum(found.values(), Fraction(0)) / left if left else None


def _weighed(entry: Entry, more: Fraction | None) -> Entry:
    if more is None or not isinstance(entry.weight, Number):
        return entry
    return entry.model_copy(update={"weight": number(entry.weight.value * more)})


def _total(ran: Ran, ids: Collection[str]) -> Node:
    """Of each class, what is left of the whole: whoever lacks an indicator is scaled to that and not to the old one."""
    tree: Node = ran.plan.total
    for name in ran.plan.classes:
        gone = sum((_mark(ran, id, name) for id in ids), Fraction(0))
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
