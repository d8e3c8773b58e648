"""The one function that rounds. Whatever is published went through here, by a rule that has a name."""

from __future__ import annotations

from typing import Any, Literal, TypeVar

import numpy as np

Rounding = Literal["half_up", "half_even", "down", "up"]
ROUNDINGS: tuple[Rounding, ...] = ("half_up", "half_even", "down", "up")

Whole = TypeVar("Whole", int, Any)
"""A Python integer or an array of integers (int64, or object holding Python integers)."""


def rounded(numerator: Whole, denominator: Whole, rule: Rounding) -> Whole:
    """``numerator / denominator`` as a whole number; the denominator is positive.

    - ``half_up`` 四舍五入: halves away from zero, as GB/T 8170-2008 附录 names the common practice;
    - ``half_even`` 四舍六入五成双: halves to the even neighbour (GB/T 8170-2008, 3.2);
    - ``down`` 舍尾: towards zero;  ``up`` 进一: away from zero.

    Signs are symmetrical: rounding −x is minus rounding x, so a deduction and a bonus of one size stay one size.
    To keep two decimals multiply the numerator by 100 first; this function knows only whole units.
    """
    size = abs(numerator)
    if rule == "half_up":  # the usual rule needs one division instead of two
        return _signed((2 * size + denominator) // (2 * denominator), numerator)  # type: ignore[no-any-return]
    whole = size // denominator
    rest = size - whole * denominator
    match rule:
        case "half_even":
            more = (2 * rest > denominator) | ((2 * rest == denominator) & (whole % 2 == 1))
        case "up":
            more = rest > 0
        case _:  # down: nothing is added, in whatever form the numbers come
            more = rest < 0
    return _signed(whole + 1 * more, numerator)  # type: ignore[no-any-return]


def _signed(size: Any, like: Any) -> Any:
    if isinstance(like, np.ndarray):
        below = like < 0
        return np.where(below, -size, size) if below.any() else size
    return -size if like < 0 else size
