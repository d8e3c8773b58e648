"""Puts the scans of a plan to a runner and hands back the numbers."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TypeVar

from steelyard.engine.expressions.rows import Atom
from steelyard.engine.planning.cells import Cells
from steelyard.engine.planning.rolling import Answer, Months, slots
from steelyard.engine.planning.runner import Runner, Whole
from steelyard.engine.planning.scans import Plan, Scan
from steelyard.engine.planning.subjects import Subjects

P = TypeVar("P", bound=Hashable)


def collect(plan: Plan[P], runner: Runner, subjects: Subjects) -> Cells[P]:
    """Asks the runner all scans of the plan at once. Raises `Refused` when the runner cannot answer exactly."""
    answers = runner.answers(plan.scans, subjects)
    return Cells(
        plan, subjects, [_laid(scan, found, subjects) for scan, found in zip(plan.scans, answers, strict=True)]
    )


def _laid(scan: Scan, found: Answer, subjects: Subjects) -> Months | Mapping[Atom, Whole]:
    if scan.monthly:
        return months_of(scan, found, subjects)
    return dict(zip(scan.atoms, slots(subjects.places(), found, len(scan.stretches)), strict=True))


def months_of(scan: Scan, found: Answer, subjects: Subjects) -> Months:
    months = Months(scan.atoms, found)
    months.spread(subjects)
    return months
