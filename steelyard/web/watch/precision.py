"""准确度: how many alerts of each rule were verified, out of those that somebody looked at (C55)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from steelyard.bureau.showing import decimal
from steelyard.bureau.watching.watched import RULES, Rule
from steelyard.reports.sheet import Words
from steelyard.web.watch.models import Alert, State

ENOUGH, LEAST = 10, Decimal("0.5")
"""Alerts that must have been looked at before a rule is judged, and the share verified below which it is to change."""


@dataclass(frozen=True)
class Precision:
    """``change``: fewer than half were verified, among enough of them: the rule is proposed for change."""

    rule: Rule
    words: Words
    verified: int
    dismissed: int

    @property
    def share(self) -> Decimal | None:
        seen = self.verified + self.dismissed
        return decimal(Fraction(self.verified, seen), 4) if seen else None

    @property
    def change(self) -> bool:
        share = self.share
        return share is not None and self.verified + self.dismissed >= ENOUGH and share < LEAST


def precision() -> list[Precision]:
    """An alert counts for every rule that fired in it."""
    verified, dismissed = Counter[str](), Counter[str]()
    for state, rules in Alert.objects.exclude(state=State.RAISED).values_list("state", "rules"):
        (dismissed if state == State.DISMISSED else verified).update(set(rules))
    return [Precision(rule, words, verified[rule], dismissed[rule]) for rule, words in RULES.items()]
