"""One way to write a value as bytes, so that equal values have equal digests (RFC 8785 for the values used here)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import gcd
from typing import TypeAlias

Plain: TypeAlias = bool | int | str | list["Plain"] | dict[str, "Plain"] | None
"""No binary floats: numbers with decimals travel as text."""


def canonical(value: Plain) -> bytes:
    """Sorted keys, no spaces, UTF-8; integers stay below 2**53 as RFC 8785 asks, larger ones are text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def digest(value: Plain) -> str:
    return hashlib.sha256(canonical(value)).hexdigest()


def exact(value: Fraction | None) -> str | None:
    """``"0.97"``, ``"5"``, ``"1/3"`` where decimals never end, or None: exact in every language that has integers."""
    if value is None:
        return None
    below = value.denominator
    if 10 ** below.bit_length() % below:
        return f"{_digits(value.numerator)}/{_digits(below)}"
    places = 0
    while 10**places % below:
        places += 1
    digits = _digits(abs(value.numerator) * 10**places // below).rjust(places + 1, "0")
    sign = "-" if value < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else sign + digits


def _digits(whole: int) -> str:
    """Through Decimal, which has no limit of digits: a mean of many shares can be long."""
    return format(Decimal(whole), "f")


def exacts(numerators: Iterable[int], denominators: Iterable[int]) -> list[str]:
    """`exact` for many numbers at once."""
    return [_reduced(above, below) for above, below in zip(numerators, denominators, strict=True)]


def _reduced(above: int, below: int) -> str:
    common = gcd(above, below)
    return str(above // common) if below == common else f"{above // common}/{below // common}"


def plain(value: Fraction | str | date | bool | None) -> Plain:
    """A cell of a fact table as it stands in a bundle: dates in ISO form, numbers exact."""
    if isinstance(value, Fraction):
        return exact(value)
    return value.isoformat() if isinstance(value, date) else value
