"""24 months of results of the province: made once, kept in its record, published in every site that is timed."""

from __future__ import annotations

from pathlib import Path

from bench.province import BRANCHES, MONTHS, Province
from steelyard.bureau.runs.order import Order
from steelyard.bureau.runs.running import run_written
from steelyard.bureau.sheets.publishing import publish
from steelyard.bureau.telling import silent

EARLIER = tuple(f"2025-{month:02}" for month in range(1, 13))
"""Of this year nothing arrived, so that every number of it is awaited: as many results, and as large."""
PEOPLED = MONTHS[-1]
"""The month in which persons are scored as well."""


def published(home: Province) -> list[Path]:
    """The folder of each month's run, the oldest first."""
    return [_found(home, month) or _made(home, month) for month in (*EARLIER, *MONTHS)]


def _found(home: Province, month: str) -> Path | None:
    whole = (path.parent for path in home.bureau.runs.glob(f"{BRANCHES}-{month}-*/views.json"))
    return next((folder for folder in sorted(whole) if (folder / "run.json").is_file()), None)


def _made(home: Province, month: str) -> Path:
    print(f"  running {month}", flush=True)
    ran = run_written(home.bureau, Order(BRANCHES, periods=(month,), history=False), home.bureau.written(), silent)
    return publish(ran, "none", progress=silent, persons=month == PEOPLED, units=frozenset()).folder
