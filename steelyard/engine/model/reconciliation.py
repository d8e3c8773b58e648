"""核对: two numbers that must be the same because they count the same thing, or must not be the same by chance."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from steelyard.engine.periods import Kind
from steelyard.engine.shape import Formula, Written


class Side(Written):
    """``of``: rows of the unit itself (``own``), or of all lowest units below it (``below``)."""

    name: str
    value: Formula
    of: Literal["own", "below"]


class Reconciliation(Written):
    """For every unit of the ``levels`` and every period of a kind between two periods, two values are compared.

    ``tolerance`` is how far they may lie apart (rounding in the source). ``must: differ`` looks for the opposite: the
    same number twice, as when last year's return was sent again. ``one_sided``: only one of them has rows; ``differ``
    tells it, whatever ``must`` says, because nothing was compared.
    """

    reconcile: str = Field(pattern="^[a-z][a-z0-9_]*$")
    name: str
    about: str = ""
    basis: str = ""
    levels: list[str] = Field(min_length=1)
    every: Kind
    first: str = Field(alias="from")
    last: str = Field(alias="to")
    left: Side
    right: Side
    must: Literal["agree", "differ"] = "agree"
    tolerance: Formula
    one_sided: Literal["differ", "skip"]

    @property
    def id(self) -> str:
        return self.reconcile
