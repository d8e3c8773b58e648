"""Writes the proof of one published result, so that the one who got it can weigh it again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

from steelyard.bureau.asking.explaining import indicator_of, period_of, unit_of
from steelyard.bureau.asking.listing import schemas
from steelyard.bureau.runs.behind import rows_around
from steelyard.bureau.runs.results import Results
from steelyard.bureau.runs.running import Ran
from steelyard.bureau.runs.saving import manifest_of
from steelyard.engine.planning.listing import Cell, Listing, ordered
from steelyard.engine.problems import CATALOGUE, refuse
from steelyard.engine.proof.bundle import Leaf, Matter, bundle
from steelyard.engine.proof.canonical import Plain

CATALOGUE.add(
    {
        "proof-not-published": (
            "{unit} 在 {period} 没有公布的结果（当时未被考评）；请换一个周期",
            "{unit} has no published result in {period} (it was not assessed then); choose another period",
        ),
    }
)


def proof(ran: Ran, unit: str, period: str | None, indicator: str | None) -> dict[str, Plain]:
    """The bundle of one indicator of one unit, or of its total. Names and codes as for `explain_unit`.

    Raises `Refused` where the unit, the period or the indicator is none of the run's.
    """
    results = Results(ran)
    return proof_of(results, manifest_of(results), unit, period, indicator)


def proof_of(
    results: Results, manifest: Mapping[str, Any], unit: str, period: str | None, indicator: str | None
) -> dict[str, Plain]:
    """The same for a run whose manifest is at hand, e.g. one that was done again."""
    ran = results.ran
    id = "" if indicator is None else indicator_of(ran, indicator)
    return Prover(results, manifest).proof(unit_of(ran, unit), period_of(ran, period), id)


class Prover:
    """Proofs of many results of one run: what they share is laid out once. ``prepared``: see `rows_around`."""

    def __init__(self, results: Results, manifest: Mapping[str, Any], prepared: Path | None = None) -> None:
        ran = self.ran = results.ran
        self.results, self.prepared = results, prepared
        self.matter = Matter(
            ran.result,
            ran.book,
            schemas(ran),
            ran.periods,
            ran.members,
            {"structure": None, **manifest},
            ran.names,
            ran.vocabulary,
        )
        self.leaves = {(leaf.subject, leaf.period, leaf.indicator): index for index, leaf in enumerate(results.leaves)}

    def proof(self, code: str, period: str, id: str) -> dict[str, Plain]:
        """By codes; ``id`` is empty for the total. Raises ``proof-not-published``."""
        index = self.leaves.get((code, period, id))
        if index is None:
            raise refuse("proof-not-published", unit=code, period=period)
        leaf = Leaf(id, index, self.results.leaves[index].result)
        place = self.ran.result.panel.at(code, period)
        rows = partial(rows_of, self.ran, codes=self.ran.members[code], prepared=self.prepared)
        return bundle(self.matter, place, leaf, self.results.tree, rows)


def rows_of(ran: Ran, asked: Listing, codes: Collection[str], prepared: Path | None = None) -> list[list[Cell]]:
    """Every row that units with these codes have in a listing's days, in the one order of `ordered`. ``prepared``: see
    `rows_around`."""
    found = rows_around(ran.snapshot, ran.tables[asked.table], codes, asked.days, asked.names, prepared=prepared)
    columns = [map(_exact, found.column(name).to_pylist()) for name in asked.names]
    return ordered(asked, map(list, zip(*columns, strict=True)))


def _exact(cell: Any) -> Cell:
    number = isinstance(cell, int | Decimal) and not isinstance(cell, bool)
    return Fraction(cell) if number else cell
