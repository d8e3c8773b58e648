"""Puts the scans of a plan to a runner and hands back the numbers."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias, TypeVar

from steelyard.engine.expressions.rows import Atom
from steelyard.engine.planning.cells import Cells
from steelyard.engine.planning.rolling import Answer, Months, slots
from steelyard.engine.planning.runner import Runner, Whole
from steelyard.engine.planning.scans import Plan, Scan
from steelyard.engine.planning.stretches import Stretch
from steelyard.engine.planning.subjects import Subjects

P = TypeVar("P", bound=Hashable)

NOBODY = Subjects.alone(())
"""Months are brought by the codes of the rows, whoever they count for."""


def collect(plan: Plan[P], runner: Runner, subjects: Subjects) -> Cells[P]:
    """Asks the runner all scans of the plan at once. Raises `Refused` when the runner cannot answer exactly."""
    return collect_all([(plan, subjects)], runner)[0]


def collect_all(several: Sequence[tuple[Plan[P], Subjects]], runner: Runner) -> list[Cells[P]]:
    """The same for several plans at once. What they ask of the months of a table is one scan for all of them."""
    months = _together(scan for plan, _ in several for scan in plan.scans if scan.monthly)
    others = [(scan, subjects) for plan, subjects in several for scan in plan.scans if not scan.monthly]
    answers = iter(runner.answers([*((scan, NOBODY) for scan in months.values()), *others]))
    found = {key: (scan.atoms, next(answers)) for key, scan in months.items()}

    def laid(scan: Scan, subjects: Subjects) -> Months | Mapping[Atom, Whole]:
        if scan.monthly:
            return months_of(scan, _part(scan.atoms, *found[_key(scan)]), subjects)
        values = slots(subjects.places(), next(answers), len(scan.stretches))
        return dict(zip(scan.atoms, values, strict=True))

    return [Cells(plan, subjects, [laid(scan, subjects) for scan in plan.scans]) for plan, subjects in several]


def months_of(scan: Scan, found: Answer, subjects: Subjects) -> Months:
    months = Months(scan.atoms, found)
    months.spread(subjects)
    return months


_Key: TypeAlias = tuple[str, tuple[str, ...], tuple[Stretch, ...]]


def _key(scan: Scan) -> _Key:
    return scan.table, scan.owners, scan.stretches


def _together(scans: Iterable[Scan]) -> dict[_Key, Scan]:
    """Scans of one table over the same days as one with the atoms of all."""
    found: dict[_Key, list[Scan]] = {}
    for scan in scans:
        found.setdefault(_key(scan), []).append(scan)
    return {key: replace(same[0], atoms=_atoms(same)) for key, same in found.items()}


def _atoms(scans: Sequence[Scan]) -> tuple[Atom, ...]:
    return scans[0].atoms if len(scans) == 1 else tuple(dict.fromkeys(atom for scan in scans for atom in scan.atoms))


def _part(wanted: Sequence[Atom], atoms: Sequence[Atom], found: Answer) -> Answer:
    """Of an answer that brings more the atoms that are wanted."""
    if wanted is atoms:
        return found
    values = dict(zip(atoms, found.values, strict=True))
    return Answer(found.codes, found.slot, [values[atom] for atom in wanted])
