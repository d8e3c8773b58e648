"""The demonstration bureau of tests: a small province, loaded, run and published into views once a test session."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from steelyard.bureau.demo import PLAN, prepare
from steelyard.bureau.folder import Bureau
from steelyard.bureau.runs.order import Order
from steelyard.bureau.runs.running import run_written
from steelyard.bureau.sheets.publishing import publish
from steelyard.bureau.views.reading import Views, views_of

RULES = Path(__file__).parents[2] / "examples" / "province"


@dataclass(frozen=True)
class Province:
    """``folder``: a run of the year with its history and its people; ``preview``: one of the first half year."""

    bureau: Bureau
    folder: Path
    preview: Path

    @property
    def views(self) -> Views:
        return views_of(self.folder)


def made(home: Path) -> Province:
    """Made by whoever comes first; others wait for it and find it there."""
    with _alone(home / "province.lock"):
        prepared = prepare(home, RULES, "small", 42)
        found = {plan: sorted(prepared.bureau.runs.glob(f"{PLAN}-{plan}-*/run.json")) for plan in ("2026", "2026H1")}
        folders = [paths[0].parent if paths else _run(prepared.bureau, plan) for plan, paths in found.items()]
    return Province(prepared.bureau, *folders)


def _run(bureau: Bureau, period: str) -> Path:
    whole_year = period == "2026"
    order = Order(plan=PLAN, periods=(period,), history=whole_year)
    ran = run_written(bureau, order, bureau.written())
    return publish(ran, "none", persons=whole_year).folder


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
