"""What a new proposal would change: what is added, given to other posts, or taken back; what was confirmed stays."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from django.db.models import BooleanField, Case, F, Q, Value, When

from steelyard.web.cascade.models import Assignment, Carrier, Cascade, State
from steelyard.web.cascade.proposing import Carried, Key, Proposal


class Kind(StrEnum):
    NEW = "new"
    OTHER = "other"
    GONE = "gone"
    REOPENED = "reopened"
    KEPT = "kept"


@dataclass(frozen=True)
class There:
    """An assignment as it stands. ``ended``: one of its posts is no more, or is another unit's by now."""

    pk: int
    version: int
    state: str
    by_hand: bool
    carriers: frozenset[tuple[str, str, Decimal]]
    ended: bool


@dataclass
class Difference:
    """By kind the keys, in order; ``there``: what stands, by key."""

    there: Mapping[Key, There]
    proposal: Proposal
    keys: dict[Kind, list[Key]] = field(default_factory=lambda: {kind: [] for kind in Kind})

    @property
    def changes(self) -> Iterator[tuple[Kind, Key]]:
        return ((kind, key) for kind in Kind if kind is not Kind.KEPT for key in self.keys[kind])

    @property
    def digest(self) -> str:
        """Of everything that would be done: what was shown is what is done, or nothing."""
        return hashlib.sha256(repr(sorted(self.digests.items())).encode()).hexdigest()

    @cached_property
    def digests(self) -> Mapping[str, str]:
        """Of what would be done to each unit, by which the rest of an interrupted handing down is known again."""
        said: dict[str, hashlib._Hash] = {}
        for kind, key in self.changes:
            version = self.there[key].version if key in self.there else 0
            line = repr((str(kind), key, version, _plain(self.proposal.get(key, ()))))
            said.setdefault(key[0], hashlib.sha256()).update(line.encode())
        return {unit: one.hexdigest() for unit, one in said.items()}


def _plain(carried: tuple[Carried, ...]) -> list[tuple[str, str, str]]:
    return sorted((one.post, str(one.part.value), f"{one.share:.6f}") for one in carried)


def standing(cascade: Cascade) -> dict[Key, There]:
    """Every assignment of the cascade with its posts, in two questions."""
    posts: dict[int, list[tuple[str, str, Decimal, bool]]] = {}
    rows = Carrier.objects.filter(assignment__cascade=cascade, until=None).order_by()
    ours = Q(post__ended=False, post__unit=F("assignment__unit"))
    rows = rows.annotate(gone=Case(When(ours, then=Value(False)), default=Value(True), output_field=BooleanField()))
    for pk, post, part, share, gone in rows.values_list("assignment", "post", "part", "share", "gone"):
        posts.setdefault(pk, []).append((post, part, share, gone))
    found = {}
    named = ("pk", "unit", "indicator", "version", "state", "by_hand")
    for pk, unit, indicator, version, state, by_hand in Assignment.objects.filter(cascade=cascade).values_list(*named):
        own = posts.get(pk, ())
        carriers = frozenset((post, part, share) for post, part, share, _ in own)
        found[unit, indicator] = There(pk, version, state, by_hand, carriers, any(ended for *_, ended in own))
    return found


def difference(there: Mapping[Key, There], proposal: Proposal) -> Difference:
    found = Difference(there, proposal)
    for key in sorted({*there, *proposal}):
        kind = _kind(there.get(key), proposal.get(key))
        if kind is not None:
            found.keys[kind].append(key)
    return found


def _kind(there: There | None, wanted: tuple[Carried, ...] | None) -> Kind | None:
    """None where nothing stands and nothing is wanted."""
    if there is None or there.state == State.WITHDRAWN:
        return None if wanted is None else Kind.NEW if there is None or not there.by_hand else Kind.KEPT
    if wanted is None:
        return Kind.GONE
    if there.ended:
        return Kind.REOPENED if there.state == State.CONFIRMED else Kind.OTHER
    if there.state != State.PROPOSED or there.by_hand:
        return Kind.KEPT
    same = there.carriers == frozenset((one.post, str(one.part.value), one.share) for one in wanted)
    return Kind.KEPT if same else Kind.OTHER
