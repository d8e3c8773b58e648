"""The one function that decides who may do what. What the policy does not allow is forbidden.

The policy (``policy.yaml``) has one entry for every named address: for each role, in which relation to the object's
unit, and in which states of the object, its holders may ask for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

import yaml

Relation = Literal["any", "top", "within", "own", "self"]
ANY_STATE = "*"
VISITOR, SIGNED_IN = "visitor", "account"
"""Roles that nobody is given: everybody has the first, everybody who signed in has the second."""


@dataclass(frozen=True)
class Bound:
    """What a token leaves of the role of its account: ``scopes``, and the fact tables that it is for."""

    scopes: frozenset[str]
    tables: frozenset[str]


@dataclass(frozen=True)
class Held:
    """A role that somebody has today. ``path``: of the unit that it was given for; ``person``: whose account it is;
    ``home``: the path of the unit where that person stands; ``behalf``: the account that lent the role, if one did;
    ``bound``: by the token that was shown instead of signing in."""

    role: str
    path: str = ""
    person: str = ""
    home: str = ""
    clearance: int = 4
    behalf: str = ""
    bound: Bound | None = None


@dataclass(frozen=True)
class Target:
    """What is asked for. ``path``: of its unit, empty where it belongs to no unit; ``person``: whose it is;
    ``private``: his alone, so that no right over his unit leads to it;
    ``label``: from 1 (open inside the bureau) to 4 (sensitive personal data); ``table``: of facts, if it is one."""

    path: str = ""
    person: str = ""
    state: str = ""
    label: int = 1
    table: str = ""
    private: bool = False


NOWHERE = Target()


@dataclass(frozen=True)
class Allowance:
    role: str
    relation: Relation
    states: frozenset[str]


@dataclass(frozen=True)
class Entry:
    """``unconcerned``: nobody does it about himself, or about a unit that he belongs to. ``scope``: what a token must
    be for (``*``: for anything); people who have signed in never ask for addresses that have one."""

    allowances: Sequence[Allowance]
    unconcerned: bool = False
    scope: str = ""


Policy = Mapping[str, Entry]
NOTHING = Entry(())


@cache
def policy() -> Policy:
    """As it stands beside this file: ``{address: {role: {relation: [states]}}}``."""
    written = yaml.safe_load((Path(__file__).parent / "policy.yaml").read_text("utf-8"))
    return {name: _entry(entry) for name, entry in written.items()}


def _entry(written: Mapping[str, object]) -> Entry:
    allow: Mapping[str, Mapping[Relation, Sequence[str]]] = written["allow"]  # type: ignore[assignment]
    allowances = [
        Allowance(role, relation, frozenset(states))
        for role, relations in allow.items()
        for relation, states in relations.items()
    ]
    return Entry(allowances, bool(written.get("unconcerned")), str(written.get("scope", "")))


def decide(held: Iterable[Held], name: str, target: Target = NOWHERE) -> Held | None:
    """By which of the roles somebody may ask for an address, None if by none. An unknown address is forbidden."""
    entry, has = policy().get(name, NOTHING), tuple(held)
    if entry.unconcerned and any(concerns(one, target) for one in has):
        return None
    able = (one for one in has if opens(one, entry))
    return next((one for one in able for allowance in entry.allowances if _meets(one, allowance, target)), None)


def opens(held: Held, entry: Entry) -> bool:
    """Addresses with a scope are for tokens that have it, all others are for people: no token opens a page."""
    if held.bound is None:
        return not entry.scope
    return entry.scope == ANY_STATE or entry.scope in held.bound.scopes


def concerns(held: Held, target: Target) -> bool:
    """Whether the target is about the person himself, or about a unit to which he belongs.

    Everybody belongs to the bureau as a whole: that alone concerns nobody more than others.
    """
    himself = bool(target.person) and target.person == held.person
    return himself or (below_the_top(target.path) and held.home.startswith(target.path))


def below_the_top(path: str) -> bool:
    """Whether there is a unit above; a role held nowhere is held over the whole."""
    return path.count("/") > 2


def _meets(held: Held, allowance: Allowance, target: Target) -> bool:
    if held.role != allowance.role or not ({ANY_STATE, target.state} & allowance.states):
        return False
    if target.label > held.clearance:
        return False
    if target.table and (held.bound is None or target.table not in held.bound.tables):
        return False
    match allowance.relation:
        case "any":
            return True
        case "top":
            return not below_the_top(held.path)
        case "within":
            return bool(held.path) and not target.private and target.path.startswith(held.path)
        case "own":
            return bool(held.path) and not target.private and target.path == held.path
        case "self":
            return bool(target.person) and target.person == held.person


def in_force(since: date, until: date | None, today: date) -> bool:
    """From the first to the last day, both included."""
    return since <= today and (until is None or today <= until)
