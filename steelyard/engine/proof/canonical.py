"""One way to write a value as bytes, so that equal values have equal digests (RFC 8785 for the values used here)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import count
from math import gcd
from typing import TypeAlias

Plain: TypeAlias = bool | int | str | list["Plain"] | dict[str, "Plain"] | None
"""No binary floats: numbers with decimals travel as text."""

_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def canonical(value: Plain) -> bytes:
    """Sorted keys, no spaces, UTF-8; integers stay below 2**53 as RFC 8785 asks, larger ones are text."""
    return _ENCODER.encode(value).encode()


def digest(value: Plain) -> str:
    return hashlib.sha256(canonical(value)).hexdigest()


def exact(value: Fraction | None) -> str | None:
    """``"0.97"``, ``"5"``, ``"1/3"`` where decimals never end, or None: exact in every language that has integers."""
    return None if value is None else _written(value.numerator, value.denominator)


def exacts(numerators: Iterable[int], denominators: Iterable[int]) -> list[str]:
    """`exact` for many numbers at once; they need not be in lowest terms."""
    return [_written(above, below) for above, below in zip(numerators, denominators, strict=True)]


def _written(above: int, below: int) -> str:
    common = gcd(above, below)
    above, below = above // common, below // common
    places = _places(below)
    if places is None:
        return f"{_digits(above)}/{_digits(below)}"
    if places == 0:
        return _digits(above)
    digits = _digits(abs(above) * 10**places // below).rjust(places + 1, "0")
    return f"{'-' if above < 0 else ''}{digits[:-places]}.{digits[-places:]}"


@lru_cache(maxsize=4096)
def _places(below: int) -> int | None:
    """How many decimals parts of that size have; None where they never end."""
    if 10 ** below.bit_length() % below:
        return None
    return next(places for places in count() if 10**places % below == 0)


def _digits(whole: int) -> str:
    """Through Decimal where it is long, which has no limit of digits: a mean of many shares can be."""
    return str(whole) if abs(whole) < 10**18 else format(Decimal(whole), "f")


def plain(value: Fraction | str | date | bool | None) -> Plain:
    """A cell of a fact table as it stands in a bundle: dates in ISO form, numbers exact."""
    if isinstance(value, Fraction):
        return exact(value)
    return value.isoformat() if isinstance(value, date) else value
