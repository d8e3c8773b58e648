"""Random divisions of points: a plan that works is drawn first and wishes are drawn around it; or wishes at will."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from random import Random

from hypothesis import strategies as st

from steelyard.engine.allotting.wishes import Claim, Division, Group

PATHS: tuple[tuple[str, ...], ...] = ((), ("all",), ("all", "p"), ("all", "p", "pp"), ("all", "q"), ("r",))
"""Where a claim can stand: groups within groups, three deep."""
TOTAL = 10_000
NAMES = ("all", "p", "pp", "q", "r")


def divisions(size: int = 6, start: str = "weights") -> st.SearchStrategy[Division]:
    """Divisions of 100 points with two decimals that can be done: every wish holds for what was drawn first.

    Made from a number: thousands of plans are wanted, and drawing each figure by itself takes longer than the test.
    """
    return st.builds(drawn, st.integers(1, size), st.integers(0, 2**48), st.just(start))


def drawn(count: int, seed: int, start: str = "weights") -> Division:
    """The plan of a number."""
    chance = Random(seed)
    cuts = sorted(chance.randrange(TOTAL + 1) for _ in range(count - 1))
    units = [b - a for a, b in pairwise([0, *cuts, TOTAL])]
    paths = [chance.choice(PATHS) for _ in units]
    room = chance.randrange(TOTAL // 4)
    rows = zip(units, paths, strict=True)
    claims = [
        _around(f"i{n}", Fraction(chance.randint(1, 24), 2), held, room, path, chance)
        for n, (held, path) in enumerate(rows)
    ]
    holds = {name: sum(u for u, path in zip(units, paths, strict=True) if name in path) for name in NAMES}
    if start == "last":
        claims = [replace(c, last=chance.choice((None, _points(chance.randrange(TOTAL // 2))))) for c in claims]
    groups = tuple(_limited(name, held, room, chance.randrange(4)) for name, held in holds.items())
    return Division(_points(TOTAL), 2, start, tuple(claims), groups)  # type: ignore[arg-type]


def _limited(name: str, held: int, room: int, sides: int) -> Group:
    least = _points(max(0, held - room)) if sides & 1 else None
    return Group(name, least, _points(held + room // 2) if sides & 2 else None)


def _around(name: str, weight: Fraction, held: int, room: int, path: tuple[str, ...], chance: Random) -> Claim:
    kind = chance.randrange(16)
    if kind == 15:
        return Claim(name, weight, fixed=_points(held), groups=path)
    least = _points(max(0, held - room)) if kind & 3 == 3 else None
    return Claim(name, weight, least, _points(held + room) if kind & 12 == 8 else None, groups=path)


def _points(units: int) -> Decimal:
    return Decimal(units).scaleb(-2)


@st.composite
def small(draw: st.DrawFn, start: str = "weights") -> Division:
    """A few claims for a few whole points, with wishes at will: many of these cannot be done."""
    maybe = st.one_of(st.none(), st.none(), st.integers(0, 6).map(Decimal))
    last = maybe if start == "last" else st.none()
    claim = st.tuples(
        st.integers(1, 5).map(Fraction), maybe, maybe, st.sampled_from((None, None, None, Decimal(2))), last
    )
    rows = draw(st.lists(st.tuples(claim, st.sampled_from(PATHS[:5])), min_size=1, max_size=4))
    claims = tuple(Claim(f"i{number}", *row, path) for number, (row, path) in enumerate(rows))
    groups = tuple(Group(name, draw(maybe), draw(maybe)) for name in NAMES[:4])
    return Division(Decimal(draw(st.integers(0, 7))), 0, start, claims, groups)  # type: ignore[arg-type]
