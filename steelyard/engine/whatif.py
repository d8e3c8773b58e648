"""What would be if: other weights, targets or rules over the totals of a result that is already there (C74, N5).

Only what a change touches is weighed again, exactly as a full run would; the answer is the full run's, to the digit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import cast

from steelyard.engine.arithmetic.numbers import Numbers
from steelyard.engine.evaluate import Result, evaluate
from steelyard.engine.expressions.nodes import Aggregate, walk
from steelyard.engine.model.book import Defaults, RuleBook
from steelyard.engine.model.item import Indicator
from steelyard.engine.model.plan import Plan
from steelyard.engine.problems import CATALOGUE, refuse
from steelyard.engine.weighing.drawn import Drawn
from steelyard.engine.weighing.items import Before
from steelyard.engine.weighing.needs import referred, trees_of

CATALOGUE.add(
    {
        "whatif-new-total": (
            "改后的规则要用到还没有汇总的数：{total}；请完整运行一次",
            "the changed rules need a total that was not added up: {total}; do a full run",
        ),
    }
)


@dataclass(frozen=True)
class Remembered:
    """The totals of an earlier evaluation. Raises `Refused` (``whatif-new-total``) for any other."""

    result: Result

    def column(self, aggregate: Aggregate) -> Numbers:
        memory = self.result.scope.memory
        if aggregate not in memory:
            raise refuse("whatif-new-total", total=f"{aggregate.kind}({aggregate.table})")
        return memory[aggregate]


def reweigh(result: Result, old: RuleBook, new: RuleBook, plan: Plan) -> Result:
    """The result under another book or plan, for the same subjects, periods and facts."""
    same = unchanged(old, new, result.plan, plan)
    known = {id: weighed for id, weighed in result.indicators.items() if id in same}
    return evaluate(new, plan, result.panel, Remembered(result), known, Before(result.steps, result.scope.steps))


def unchanged(old: RuleBook, new: RuleBook, before: Plan, after: Plan) -> frozenset[str]:
    """Indicators whose own rule and whose sources, near and far, say what they said."""
    if old.defaults != new.defaults:
        return frozenset()
    entries = {entry.indicator: entry for entry in before.entries}
    changed = {id for id, rule in new.indicators.items() if not _same(old.indicators.get(id), rule)}
    changed |= {e.indicator for e in after.entries if _taken(e) != _taken(entries.get(e.indicator))}
    return frozenset(new.indicators) - _reached(old, new, changed)


def _same(old: Indicator | None, new: Indicator) -> bool:
    return old is new or old == new


def _taken(entry: object) -> object:
    """How a plan takes an indicator; its weight matters only to the total."""
    return None if entry is None else (getattr(entry, "full", None), tuple(getattr(entry, "only", ())))


def _reached(old: RuleBook, new: RuleBook, changed: set[str]) -> set[str]:
    """The changed indicators and all that refer to them, however indirectly."""
    if not changed:
        return changed
    known = sources_of(old)
    sources = {id: known[id] if old.indicators.get(id) is rule else _sources(new, id)
               for id, rule in new.indicators.items()}  # fmt: skip
    reached = set(changed)
    while more := {id for id, names in sources.items() if id not in reached and names & reached}:
        reached |= more
    return reached


def sources_of(book: RuleBook) -> Mapping[str, frozenset[str]]:
    """Which other indicators each one reads, in whatever period."""
    if "sources" not in book.worked_out:
        book.worked_out["sources"] = Drawn(book.indicators, partial(_sources, book))
    return cast(Mapping[str, frozenset[str]], book.worked_out["sources"])


def _sources(book: RuleBook, id: str) -> frozenset[str]:
    """From the rule as it is written: no value of another indicator has taken the place of its name yet."""
    trees = trees_of(book.indicators[id], cast(Defaults, book.defaults), {})
    return frozenset(other for tree in trees for node in walk(tree) if (other := referred(node)) is not None)
