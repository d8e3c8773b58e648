"""What checks may look at: the book, declared tables, known classes and attributes, every rule as it applies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import cast

from steelyard.engine.checking.applied import Applied, Formula, applied
from steelyard.engine.checking.calculation import Calculations, references
from steelyard.engine.checking.formulas import PARTS, formulas_of, written
from steelyard.engine.checking.functions import Kind
from steelyard.engine.checking.kinds import Kinds
from steelyard.engine.checking.looking import Looking
from steelyard.engine.checking.outlook import Outlook
from steelyard.engine.expressions.nodes import Node, number
from steelyard.engine.expressions.schema import TableSchema
from steelyard.engine.model.book import Defaults, RuleBook
from steelyard.engine.model.persons import PersonsPlan
from steelyard.engine.model.plan import Entry, Plan
from steelyard.engine.weighing.needs import values_of

STAND_IN = Defaults(book="none", name="-", points_places=2, rounding="half_up", floor=number(0))
"""Lets the other checks go on in a book without ``book:``, whose absence is reported by itself."""


@dataclass(frozen=True)
class Context:
    """``classes`` and ``attributes`` are None where no register is at hand; then their names are not checked.

    Formulas, kinds and outlooks can be asked for once the structure of the book has been found sound.
    """

    book: RuleBook
    tables: Mapping[str, TableSchema]
    classes: frozenset[str] | None = None
    attributes: frozenset[str] | None = None

    @property
    def homes(self) -> tuple[Plan | PersonsPlan, ...]:
        """Everything that has lists and grades of its own: plans, and plans for persons."""
        return (*self.book.plans.values(), *self.book.persons.values())

    @property
    def defaults(self) -> Defaults:
        return self.book.defaults or STAND_IN

    @cached_property
    def values(self) -> Mapping[str, Node]:
        """The value of every indicator as a tree."""
        return values_of(replace(self.book, defaults=self.defaults))

    @cached_property
    def kinds(self) -> Calculations[Kind]:
        """Of what kind every step is."""
        return Calculations(self, Kinds())

    @cached_property
    def looks(self) -> Calculations[Outlook]:
        """Between which bounds every step lies, and how it could have no result."""
        return Calculations(self, Looking())

    @cached_property
    def formulas(self) -> tuple[Formula, ...]:
        """Every formula of the book at its place."""
        return tuple(formulas_of(self.book, self.rules, self.kinds))

    @cached_property
    def links(self) -> Mapping[str, tuple[str, ...]]:
        """For each indicator those that any of its formulas refers to; unknown ones are left out."""
        found: dict[str, dict[str, None]] = {id: {} for id in self.book.indicators}
        for rule in self.rules:
            for _, _, _, tree in written(rule.written, PARTS):
                named = (id for id in references(tree) if id in found)
                found[rule.indicator.id].update((id, None) for id in named)
        return {id: tuple(others) for id, others in found.items()}

    def formulas_of(self, indicator: str) -> tuple[Formula, ...]:
        """The formulas of one indicator, its items and variants."""
        return self._by_indicator.get(indicator, ())

    @cached_property
    def _by_indicator(self) -> Mapping[str, tuple[Formula, ...]]:
        found: dict[str, tuple[Formula, ...]] = {}
        for formula in self.formulas:
            id = formula.home.split(".")[0]
            found[id] = (*found.get(id, ()), formula)
        return found

    @cached_property
    def rules(self) -> tuple[Applied, ...]:
        """Every rule of every indicator, pools before their items, variants after what they vary."""
        return tuple(rule for indicator in self.book.indicators.values() for rule in applied(indicator))

    def entries(self, indicator: str) -> list[tuple[Plan, Entry]]:
        """Where an indicator stands in plans."""
        found = ((plan, entry) for plan in self.book.plans.values() for entry in plan.entries)
        return [(plan, entry) for plan, entry in found if entry.indicator == indicator]

    def classes_of(self, indicator: str) -> dict[str, Plan]:
        """The classes that an indicator is applied to, each with a plan that does so."""
        found: dict[str, Plan] = {}
        for plan, entry in self.entries(indicator):
            only = [name for name in plan.classes if name in entry.only]
            for name in only or ([] if entry.only else plan.classes):
                found.setdefault(name, plan)
        return found

    def full_of(self, applied: Applied) -> Node | None:
        """The full mark of an indicator: its own, or the one that every plan with it states."""
        if applied.rule.full is not None or applied.depth:
            return cast(Node | None, applied.rule.full)
        stated = [entry.full for _, entry in self.entries(applied.indicator.id)]
        return cast(Node, stated[0]) if stated and all(full is not None for full in stated) else None
