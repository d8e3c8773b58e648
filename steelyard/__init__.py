"""Steelyard 公平秤: every score can be re-weighed by the one who got it.

A small API over one bureau's folder (``rules/``, ``facts/``, ``record/``)::

    import steelyard

    bureau = steelyard.Bureau("examples/province", "RECORD")        # rules and facts; where the record of facts is
    ran = steelyard.run(bureau, steelyard.Order(plan="branches_2026"))
    steelyard.Results(ran).scores()                     # a pyarrow table, one row a unit and period
    steelyard.explain_unit(ran, "19603040100", "平均等候时间", None, "zh").explanation.lines

Questions that notebooks ask of tables of scores, each a function of plain numbers:

- who is on which place, how surely, and who may be best: ``standing``, ``marginal_sets``, ``simultaneous_sets``,
  ``possibly_best``;
- tiers by share, by line or by natural breaks, and whose tier hangs on the choice: ``by_quota``, ``by_threshold``,
  ``by_breaks``, ``tier_changes``;
- the gap to the best quarter, to the middle or to units alike, indicator by indicator: ``gap``, ``profile``,
  ``best_quarter``, ``median_units``, ``most_similar``;
- what removing indicators does to the places: ``removal_effect``; how many scores a share of them is: ``share_size``.

Names are loaded when first used, so that ``import steelyard`` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from steelyard.analysis.confidence import PlaceSets, marginal_sets, possibly_best, simultaneous_sets
    from steelyard.analysis.indicators.quality import removal_effect
    from steelyard.analysis.lists import Tiers, by_breaks, by_quota, by_threshold, tier_changes
    from steelyard.analysis.peers import Gap, best_quarter, gap, median_units, most_similar, profile
    from steelyard.analysis.places import Standing, standing
    from steelyard.analysis.recount import share_size
    from steelyard.bureau.asking.explaining import Explained, explain_unit
    from steelyard.bureau.asking.running import run, run_several
    from steelyard.bureau.asking.trying import Trial, try_cases
    from steelyard.bureau.folder import Bureau
    from steelyard.bureau.runs.order import Order
    from steelyard.bureau.runs.replaying import replay
    from steelyard.bureau.runs.results import Results
    from steelyard.bureau.runs.running import Ran
    from steelyard.bureau.sheets.publishing import Published, publish
    from steelyard.engine.problems import Problem, Refused
    from steelyard.lake.intake import BatchReport, Refusal, intake

__version__ = "0.1.0"

_HOMES = {
    "analysis.confidence": ("PlaceSets", "marginal_sets", "possibly_best", "simultaneous_sets"),
    "analysis.lists": ("Tiers", "by_breaks", "by_quota", "by_threshold", "tier_changes"),
    "analysis.peers": ("Gap", "best_quarter", "gap", "median_units", "most_similar", "profile"),
    "analysis.places": ("Standing", "standing"),
    "analysis.indicators.quality": ("removal_effect",),
    "analysis.recount": ("share_size",),
    "bureau.asking.explaining": ("Explained", "explain_unit"),
    "bureau.folder": ("Bureau",),
    "bureau.sheets.publishing": ("Published", "publish"),
    "bureau.runs.replaying": ("replay",),
    "bureau.runs.results": ("Results",),
    "bureau.runs.order": ("Order",),
    "bureau.runs.running": ("Ran",),
    "bureau.asking.running": ("run", "run_several"),
    "bureau.asking.trying": ("Trial", "try_cases"),
    "engine.problems": ("Problem", "Refused"),
    "lake.intake": ("BatchReport", "Refusal", "intake"),
}

__all__ = [
    "BatchReport",
    "Bureau",
    "Explained",
    "Gap",
    "Order",
    "PlaceSets",
    "Problem",
    "Published",
    "Ran",
    "Refusal",
    "Refused",
    "Results",
    "Standing",
    "Tiers",
    "Trial",
    "best_quarter",
    "by_breaks",
    "by_quota",
    "by_threshold",
    "explain_unit",
    "gap",
    "intake",
    "marginal_sets",
    "median_units",
    "most_similar",
    "possibly_best",
    "profile",
    "publish",
    "removal_effect",
    "replay",
    "run",
    "run_several",
    "share_size",
    "simultaneous_sets",
    "standing",
    "tier_changes",
    "try_cases",
]


def __getattr__(name: str) -> Any:
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"steelyard.{module}"), name)
    raise AttributeError(f"module 'steelyard' has no attribute '{name}'")
