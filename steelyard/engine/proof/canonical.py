"""One way to write a value as bytes, so that equal values have equal digests (RFC 8785 for the values used here)."""

from __future__ import annotations

import hashlib
import json
from fractions import Fraction
from typing import Any, TypeAlias

Plain: TypeAlias = bool | int | str | list["Plain"] | dict[str, "Plain"] | None
"""No binary floats: numbers with decimals travel as text."""


def canonical(value: Plain) -> bytes:
    """Sorted keys, no spaces, UTF-8; integers stay below 2**53 as RFC 8785 asks, larger ones are text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def digest(value: Plain) -> str:
    return hashlib.sha256(canonical(value)).hexdigest()


def exact(value: Fraction | None) -> str | None:
    """``"97/100"``, ``"5"``, or None: exact in every language that has integers."""
    if value is None:
        return None
    return str(value.numerator) if value.denominator == 1 else f"{value.numerator}/{value.denominator}"


def plain(value: Any) -> Plain:
    """A cell of a fact table as it stands in a bundle: dates in ISO form, numbers exact."""
    if value is None or isinstance(value, bool | str):
        return value
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    return exact(Fraction(value))
