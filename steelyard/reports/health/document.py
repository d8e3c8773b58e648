"""The health check as data: sections of claims, each with typed slots that name where their numbers come from.

A sentence is never stored without the slots that it was printed from, so that a second program can derive every slot
again from the published results, print the sentence by its own grammar and compare (``verifier/health.py``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from steelyard.reports.sheet import Measure, Words

FORMAT = "steelyard-health/1"

SlotKind = Literal[
    "points", "signed", "versus", "moved", "steps", "whole", "share", "rate", "chance",
    "period", "periods", "day", "words", "measure", "pairs", "signal",
]  # fmt: skip
Plain = str | int | None | list[Any]


@dataclass(frozen=True, slots=True)
class Slot:
    """One value of a sentence. ``value`` is JSON; ``source``: the place in the published results, or what was done
    with values that stand there (``mean(...)``)."""

    kind: SlotKind
    value: Plain
    source: str


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence, or one row of a table (cells parted by tabs)."""

    kind: str
    slots: Mapping[str, Slot]
    text: Words


@dataclass(frozen=True, slots=True)
class Section:
    number: int
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """``subject``: the unit with code and names; ``run``: which published results; ``beside``: the digest of the
    records that came with it, empty where none came. ``closed``: for readers who may not know which peers these are."""

    subject: Mapping[str, Any]
    run: Mapping[str, str]
    sections: tuple[Section, ...] = field(default=())
    beside: str = ""
    closed: bool = False

    def plain(self) -> dict[str, Any]:
        """As it is written to a file."""
        return {
            "format": FORMAT,
            "subject": dict(self.subject),
            "run": dict(self.run),
            "beside": self.beside,
            "edition": "closed" if self.closed else "open",
            "sections": [
                {"number": one.number, "claims": [_plain(claim) for claim in one.claims]} for one in self.sections
            ],
        }

    @property
    def claims(self) -> Iterator[Claim]:
        return (claim for section in self.sections for claim in section.claims)


def _plain(claim: Claim) -> dict[str, Any]:
    slots = {name: {"kind": one.kind, "value": one.value, "source": one.source} for name, one in claim.slots.items()}
    return {"kind": claim.kind, "slots": slots, "zh": claim.text.zh, "en": claim.text.en}


# ---- slots, by what their value means ----


def exact(value: Decimal | Fraction | int) -> str:
    """A number as text without loss: ``12.5`` stays a decimal, a third is ``1/3``."""
    found = Fraction(value)
    above, below, places = found.numerator, found.denominator, 0
    while 10**places % below and places < 15:
        places += 1
    if 10**places % below:
        return f"{above}/{below}"
    if not places:
        return str(above)
    digits = f"{abs(above) * (10**places // below):0{places + 1}d}"
    return f"{'-' if above < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def number(kind: SlotKind, value: Decimal | Fraction | int, source: str) -> Slot:
    """points, signed, versus, moved, share, rate, chance."""
    return Slot(kind, exact(value), source)


def whole(value: int, source: str) -> Slot:
    return Slot("whole", value, source)


def steps(value: int, source: str) -> Slot:
    """Places won; negative: lost."""
    return Slot("steps", value, source)


def words(value: Words, source: str) -> Slot:
    """Names and texts as they were published."""
    return Slot("words", [value.zh, value.en], source)


def period(value: str, source: str) -> Slot:
    return Slot("period", value, source)


def periods(value: Sequence[str], source: str) -> Slot:
    return Slot("periods", list(value), source)


def day(value: str, source: str) -> Slot:
    return Slot("day", value, source)


def signal(value: str | None, source: str) -> Slot:
    """A month against the unit's own limits: ``better``, ``worse``, or nothing."""
    return Slot("signal", value, source)


def measure(value: Measure | None, source: str) -> Slot:
    """A value with its unit of measure."""
    if value is None:
        return Slot("measure", None, source)
    plain = [exact(value.number), value.kind, value.unit.zh, value.unit.en, value.places]
    return Slot("measure", plain, source)


def pairs(value: Sequence[tuple[Words, Fraction, Fraction]], source: str) -> Slot:
    """What two units are alike in: name, theirs, ours."""
    return Slot("pairs", [[name.zh, name.en, exact(theirs), exact(ours)] for name, theirs, ours in value], source)
