"""重点工作覆盖: the matrix of priority tasks, their indicators, and the plans in which these stand (C1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from steelyard.engine.model.basis import Task
from steelyard.engine.model.book import RuleBook
from steelyard.engine.model.persons import PersonsPlan
from steelyard.engine.model.plan import Entry, Plan


@dataclass(frozen=True, slots=True)
class Covered:
    """One row: for each indicator of a task its entry in every plan of the year that has it."""

    task: Task
    cells: Mapping[str, Mapping[str, Entry]]

    @property
    def plans(self) -> tuple[str, ...]:
        """The plans in which anything of the task stands."""
        return tuple(dict.fromkeys(plan for found in self.cells.values() for plan in found))

    @property
    def missing(self) -> bool:
        """A mandatory task that no plan carries."""
        return self.task.mandatory and not self.plans


def coverage(book: RuleBook) -> tuple[Covered, ...]:
    """Every priority task of the book, in its order."""
    return tuple(Covered(task, {id: _places(book, task, id) for id in task.indicators}) for task in book.tasks.values())


def plans_of(book: RuleBook, year: str) -> list[Plan | PersonsPlan]:
    """The columns: plans for units of that year (``2026``, ``FY2026``), and those for persons that rest on them."""
    units = [plan for plan in book.plans.values() if plan.year.endswith(year)]
    known = {plan.id for plan in units}
    return [*units, *(persons for persons in book.persons.values() if persons.plan in known)]


def entries(plan: Plan | PersonsPlan) -> list[Entry]:
    return plan.entries if isinstance(plan, Plan) else plan.own


def _places(book: RuleBook, task: Task, id: str) -> Mapping[str, Entry]:
    return dict(_found(plans_of(book, task.year), id))


def _found(plans: list[Plan | PersonsPlan], id: str) -> Iterator[tuple[str, Entry]]:
    for plan in plans:
        yield from ((plan.id, entry) for entry in entries(plan) if entry.indicator == id)
