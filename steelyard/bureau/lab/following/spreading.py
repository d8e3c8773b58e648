"""Marks of retired indicators go to new ones and to the others for the same units, so that every total stays whole."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

from steelyard.bureau.lab.following.trees import Tree, amount

Groups = list[Tree]
FULL, WEIGHT = "full", "weight"
"""What an entry of a plan is worth: marks, or its part of a hundred."""


def spread(groups: Groups, gone: Collection[str], fresh: Mapping[str, Decimal], rules: Mapping[str, Tree]) -> Groups:
    """``groups``: with entries in the long form; ``fresh``: new indicators and their marks, placed where enough marks
    for everybody were freed; where none were, they are left out."""
    waiting = dict(fresh)
    found = []
    for group in groups:
        kept = [dict(entry) for entry in group["indicators"] if entry["indicator"] not in gone]
        retired = [entry for entry in group["indicators"] if entry["indicator"] in gone]
        key = WEIGHT if any(WEIGHT in entry for entry in group["indicators"]) else FULL
        for only in dict.fromkeys(_only(entry) for entry in retired):
            freed = sum(
                (_mark(entry, key, rules) or Decimal(0) for entry in retired if _only(entry) == only), Decimal(0)
            )
            if not only and group.get("role", "base") == "base" and not group.get("only"):
                freed -= _placed(kept, waiting, freed, key)
            _shared([entry for entry in kept if _only(entry) == only], freed, key, rules)
        found.append({**group, "indicators": kept})
    return found


def _only(entry: Tree) -> tuple[str, ...]:
    return tuple(entry.get("only", ()))


def _mark(entry: Tree, key: str, rules: Mapping[str, Tree]) -> Decimal | None:
    """What it is worth, in marks or as a weight; None where that is a formula."""
    if key == WEIGHT or key in entry:
        return amount(entry.get(key, 0))
    return amount(rules[entry["indicator"]].get(FULL, 0))


def _placed(kept: Groups, waiting: dict[str, Decimal], freed: Decimal, key: str) -> Decimal:
    """Adds new indicators as long as there are marks for them; how many marks they took."""
    taken = Decimal(0)
    for id, full in list(waiting.items()):
        if taken + full <= freed:
            kept.append({"indicator": id, key: full})
            taken += waiting.pop(id)
    return taken


def _shared(kept: Sequence[Tree], freed: Decimal, key: str, rules: Mapping[str, Tree]) -> None:
    """In proportion to what they are worth, in whole units of the smallest mark that is written, to the last one."""
    old = [(entry, mark) for entry in kept if (mark := _mark(entry, key, rules))]
    whole = sum((mark for _, mark in old), Decimal(0))
    if freed <= 0 or not whole:
        return
    step = min(Decimal(1).scaleb(min(int(mark.normalize().as_tuple().exponent), 0)) for _, mark in [*old, ({}, freed)])
    parts = [freed * mark / whole for _, mark in old]
    cut = [part // step * step for part in parts]
    left = int((freed - sum(cut, Decimal(0))) / step)
    largest = sorted(range(len(parts)), key=lambda at: (cut[at] - parts[at], at))[:left]
    for at, (entry, mark) in enumerate(old):
        more = cut[at] + (step if at in largest else 0)
        if more:
            entry[key] = mark + more
