"""What the permission matrix asks for of tasks: one at every state, of a unit and of a person."""

from __future__ import annotations

from steelyard.web.people.deciding import Target
from steelyard.web.tasks.models import State
from steelyard.web.tasks.moves import MOVES
from tests.web.people.targets import ABSENT, Aimed, target
from tests.web.promises.bureau import path_of
from tests.web.tasks.made import assist, task

HERE, PERSON = path_of("A1"), "n-A1"


def at(state: State, person: str = "") -> Target:
    return Target(path=HERE, person=person, state=str(state))


@target("task")
def tasks() -> list[Aimed]:
    return [
        Aimed({"pk": task("A1", state, person).pk}, at(state, person), {"pk": ABSENT})
        for state in State for person in ("", PERSON)
    ]  # fmt: skip


@target("task-evidence")
def evidence() -> list[Aimed]:
    found = task("A1", State.HANDED)
    return [Aimed({"pk": found.pk, "number": found.evidence.get().pk}, at(State.HANDED), {"pk": ABSENT})]


@target("task-assisted")
def assisted() -> list[Aimed]:
    return [Aimed({"pk": assist().pk, "code": "A11"}, Target(path=path_of("A11")), {"code": "B1"})]


@target("task-show")
def shown() -> list[Aimed]:
    """Whoever has the right is told in words that a task has gone on."""
    return [Aimed({"pk": task("A1", state).pk}, at(State.WORKING), {"pk": ABSENT}) for state in State]


for _move in MOVES:

    @target(_move.address)
    def moves(begins: State = _move.begins[0]) -> list[Aimed]:
        return [Aimed({"pk": task("A1", state).pk}, at(begins), {"pk": ABSENT}) for state in State]
