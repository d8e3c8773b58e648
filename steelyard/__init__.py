"""Steelyard 公平秤: every score can be re-weighed by the one who got it.

A small API over one bureau's folder (``rules/``, ``facts/``, ``record/``)::

    import steelyard

    bureau = steelyard.Bureau("examples/province", "RECORD")        # rules and facts; where the record of facts is
    ran = steelyard.run(bureau, steelyard.Order(plan="branches_2026"))
    steelyard.Results(ran).scores()                     # a pyarrow table, one row a unit and period
    steelyard.explain_unit(ran, "19603040100", "平均等候时间", None, "zh").explanation.lines

Names are loaded when first used, so that ``import steelyard`` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from steelyard.bureau.asking.explaining import Explained, explain_unit
    from steelyard.bureau.asking.trying import Trial, try_cases
    from steelyard.bureau.folder import Bureau
    from steelyard.bureau.runs.order import Order
    from steelyard.bureau.runs.replaying import replay
    from steelyard.bureau.runs.results import Results
    from steelyard.bureau.runs.running import Ran, run
    from steelyard.bureau.sheets.publishing import Published, publish
    from steelyard.engine.problems import Problem, Refused
    from steelyard.lake.intake import BatchReport, Refusal, intake

__version__ = "0.1.0"

_HOMES = {
    "bureau.asking.explaining": ("Explained", "explain_unit"),
    "bureau.folder": ("Bureau",),
    "bureau.sheets.publishing": ("Published", "publish"),
    "bureau.runs.replaying": ("replay",),
    "bureau.runs.results": ("Results",),
    "bureau.runs.order": ("Order",),
    "bureau.runs.running": ("Ran", "run"),
    "bureau.asking.trying": ("Trial", "try_cases"),
    "engine.problems": ("Problem", "Refused"),
    "lake.intake": ("BatchReport", "Refusal", "intake"),
}

__all__ = [
    "BatchReport",
    "Bureau",
    "Explained",
    "Order",
    "Problem",
    "Published",
    "Ran",
    "Refusal",
    "Refused",
    "Results",
    "Trial",
    "explain_unit",
    "intake",
    "publish",
    "replay",
    "run",
    "try_cases",
]


def __getattr__(name: str) -> Any:
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"steelyard.{module}"), name)
    raise AttributeError(f"module 'steelyard' has no attribute '{name}'")
