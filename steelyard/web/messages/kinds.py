"""Kinds of messages; rooms above add theirs where they tell: ``RETURNED = kind("assignment-returned", "退回", …)``."""

from __future__ import annotations

from dataclasses import dataclass

from steelyard.reports.sheet import Words


@dataclass(frozen=True)
class Kind:
    """``urgent``: whoever is told so should not first wait for what else there may be to tell; ``reminds``: it is told
    before a day is missed, so that nothing is lost yet."""

    name: str
    words: Words
    urgent: bool = False
    reminds: bool = False


KINDS: dict[str, Kind] = {}


def kind(name: str, zh: str, en: str, *, urgent: bool = False, reminds: bool = False) -> str:
    """Its name, for `sending.tell`. A kind has one owner: a second one is a mistake of ours."""
    new = Kind(name, Words(zh, en), urgent, reminds)
    if KINDS.setdefault(name, new) != new:
        raise ValueError(f"two kinds of messages are called {name}")
    return name


def named(name: str) -> Words:
    """Also of a kind that an earlier version of the product knew."""
    return KINDS[name].words if name in KINDS else Words(name)
