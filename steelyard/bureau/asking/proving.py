"""Writes the proof of one published result, so that the one who got it can weigh it again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from steelyard.bureau.asking.explaining import indicator_of, period_of, unit_of
from steelyard.bureau.asking.rows import members, rows_of, schemas
from steelyard.bureau.runs.results import Results
from steelyard.bureau.runs.running import Ran
from steelyard.bureau.runs.saving import manifest_of
from steelyard.bureau.sheets.losses import vocabulary
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
    code, when = unit_of(ran, unit), period_of(ran, period)
    id = "" if indicator is None else indicator_of(ran, indicator)
    leaf = _leaf(results, code, when, id)
    stated = {"structure": None, **manifest}
    matter = Matter(
        ran.result, ran.book, schemas(ran), ran.periods, members(ran), stated, ran.names, vocabulary(ran.tables)
    )
    with rows_of(ran, code, {total.table for total in ran.result.scope.memory}) as rows:
        return bundle(matter, ran.result.panel.at(code, when), leaf, results.tree, rows)


def _leaf(results: Results, code: str, period: str, id: str) -> Leaf:
    for index, leaf in enumerate(results.leaves):
        if (leaf.subject, leaf.period, leaf.indicator) == (code, period, id):
            return Leaf(id, index, leaf.result)
    raise refuse("proof-not-published", unit=code, period=period)
