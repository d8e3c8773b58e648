"""What becomes of an assignment: a table, from which buttons, permissions, the diagram and the tests are read."""

from __future__ import annotations

from dataclasses import dataclass

from steelyard.reports.sheet import Words
from steelyard.web import moves
from steelyard.web.cascade.models import State
from steelyard.web.moves import AnyMove
from steelyard.web.people.roles import Role


@dataclass(frozen=True)
class Move(AnyMove[State]):
    """``posts``: it says which posts carry it, with their shares; ``day``: from which day on; ``due``: until when the
    unit answers."""

    subject = "assignment"

    posts: bool = False
    day: bool = False
    due: bool = False


MOVES = (
    Move("confirm", Words("确认", "Confirm"), (State.PROPOSED,), State.CONFIRMED, Role.UNIT),
    Move("settle", Words("改定岗位并确认", "Confirm with these posts"), (State.PROPOSED,), State.CONFIRMED, Role.UNIT,
         posts=True),
    Move("return", Words("退回", "Return"), (State.PROPOSED,), State.RETURNED, Role.UNIT, reason=True),
    Move("change", Words("变更岗位", "Change the posts"), (State.CONFIRMED,), State.CONFIRMED, Role.UNIT, reason=True,
         posts=True, day=True),
    Move("assign", Words("改派", "Assign to other posts"), (State.RETURNED,), State.PROPOSED, Role.OFFICE, reason=True,
         posts=True, due=True),
    Move("insist", Words("维持原分解", "Insist"), (State.RETURNED,), State.PROPOSED, Role.OFFICE, reason=True,
         due=True),
    Move("withdraw", Words("同意撤回", "Withdraw"), (State.RETURNED,), State.WITHDRAWN, Role.OFFICE, reason=True),
)  # fmt: skip
BY_NAME = {move.name: move for move in MOVES}


def allowed() -> dict[str, dict[str, dict[str, list[str]]]]:
    """Units answer for themselves alone, an office answers those below it."""
    return moves.allowed(MOVES, {Role.UNIT: "own", Role.OFFICE: "within"})


def diagram() -> str:
    return moves.diagram(MOVES, State.PROPOSED, "下发（绩效办）")
