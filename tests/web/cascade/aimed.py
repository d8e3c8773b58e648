"""What the permission matrix asks for of cascades: an assignment at every state, and a look that has been taken."""

from __future__ import annotations

from steelyard.web.cascade.models import State
from steelyard.web.cascade.moves import MOVES
from steelyard.web.people.deciding import Target
from tests.web.cascade.handed import assignment, cascade
from tests.web.people.targets import ABSENT, Aimed, target
from tests.web.people.world import person, unit

ROUTINE = "-"
AT = Target(path="/P/A/A1/", state=str(State.PROPOSED))
TOP = Target(path="/P/")


@target(
    "cascade", "cascade-look", "cascade-propose", "cascade-carry", "cascade-assignments", "cascade-file",
    "cascade-tracing", "cascade-trace", "cascade-persons",
)  # fmt: skip
def some_cascade() -> list[Aimed]:
    assignment()
    return [Aimed({"pk": cascade().pk}, TOP, absent={"pk": ABSENT})]


@target("cascade-new")
def new_cascade() -> list[Aimed]:
    unit("P")
    return [Aimed({}, TOP)]


@target("cascade-root")
def some_root() -> list[Aimed]:
    return [Aimed({"pk": cascade().pk, "task": ROUTINE}, absent={"task": "nowhere"})]


@target("cascade-indicator")
def some_indicator() -> list[Aimed]:
    assignment(indicator="timely")
    given = {"pk": cascade().pk, "task": ROUTINE, "indicator": "timely"}
    return [Aimed(given, absent={"indicator": "nowhere"})]


@target("cascade-unit", "cascade-letter", "assignment-confirm")
def some_unit() -> list[Aimed]:
    assignment()
    return [Aimed({"pk": cascade().pk, "code": "A1"}, AT, {"code": "nowhere"})]


@target("cascade-letter-file")
def some_letters() -> list[Aimed]:
    assignment()
    given = {"pk": cascade().pk, "code": "A1", "form": "docx"}
    return [Aimed(given, AT, {"code": "nowhere"})]


def _own(**more: str) -> list[Aimed]:
    assignment()
    person("n-A1", unit("A1"))
    at = Target(path="/P/A/A1/", person="n-A1", label=3)
    return [Aimed({"pk": cascade().pk, "person": "n-A1", **more}, at, {"person": "nobody"})]


@target("cascade-own-letter")
def own_letter() -> list[Aimed]:
    return _own()


@target("cascade-own-letter-file")
def own_letter_file() -> list[Aimed]:
    return _own(form="docx")


@target("personal-plan")
def personal_plan() -> list[Aimed]:
    person("n-A1", unit("A1"))
    return [Aimed({"person": "n-A1"}, Target(path="/P/A/A1/", person="n-A1", label=3), {"person": "nobody"})]


@target("assignment")
def assignments() -> list[Aimed]:
    made = ((state, assignment(state)) for state in State)
    return [Aimed({"number": one.pk}, Target(path="/P/A/A1/", state=str(state)), {"number": ABSENT})
            for state, one in made]  # fmt: skip


for _move in MOVES:
    if _move.name != "confirm":

        @target(_move.address)
        def moves(begins: State = _move.begins[0]) -> list[Aimed]:
            """Whoever has the right is told in words that it is too late; to others it is not there."""
            at = Target(path="/P/A/A1/", state=str(begins))
            return [Aimed({"number": assignment(state).pk}, at, {"number": ABSENT}) for state in State]
