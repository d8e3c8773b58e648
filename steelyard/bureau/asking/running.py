"""The door to a run: only rules that pass the check weigh anybody."""

from __future__ import annotations

from collections.abc import Callable

from steelyard.bureau.asking.checking import sound
from steelyard.bureau.folder import Bureau
from steelyard.bureau.runs.order import Order
from steelyard.bureau.runs.running import Ran, run_written
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
