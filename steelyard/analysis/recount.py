"""Sampled recount before publication: how many cells to re-derive from source documents, which ones, what it proved.

The list is drawn by a public seed and a hash, so nobody can choose it and everybody can draw it again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from itertools import pairwise
from math import ceil, exp, fsum, lgamma, log, log1p

from steelyard.engine.problems import CATALOGUE, refuse

CATALOGUE.add(
    {
        "recount-impossible": (
            "复核抽样参数不成立：总数 {size}，风险 {risk}，改动率 {altered}；两率应在 0 与 1 之间，总数至少为 1",
            "no recount can be planned for {size} cells, risk {risk}, altered share {altered}; "
            "risk and share lie between 0 and 1 and there is at least one cell",
        ),
        "recount-doubled": (
            "复核清单中编号“{cell}”出现两次；每个单元格只能有一个编号",
            "cell {cell} is listed twice; each cell has one identifier",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Finding:
    """Result of a recount: observed error rate and its interval (shares of all cells)."""

    wrong: int
    checked: int
    rate: Fraction
    low: float
    high: float
    coverage: float


def sample_size(size: int, *, risk: Decimal | Fraction, altered: Decimal | Fraction) -> int:
    """Smallest n with (1 - k / size)^n <= ``risk``, where k = ceil(altered x size) cells are altered; exact integers.

    A sample of n different cells then misses all k with a probability below ``risk``. The formula of drawing with
    replacement is used because anyone can check it with a pocket calculator; it is on the safe side. Of 82,950 cells
    at risk 0.05: 2,993 for an altered share of 0.001 (2,940 would do without replacement), 298 for 0.01.
    Source: discovery sampling, Arkin (1984), Handbook of Sampling for Auditing and Accounting."""
    if size < 1 or not 0 < risk < 1 or not 0 < altered <= 1:
        raise refuse("recount-impossible", size=size, risk=risk, altered=altered)
    bad = ceil(Fraction(altered) * size)
    limit = Fraction(risk)
    low, high = 0, size - bad + 1  # a sample of `high` different cells cannot miss
    while high - low > 1:
        middle = (low + high) // 2
        safe = (size - bad) ** middle * limit.denominator <= limit.numerator * size**middle
        low, high = (low, middle) if safe else (middle, high)
    return high


def share_size(size: int, share: Decimal | Fraction) -> int:
    """Cells in a stated share of all, rounded up (a 5 % sample of 101 is 6)."""
    if size < 1 or not 0 < share <= 1:
        raise refuse("recount-impossible", size=size, risk="-", altered=share)
    return ceil(Fraction(share) * size)


def draw(cells: Iterable[str], count: int, seed: str) -> tuple[str, ...]:
    """The ``count`` cells whose SHA-256 of "seed", a line feed and the cell's identifier (UTF-8) is smallest, in
    that order. Independent of the order of ``cells``; a longer list begins with the shorter one, so an enlarged
    recount keeps what was done. The seed is published after the cells are fixed."""
    keyed = sorted((sha256(f"{seed}\n{cell}".encode()).hexdigest(), cell) for cell in cells)
    for (_, first), (_, second) in pairwise(keyed):
        if first == second:
            raise refuse("recount-doubled", cell=first)
    return tuple(cell for _, cell in keyed[:count])


def finding(wrong: int, checked: int, coverage: float = 0.95) -> Finding:
    """Error rate among ``checked`` cells with an interval that covers at least ``coverage`` whatever the truth.

    Source: Clopper & Pearson (1934), Biometrika 26; binomial limits are on the safe side without replacement."""
    if not 0 <= wrong <= checked or checked < 1 or not 0 < coverage < 1:
        raise refuse("recount-impossible", size=checked, risk=1 - coverage, altered=wrong)
    tail = (1 - coverage) / 2
    low = 0.0 if wrong == 0 else _solve(lambda p: 1 - _at_most(wrong - 1, checked, p) >= tail)
    high = 1.0 if wrong == checked else _solve(lambda p: _at_most(wrong, checked, p) <= tail)
    return Finding(wrong, checked, Fraction(wrong, checked), low, high, coverage)


def _at_most(most: int, n: int, p: float) -> float:
    """P(binomial(n, p) <= most) for 0 < p < 1, summed through logarithms."""
    ways = (lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) for k in range(most + 1))
    return fsum(exp(way + k * log(p) + (n - k) * log1p(-p)) for k, way in enumerate(ways))


def _solve(reached: Callable[[float], bool]) -> float:
    """Smallest share, to 1e-12, for which ``reached`` holds (it holds for all larger ones)."""
    low, high = 0.0, 1.0
    while high - low > 1e-12:
        middle = (low + high) / 2
        low, high = (low, middle) if reached(middle) else (middle, high)
    return high
