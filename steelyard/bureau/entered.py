"""What people enter as facts: judged items (评定), which the rules name, and external findings (外部发现).

``entry.yaml`` beside the rules says how judged items are entered; without it the strictest of the terms hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

from pydantic import Field

from steelyard.bureau.folder import Bureau, saying, text_of
from steelyard.engine.expressions.nodes import Name, Number
from steelyard.engine.model.book import RuleBook, read_book
from steelyard.engine.model.plan import Plan
from steelyard.engine.reading import read
from steelyard.engine.shape import Written, shaped
from steelyard.lake.record.replaced import standing_rows
from steelyard.lake.record.snapshot import snapshot

FILE = "entry.yaml"
RATINGS, FINDINGS = "rating", "finding"
"""Names of the tables: a bureau that declares them has what they are for."""


class Terms(Written):
    """How a judged item is entered. ``raters``: at least so many; ``blind``: each sees the others' ratings only once
    all are in; ``agreement``: least Krippendorff's alpha at which the ratings count."""

    raters: int = Field(default=2, ge=2, le=30)
    blind: bool = True
    agreement: Decimal = Field(default=Decimal("0.667"), ge=0, le=1)


class Entered(Written):
    """``judged``: the terms of all items; ``items``: other terms of single ones, by indicator."""

    entry: str
    judged: Terms = Terms()
    items: Mapping[str, Terms] = Field(default_factory=dict)


@dataclass(frozen=True)
class Item:
    """An indicator whose points are judged by raters who enter them here: it reads the table of ratings."""

    indicator: str
    name: str
    owner: str
    basis: str
    lowest: Decimal
    highest: Decimal
    terms: Terms


def terms_of(bureau: Bureau) -> Entered:
    """Raises `Refused` with what is wrong in the file."""
    path = bureau.root / FILE
    if not path.is_file():
        return Entered(entry="strictest")
    return shaped(Entered, read(text_of(path), str(path))[0])


def items(bureau: Bureau, book: RuleBook) -> list[Item]:
    """In the order of the book. A range that is no number is left to the rule, which voids what lies outside."""
    terms = terms_of(bureau)
    found = ((id, one, one.score.judgement) for id, one in book.indicators.items() if one.score is not None)
    return [
        Item(
            id, one.name, one.owner or "", one.basis or "", decimal(how.lowest.value), decimal(how.highest.value),
            terms.items.get(id, terms.judged),
        )
        for id, one, how in found
        if how is not None and isinstance(how.ratings, Name) and how.ratings.parts[0] == RATINGS
        and isinstance(how.lowest, Number) and isinstance(how.highest, Number)
    ]  # fmt: skip


def judging_book(bureau: Bureau) -> RuleBook:
    """Only what judges and what says how the bureau counts: enough for `items`."""
    return read_book(saying(bureau.rules(), book="", ratings=f"{RATINGS}."))


def decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / value.denominator


def assessed(plan: Plan, indicator: str) -> tuple[str, ...]:
    """Classes or unit codes for which the plan has an indicator; nobody where it has not."""
    entry = next((entry for entry in plan.entries if entry.indicator == indicator), None)
    return () if entry is None else tuple(entry.only or plan.classes)


@dataclass(frozen=True)
class Finding:
    """One external finding, as the record has it. ``value``: what was found in place of the indicator's value, a ratio
    as a fraction of one; None where the finding is in words. ``batch``: in which it came."""

    document: str
    unit: str
    indicator: str
    period_end: date
    source: str
    grade: str
    found_on: date
    problem: bool
    value: Decimal | None
    text: str
    batch: int


def findings(record: Path) -> tuple[Finding, ...]:
    """Those in force, the latest found first: what was corrected later is not among them."""
    if not (record / "ledger.sqlite").is_file():
        return ()
    source = snapshot(record).sources.get(FINDINGS)
    return () if source is None else _findings(source.files, source.superseded)


@lru_cache(maxsize=4)
def _findings(files: tuple[Path, ...], superseded: Path | None) -> tuple[Finding, ...]:
    """Files of a record never change, so what was read of them need not be read again."""
    rows = sorted(standing_rows(files, superseded), key=lambda row: (row["found_on"], row["document"]), reverse=True)
    names = Finding.__dataclass_fields__.keys() - {"batch"}
    return tuple(Finding(**{name: row[name] for name in names}, batch=row["_batch"]) for row in rows)


def cut(alpha: Fraction) -> Decimal:
    """For people: cut to three digits and never rounded up, so that it does not seem to reach a bar."""
    return Decimal(alpha.numerator * 1000 // alpha.denominator) / 1000
