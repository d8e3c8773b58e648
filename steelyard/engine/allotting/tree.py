"""The wishes as a tree: the whole, groups within it, claims as leaves; amounts in units of the last place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from math import lcm
from typing import Literal

from steelyard.engine.allotting.wishes import Claim, Division, Group
from steelyard.engine.problems import Language

Kind = Literal["least", "most", "fixed", "total"]
WORDS: dict[Kind, tuple[str, str]] = {
    "least": ("“{name}”至少 {value}", "'{name}' at least {value}"),
    "most": ("“{name}”至多 {value}", "'{name}' at most {value}"),
    "fixed": ("“{name}”定为 {value}", "'{name}' fixed at {value}"),
    "total": ("总分 {value}", "the total of {value}"),
}


@dataclass(frozen=True, slots=True)
class Wish:
    """One limit as it was written; ``units`` is its ``value`` in units of the last place."""

    kind: Kind
    name: str
    value: Decimal
    units: int

    def of(self, language: Language) -> str:
        return WORDS[self.kind][language == "en"].format(name=self.name, value=f"{self.value:f}")


@dataclass(frozen=True, slots=True)
class Node:
    """A claim, or a group of nodes. ``low`` and ``high``: what it can hold by its wishes and those within it.

    ``high`` is None where nothing limits it. ``weight`` is that of a claim; those of one tree are whole numbers.
    """

    name: str
    weight: int
    least: Wish | None
    most: Wish | None
    children: tuple[Node, ...] = ()
    low: int = field(init=False)
    high: int | None = field(init=False)

    def __post_init__(self) -> None:
        lows = [sum(child.low for child in self.children), self.least.units if self.least else 0]
        highs = [self.most.units] if self.most else []
        within = [child.high for child in self.children]
        if self.is_group and None not in within:
            highs.append(sum(high for high in within if high is not None))
        object.__setattr__(self, "low", max(lows))
        object.__setattr__(self, "high", min(highs, default=None))

    @property
    def is_group(self) -> bool:
        return not self.weight

    @property
    def is_possible(self) -> bool:
        return self.high is None or self.low <= self.high

    def within(self, asked: int, scale: int = 1) -> int:
        """The nearest amount that it can hold; everything ``scale`` times."""
        held = max(asked, self.low * scale)
        return held if self.high is None else min(held, self.high * scale)

    def walk(self) -> Iterator[Node]:
        for child in self.children:
            yield from child.walk()
        yield self


def grown(division: Division) -> tuple[Node, Wish]:
    """The tree of a division and its total: the same in whatever order claims and groups are written."""
    members = division.members()
    groups = sorted(division.groups, key=lambda group: (-len(members[group.name]), group.name))
    rank = {group.name: number for number, group in enumerate(groups)}
    homes: list[list[Node]] = [[] for _ in range(len(groups) + 1)]  # the last one is the whole
    scale = fineness(division)
    for claim in sorted(division.claims, key=lambda claim: claim.id):
        homes[max((rank[name] for name in claim.groups), default=-1)].append(_leaf(division, claim, scale))
    for number in range(len(groups) - 1, -1, -1):
        group = groups[number]
        around = [n for n in range(number) if members[group.name] <= members[groups[n].name]]
        homes[max(around, default=-1)].append(_branch(division, group, homes[number]))
    total = Wish("total", "", division.total, division.units(division.total))
    return Node("", 0, total, total, tuple(homes[-1])), total


def fineness(division: Division) -> int:
    """By how much weights are multiplied to be whole numbers."""
    return lcm(*(claim.weight.denominator for claim in division.claims))


def _leaf(division: Division, claim: Claim, scale: int) -> Node:
    fixed = _wish(division, "fixed", claim.id, claim.fixed)
    least = [wish for wish in (fixed, _wish(division, "least", claim.id, claim.least)) if wish]
    most = [wish for wish in (fixed, _wish(division, "most", claim.id, claim.most)) if wish]
    return Node(
        claim.id,
        claim.weight.numerator * (scale // claim.weight.denominator),
        max(least, key=_units, default=None),
        min(most, key=_units, default=None),
    )


def _branch(division: Division, group: Group, children: Sequence[Node]) -> Node:
    least = _wish(division, "least", group.name, group.least)
    return Node(group.name, 0, least, _wish(division, "most", group.name, group.most), tuple(children))


def _wish(division: Division, kind: Kind, name: str, value: Decimal | None) -> Wish | None:
    return None if value is None else Wish(kind, name, value, division.units(value))


def _units(wish: Wish) -> int:
    return wish.units
