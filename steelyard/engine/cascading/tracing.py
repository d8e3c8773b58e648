"""Whether every charge leads up to one task and every task down to a person; whatever does not is named.

Every charge is looked at a fixed number of times, so 40,000 of them take a fraction of a second.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from steelyard.engine.cascading.charges import ORDER, Charge, Named
from steelyard.engine.problems import Problem

SHOWN = 5
"""So many charges of a list are named; how many more there are is said."""


@dataclass(frozen=True, slots=True)
class Traced:
    """``task_of`` each charge that leads up to one; ``persons`` who carry something of each task, maybe nobody.

    ``leaves`` are the charges with nothing below them. ``problems`` is empty for a cascade in which nothing is lost;
    one that ends before a person is only warned about, as long as somebody carries something of its task.
    """

    task_of: Mapping[str, str]
    persons: Mapping[str, frozenset[str]]
    leaves: tuple[str, ...]
    problems: tuple[Problem, ...]

    @property
    def lost(self) -> tuple[str, ...]:
        """Leaves that lead up to no task, or to more than one."""
        return tuple(leaf for leaf in self.leaves if leaf not in self.task_of)


@dataclass(slots=True)
class _Tree:
    """Charges by identifier; ``above`` only where there is exactly one that exists; ``below`` is the same backwards."""

    charges: dict[str, Charge]
    above: dict[str, str] = field(default_factory=dict)
    below: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    @property
    def tasks(self) -> list[str]:
        return [charge.id for charge in self.charges.values() if charge.level == "task" and not charge.under]

    def all_below(self, start: str) -> Iterator[str]:
        """The charge itself and everything below it."""
        waiting = [start]
        while waiting:
            charge = waiting.pop()
            yield charge
            waiting.extend(self.below[charge])


def traced(charges: Iterable[Charge]) -> Traced:
    """Follows every charge up and every task down. The order in which charges come decides nothing."""
    written = sorted(charges, key=lambda charge: (charge.id, charge.under, charge.holder, charge.level))
    tree = _planted(written)
    task_of = {charge: task for task in tree.tasks for charge in tree.all_below(task)}
    persons: dict[str, set[str]] = {task: set() for task in tree.tasks}
    for charge, task in task_of.items():
        if tree.charges[charge].level == "person":
            persons[task].add(tree.charges[charge].holder)
    leaves = tuple(charge for charge in tree.charges if not tree.below[charge])
    problems = [*_twice(written), *_unrooted(tree, task_of), *_circles(tree, task_of), *_upwards(tree), *_same(tree)]
    problems += [*_nobody(tree, persons), *_stops(tree, leaves, task_of, persons)]
    return Traced(task_of, {task: frozenset(who) for task, who in persons.items()}, leaves, tuple(problems))


def _planted(written: Sequence[Charge]) -> _Tree:
    tree = _Tree({charge.id: charge for charge in reversed(written)})
    tree.charges = dict(sorted(tree.charges.items()))
    for charge in tree.charges.values():
        parents = set(charge.under)
        if len(parents) == 1 and parents <= tree.charges.keys():
            tree.above[charge.id] = charge.under[0]
            tree.below[charge.under[0]].append(charge.id)
    return tree


def _twice(written: Sequence[Charge]) -> Iterator[Problem]:
    times: defaultdict[str, int] = defaultdict(int)
    for charge in written:
        times[charge.id] += 1
    for charge_id, n in times.items():
        if n > 1:
            yield Problem("cascade-twice", params={"charge": charge_id, "times": n})


def _unrooted(tree: _Tree, task_of: Mapping[str, str]) -> Iterator[Problem]:
    """Charges whose way up ends at once: nothing above them, something unknown, or several at a time."""
    for charge in tree.charges.values():
        parents = sorted(set(charge.under))
        params: dict[str, object] = {"charge": charge.id, "holder": charge.holder}
        if len(parents) > 1:
            tops = sorted({task_of.get(parent, parent) for parent in parents})
            params |= {"below": _below(tree, charge.id), "parents": _listed(parents), "tops": _listed(tops)}
            yield Problem("cascade-two-parents", params=params)
        elif parents and parents[0] not in tree.charges:
            params |= {"below": _below(tree, charge.id), "parent": parents[0]}
            yield Problem("cascade-unknown", params=params)
        elif not parents and charge.level != "task":
            params |= {"below": _below(tree, charge.id), "level": Named(charge.level)}
            yield Problem("cascade-orphan", params=params)


def _below(tree: _Tree, charge: str) -> int:
    return sum(1 for _ in tree.all_below(charge)) - 1


def _circles(tree: _Tree, task_of: Mapping[str, str]) -> Iterator[Problem]:
    """Ways up that never end. Each circle once, beginning with its first charge."""
    ended = set(task_of)
    for start in tree.charges:
        way: dict[str, None] = {}
        charge: str | None = start
        while charge is not None and charge not in ended and charge not in way:
            way[charge] = None
            charge = tree.above.get(charge)
        ended.update(way)
        if charge in way:
            yield _circle(tree, list(way)[list(way).index(str(charge)) :])


def _circle(tree: _Tree, members: list[str]) -> Problem:
    first = members.index(min(members))
    round_about = members[first:] + members[:first]
    inside = set(members)
    below = sum(1 + _below(tree, child) for charge in members for child in tree.below[charge] if child not in inside)
    return Problem("cascade-circle", params={"charges": _listed(round_about), "below": below})


def _upwards(tree: _Tree) -> Iterator[Problem]:
    """A part is never on a higher level than its whole; on the same one it may be (a county under its city)."""
    for charge, parent in ((tree.charges[child], tree.charges[above]) for child, above in tree.above.items()):
        if ORDER[charge.level] < ORDER[parent.level]:
            params = {"level": Named(charge.level), "charge": charge.id, "holder": charge.holder}
            above = {"above": Named(parent.level), "parent": parent.id}
            yield Problem("cascade-upwards", params=params | above)


def _same(tree: _Tree) -> Iterator[Problem]:
    for parent in sorted(tree.below):
        held: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for child in tree.below[parent]:
            held[tree.charges[child].level, tree.charges[child].holder].append(child)
        for (_, holder), charges in held.items():
            if len(charges) > 1:
                params = {"holder": holder, "parent": parent, "charges": _listed(charges)}
                yield Problem("cascade-same-holder", params=params)


def _nobody(tree: _Tree, persons: Mapping[str, set[str]]) -> Iterator[Problem]:
    for task, who in persons.items():
        if not who:
            ends = sorted(charge for charge in tree.all_below(task) if not tree.below[charge])
            yield Problem("cascade-nobody", params={"task": task, "ends": _listed(ends)})


def _stops(
    tree: _Tree, leaves: Iterable[str], task_of: Mapping[str, str], persons: Mapping[str, set[str]]
) -> Iterator[Problem]:
    """Only where the task has somebody: else `_nobody` has said where it ends."""
    for leaf in leaves:
        charge = tree.charges[leaf]
        if charge.level != "person" and persons.get(task_of.get(leaf, "")):
            params = {"level": Named(charge.level), "charge": leaf, "holder": charge.holder}
            yield Problem("cascade-stops", params=params, severity="warning")


def _listed(names: Sequence[str]) -> str:
    more = len(names) - SHOWN
    return "、".join(names[:SHOWN]) + (f" … (+{more})" if more > 0 else "")
