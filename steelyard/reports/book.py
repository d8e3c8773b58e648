"""The results of a whole run, for the workbook and the CSV: the units' sheets and the words of the rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from steelyard.reports.sheet import NO_WORDS, RunView, UnitSheet, Words


@dataclass(frozen=True, slots=True)
class RuleText:
    """One indicator as its rule says it: the sentence is generated from the rule, the basis is its clause.

    ``full`` is in words where not all have the same full mark.
    """

    id: str
    name: Words
    family: Words
    classes: Words
    full: Decimal | Words
    sentence: Words
    basis: Words
    owner: Words = NO_WORDS


@dataclass(frozen=True, slots=True)
class ResultBook:
    """Everything a run says. The order of ``units`` does not matter; places and codes decide on paper."""

    run: RunView
    units: Sequence[UnitSheet]
    rules: Sequence[RuleText]

    def ranked(self) -> list[UnitSheet]:
        """Units by class, then place, then code."""
        return sorted(self.units, key=lambda unit: (unit.class_name.zh, unit.place.place, unit.code))
