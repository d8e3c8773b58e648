"""What an indicator rests on, and what it costs those who fill it in: its tables, and the minutes of a report."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from steelyard.bureau.runs.running import Ran
from steelyard.bureau.runs.uncertainty import floats
from steelyard.engine.checking.context import Context
from steelyard.engine.checking.door import context_of
from steelyard.engine.checking.policy.burden import MINUTES
from steelyard.engine.checking.policy.seen import plain, resting_on
from steelyard.engine.expressions.nodes import Aggregate, Name, walk


@dataclass(frozen=True, slots=True)
class Resting:
    """``tables``: all that the value reads, by name; ``by_hand``: those that people fill in; ``minutes``: its part of
    what such a report takes a unit, None where nobody measures that."""

    tables: tuple[str, ...]
    by_hand: tuple[str, ...]
    minutes: float | None


def resting(ran: Ran) -> Mapping[str, Resting]:
    """Of every indicator of the plan. The minutes of a table are shared by the indicators that rest on it."""
    context = context_of(ran.book, ran.tables)
    ids = [entry.indicator for entry in ran.plan.entries]
    tables = {id: tuple(dict.fromkeys(total.table for total in resting_on(context, [id]))) for id in ids}
    taken = _minutes(ran, context)
    users = {name: sum(name in mine for mine in tables.values()) for name in taken}
    found = {}
    for id in ids:
        hand = tuple(name for name in tables[id] if context.tables[name].by_hand)
        known = [taken[name] / users[name] for name in hand if name in taken]
        found[id] = Resting(tables[id], hand, sum(known) if len(known) == len(hand) else None)
    return found


def _minutes(ran: Ran, context: Context) -> dict[str, float]:
    """Minutes of one report by table, as the units say on average, where an indicator of the plan averages them."""
    found: dict[str, float] = {}
    for total, column in dict(ran.result.scope.memory).items():
        if isinstance(total, Aggregate) and total.kind == "avg" and total.where is None:
            said = plain(context, total)
            if context.tables[said.table].by_hand and _measures(context, said) and column.known.any():
                found[said.table] = float(np.mean(floats(column)[column.known]))
    return found


def _measures(context: Context, total: Aggregate) -> bool:
    """Whether the average is that of a column of minutes of filling in."""
    named = [] if total.argument is None else [node.text for node in walk(total.argument) if isinstance(node, Name)]
    titles = context.tables[total.table].titles
    spoken = [title for title, column in titles.items() if column in named]
    return any(re.search(MINUTES, one) for one in (*named, *spoken))
