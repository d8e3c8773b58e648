"""What becomes of an alert: a table, from which buttons, permissions, the diagram and the tests are read."""

from __future__ import annotations

from dataclasses import dataclass

from steelyard.reports.sheet import Words
from steelyard.web import moves
from steelyard.web.moves import AnyMove
from steelyard.web.people.roles import Role
from steelyard.web.watch.models import State


@dataclass(frozen=True)
class Move(AnyMove[State]):
    subject = "alert"


MOVES = (
    Move("verify", Words("核实属实", "verify"), (State.RAISED,), State.VERIFIED, Role.ASSESSOR),
    Move("dismiss", Words("不成立", "dismiss"), (State.RAISED,), State.DISMISSED, Role.ASSESSOR, reason=True),
    Move("push", Words("推送给单位", "push to units"), (State.VERIFIED,), State.PUSHED, Role.ASSESSOR),
    Move("close", Words("办结", "close"), (State.ANSWERED,), State.CLOSED, Role.ASSESSOR, reason=True),
    Move("return", Words("退回再答复", "ask again"), (State.ANSWERED,), State.PUSHED, Role.ASSESSOR, reason=True),
)
"""Units answer one by one; the last answer makes it answered by itself: see `answering`."""
BY_NAME = {move.name: move for move in MOVES}
RELATIONS = {Role.ASSESSOR: "within"}


def diagram() -> str:
    more = [(State.PUSHED, State.ANSWERED, "最后一个单位答复（被考评单位）")]
    return moves.diagram(MOVES, State.RAISED, "监控发现", more)
