"""Puts the scans of a plan to a runner and hands back the numbers."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

from steelyard.engine.expressions.rows import Atom
from steelyard.engine.planning.cells import Cells
from steelyard.engine.planning.rolling import Answer, Months, slots
from steelyard.engine.planning.runner import Runner, Whole
from steelyard.engine.planning.scans import Plan, Scan
from steelyard.engine.planning.subjects import Code, Subjects
from steelyard.engine.sql.scans import render

P = TypeVar("P", bound=Hashable)


def collect(plan: Plan[P], runner: Runner, subjects: Subjects) -> Cells[P]:
    """Asks the runner each scan of the plan once. Raises `Refused` when the runner cannot answer exactly."""
    if any(not scan.monthly and len(scan.owners) == 1 for scan in plan.scans):
        runner.members(subjects.pairs())
    return Cells(plan, subjects, [ask(scan, runner, subjects) for scan in plan.scans])


def ask(scan: Scan, runner: Runner, subjects: Subjects) -> Months | Mapping[Atom, Whole]:
    """The numbers of one scan. The runner knows the members where the scan needs them."""
    found = answer(scan, runner, alone=subjects.apart)
    if scan.monthly:
        return months_of(scan, found, subjects)
    return dict(zip(scan.atoms, slots(subjects.places(), found, len(scan.stretches)), strict=True))


def answer(scan: Scan, runner: Runner, *, alone: bool) -> Answer:
    """What the runner says to one scan, as it comes."""
    columns = runner.answer(render(scan, runner.dialect, alone=alone))
    owners = [_texts(columns[f"_owner{index}"]) for index in range(len(scan.owners))]
    codes: Sequence[Code] = owners[0] if len(owners) == 1 else list(zip(owners[0], owners[1], strict=True))
    return Answer(codes, _whole(columns["_slot"]), [_whole(columns[f"a{index}"]) for index in range(len(scan.atoms))])


def months_of(scan: Scan, found: Answer, subjects: Subjects) -> Months:
    months = Months(scan.atoms, found)
    months.spread(subjects)
    return months


def _texts(column: Whole | list[str]) -> list[str]:
    assert isinstance(column, list)
    return column


def _whole(column: Whole | list[str]) -> Whole:
    assert not isinstance(column, list)
    return column
