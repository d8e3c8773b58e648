"""Merkle trees over scores (RFC 6962, section 2.1): one root seals a run, a short path proves one score in it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True)
class Tree:
    """``levels[0]`` are the leaf hashes, each further level half as long; an odd last node moves up unchanged."""

    levels: tuple[tuple[bytes, ...], ...]

    @property
    def root(self) -> str:
        return self.levels[-1][0].hex() if self.levels[-1] else hashlib.sha256(b"").hexdigest()

    def path(self, index: int) -> list[str]:
        """The neighbours from the leaf up; their sides follow from the index and the number of leaves (2.1.1)."""
        steps: list[str] = []
        for level in self.levels[:-1]:
            if index ^ 1 < len(level):
                steps.append(level[index ^ 1].hex())
            index //= 2
        return steps


def tree(leaves: Sequence[bytes]) -> Tree:
    """The tree over data in order. The root of no leaves is the hash of nothing, as in the RFC."""
    level = tuple(leaf_hash(data) for data in leaves)
    levels = [level]
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        upper = [node_hash(left, right) for left, right in pairs]
        level = tuple([*upper, level[-1]] if len(level) % 2 else upper)
        levels.append(level)
    return Tree(tuple(levels))
