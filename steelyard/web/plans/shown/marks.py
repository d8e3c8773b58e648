"""What a plan adds up to: the mark of each pick, and the sum of every class."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from steelyard.bureau.showing import decimal
from steelyard.engine.expressions.nodes import Node, Number
from steelyard.engine.model.book import RuleBook
from steelyard.engine.model.plan import Entry, Plan


@dataclass(frozen=True)
class Sum:
    """Of one class: indicators, and the marks of its base groups; None where one of them is no plain number."""

    indicators: int
    marks: str | None
    fits: bool


def mark(book: RuleBook, indicator: str, full: str) -> str:
    """The full mark as the plan states it, else as the rule does."""
    if full:
        return full
    rule = book.indicators.get(indicator)
    return "—" if rule is None or not isinstance(rule.full, Number) else said(rule.full.value)


def said(value: Fraction) -> str:
    """``7.5``."""
    return f"{decimal(value):f}"


def sums(plan: Plan, book: RuleBook) -> Mapping[str, Sum]:
    """By class. Bonus and malus do not count towards the total."""
    return {name: _sum(plan, book, name) for name in plan.classes}


def _sum(plan: Plan, book: RuleBook, name: str) -> Sum:
    there = [(group, entry) for group in plan.groups for entry in group.indicators if _for(entry, name)]
    marks = [_mark(plan, book, entry) for group, entry in there if group.role == "base"]
    known = [one for one in marks if one is not None]
    whole = sum(known, Fraction(0)) if len(known) == len(marks) else None
    fits = isinstance(plan.total, Number) and whole == plan.total.value
    return Sum(len(there), None if whole is None else said(whole), fits)


def _for(entry: Entry, name: str) -> bool:
    return not entry.only or name in entry.only


def _mark(plan: Plan, book: RuleBook, entry: Entry) -> Fraction | None:
    """Of one indicator in points of the total."""
    weight, total = _number(entry.weight), _number(plan.total)
    if weight is not None and total is not None:
        return weight * total
    rule = book.indicators.get(entry.indicator)
    own = _number(entry.full)
    return own if own is not None or rule is None else _number(rule.full)


def _number(tree: Node | None) -> Fraction | None:
    return tree.value if isinstance(tree, Number) else None
