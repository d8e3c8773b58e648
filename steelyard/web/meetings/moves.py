"""What becomes of a meeting: a table, from which buttons, permissions, the diagram and the tests are read."""

from __future__ import annotations

from dataclasses import dataclass

from steelyard.reports.sheet import Words
from steelyard.web import moves
from steelyard.web.meetings.models import State
from steelyard.web.moves import AnyMove
from steelyard.web.people.roles import Role


@dataclass(frozen=True)
class Move(AnyMove[State]):
    subject = "meeting"


MOVES = (
    Move("hold", Words("召开，材料定稿", "hold it; the pack stands"), (State.PREPARING,), State.HELD, Role.OFFICE),
    Move("drop", Words("取消", "drop"), (State.PREPARING,), State.DROPPED, Role.OFFICE, reason=True),
)
BY_NAME = {move.name: move for move in MOVES}


def diagram() -> str:
    return moves.diagram(MOVES, State.PREPARING, "筹备（绩效办）")
