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

Relation = Literal["any", "within", "own", "self"]
ANY_STATE = "*"


@dataclass(frozen=True)
class Held:
    """A role that somebody has today. ``path``: of the unit that it was given for; ``person``: whose account it is."""

    role: str
    path: str
    person: str = ""


@dataclass(frozen=True)
class Target:
    """What is asked for. ``path``: of its unit, empty where it belongs to no unit; ``person``: whose it is."""

    path: str = ""
    person: str = ""
    state: str = ""


NOWHERE = Target()


@dataclass(frozen=True)
class Allowance:
    role: str
    relation: Relation
    states: frozenset[str]


Policy = Mapping[str, Sequence[Allowance]]


@cache
def policy() -> Policy:
    """As it stands beside this file: ``{address: {role: {relation: [states]}}}``."""
    written = yaml.safe_load((Path(__file__).parent / "policy.yaml").read_text("utf-8"))
    return {
        name: [
            Allowance(role, relation, frozenset(states))
            for role, relations in entry["allow"].items()
            for relation, states in relations.items()
        ]
        for name, entry in written.items()
    }


def decide(held: Iterable[Held], name: str, target: Target = NOWHERE) -> Held | None:
    """By which of the roles somebody may ask for an address, None if by none. An unknown address is forbidden."""
    allowances = policy().get(name, ())
    return next((one for one in held for allowance in allowances if _meets(one, allowance, target)), None)


def _meets(held: Held, allowance: Allowance, target: Target) -> bool:
    if held.role != allowance.role or not ({ANY_STATE, target.state} & allowance.states):
        return False
    match allowance.relation:
        case "any":
            return True
        case "within":
            return bool(target.path) and target.path.startswith(held.path)
        case "own":
            return bool(target.path) and target.path == held.path
        case "self":
            return bool(target.person) and target.person == held.person


def in_force(since: date, until: date | None, today: date) -> bool:
    """From the first to the last day, both included."""
    return since <= today and (until is None or today <= until)
