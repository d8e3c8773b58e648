"""Places, lists and segments by counting who is ahead."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TypeAlias, cast

from steelyard.engine.expressions.nodes import Number
from steelyard.engine.model.plan import Cut, Plan
from steelyard.engine.reference.finishing import ZERO
from steelyard.engine.reference.formulas import Missing, Subject, evaluate, rounded

Key: TypeAlias = tuple[tuple[bool, Fraction], ...] | None


def key_of(plan: Plan, one: Subject) -> Key:
    """Higher is better; a further criterion that is not known stands behind all that are. None: not ranked."""
    score = one.names["total" if plan.ranking.on == "rounded" else "exact"]
    if one.group is None or isinstance(score, Missing):
        return None
    criteria = [score, *(evaluate(tree, one) for tree in plan.ranking.next)]
    return tuple((not isinstance(value, Missing), ZERO if isinstance(value, Missing) else value) for value in criteria)  # type: ignore[misc]


def peers_of(company: Sequence[Subject], group: str | None, keys: Sequence[Key]) -> list[Key]:
    return [key for peer, key in zip(company, keys, strict=True) if key is not None and group in (None, peer.group)]


def ahead_of(key: Key, peers: Sequence[Key]) -> tuple[int, int, int, int]:
    """Place, place from the end, how many share it, how many are ranked; all 0 for who is not."""
    if key is None:
        return 0, 0, 0, 0
    ranked = cast("list[tuple[tuple[bool, Fraction], ...]]", peers)
    better, worse = sum(other > key for other in ranked), sum(other < key for other in ranked)
    return 1 + better, 1 + worse, sum(other == key for other in ranked), len(ranked)


def listed(cut: Cut, key: Key, found: tuple[int, int, int, int]) -> bool:
    place, from_last, ties, size = found
    if key is None:
        return False
    if cut.at_least is not None:
        return key[0][1] >= cast(Number, cut.at_least).value
    written = cast(Number, cut.bottom if cut.top is None else cut.top).value
    whole = written.denominator == 1 and written >= 1
    room = min(written, Fraction(size)) if whole else rounded(written * size, 0, cast(str, cut.rounding))
    counted = place if cut.top is not None else from_last
    return counted <= room if cut.ties == "extend" else counted + ties - 1 <= room


def segment_of(plan: Plan, place: int, size: int) -> str | None:
    reached = ZERO
    for segment in plan.segments:
        reached += Fraction(1) if segment.share is None else cast(Number, segment.share).value
        end = size if reached >= 1 else rounded(reached * size, 0, plan.segment_rounding)
        if 0 < place <= end:
            return segment.name
    return None
