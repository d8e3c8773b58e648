"""10,000 random plans in a loop: ``python -m tests.engine.ten_thousand_divisions`` says how many broke the rules.

In a process of its own, where nobody follows every line: `hypothesis` and coverage cost ten times the work itself.
"""

from __future__ import annotations

from dataclasses import replace

from steelyard.engine.allotting.allot import allot
from tests.engine.random_divisions import drawn


def wrong(seed: int) -> bool:
    """Whether a plan does not add up, or (one in ten) says something else when it is written in another order."""
    division = drawn(1 + seed % 4, seed)
    found = allot(division)
    if seed % 10:
        return sum(part.points for part in found) != division.total
    turned = replace(division, claims=division.claims[::-1], groups=division.groups[::-1])
    return sum(part.points for part in found) != division.total or allot(turned) != found


if __name__ == "__main__":
    print(sum(wrong(seed) for seed in range(10_000)))  # noqa: T201
