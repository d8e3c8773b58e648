"""The door to a run: only rules that pass the check weigh anybody."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from steelyard.bureau.asking.checking import sound
from steelyard.bureau.folder import Bureau
from steelyard.bureau.runs.order import Order
from steelyard.bureau.runs.running import Ran, run_plans, run_written
from steelyard.bureau.telling import Progress, silent
from steelyard.engine.given import given
from steelyard.engine.problems import Problem


def run(
    bureau: Bureau, order: Order, progress: Progress = silent, warn: Callable[[Problem], None] = lambda _: None
) -> Ran:
    """Evaluates a plan for its periods. ``warn`` hears of what a careful colleague would question.

    Raises `Refused` when anything at all is not as it must be: rules with every problem that their check finds.
    """
    given(bureau=(bureau, Bureau))
    return run_written(bureau, order, sound(bureau, warn), progress)


def run_several(
    bureau: Bureau,
    plans: Sequence[str],
    order: Order,
    progress: Progress = silent,
    warn: Callable[[Problem], None] = lambda _: None,
) -> list[Ran]:
    """The same for several plans, whose names stand in place of the order's own; facts are read once for all."""
    given(bureau=(bureau, Bureau), plans=(plans, tuple, list), order=(order, Order))
    return run_plans(bureau, order, plans, sound(bureau, warn), progress)
