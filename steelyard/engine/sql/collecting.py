"""Puts the scans of a plan to a runner and hands back the numbers."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

from steelyard.engine.expressions.rows import Atom
from steelyard.engine.planning.cells import Cells
from steelyard.engine.planning.rolling import Months, slots
from steelyard.engine.planning.runner import Runner, Whole
from steelyard.engine.planning.scans import Plan, Scan
from steelyard.engine.planning.subjects import Code, Subjects
from steelyard.engine.sql.scans import render

P = TypeVar("P", bound=Hashable)


def collect(plan: Plan[P], runner: Runner, subjects: Subjects) -> Cells[P]:
    """Asks the runner each scan of the plan once. Raises `Refused` when the runner cannot answer exactly."""
    if any(not scan.monthly and len(scan.owners) == 1 for scan in plan.scans):
        runner.members(subjects.pairs())
    return Cells(plan, subjects, [_ask(scan, runner, subjects) for scan in plan.scans])


def _ask(scan: Scan, runner: Runner, subjects: Subjects) -> Months | Mapping[Atom, Whole]:
    answer = runner.answer(render(scan, runner.dialect))
    owners = [_texts(answer[f"_owner{index}"]) for index in range(len(scan.owners))]
    codes: Sequence[Code] = owners[0] if len(owners) == 1 else list(zip(owners[0], owners[1], strict=True))
    slot, values = _whole(answer["_slot"]), [_whole(answer[f"a{index}"]) for index in range(len(scan.atoms))]
    if scan.monthly:
        months = Months(scan.atoms, codes, slot, values)
        months.spread(subjects)
        return months
    shaped = slots(subjects.places(), codes, slot, values, len(scan.stretches))
    return dict(zip(scan.atoms, shaped, strict=True))


def _texts(column: Whole | list[str]) -> list[str]:
    assert isinstance(column, list)
    return column


def _whole(column: Whole | list[str]) -> Whole:
    assert not isinstance(column, list)
    return column
