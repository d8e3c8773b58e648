"""What becomes of a use: a table, from which buttons, permissions, the diagram and the tests are read."""

from __future__ import annotations

from dataclasses import dataclass

from steelyard.reports.sheet import Words
from steelyard.web import moves
from steelyard.web.moves import AnyMove
from steelyard.web.people.roles import Role
from steelyard.web.uses.models import State


@dataclass(frozen=True)
class Move(AnyMove[State]):
    """``answers``: a correction, that is, of which it says what it means for what was decided."""

    subject = "use"

    reason: bool = True
    answers: bool = False


MOVES = (
    Move("keep", Words("维持原决定", "Keep what was decided"), (State.DUE,), State.KEPT, Role.OFFICE, answers=True),
    Move("revise", Words("改变原决定", "Revise what was decided"), (State.DUE,), State.REVISED, Role.OFFICE,
         answers=True),
    Move("cancel", Words("撤销登记", "Cancel the entry"),
         (State.STANDING, State.DUE, State.KEPT, State.REVISED), State.CANCELLED, Role.OFFICE),
)  # fmt: skip
BY_NAME = {move.name: move for move in MOVES}
CORRECTED, SAME, BACK = "corrected", "same", "back"
"""What a correction does by itself: numbers changed; they did not; they are again what the use stood with."""
OF_THEMSELVES = {
    CORRECTED: Words("结果更正，数字有变，待处理", "Corrected: numbers changed, to be answered"),
    SAME: Words("结果更正，所用数字没有变", "Corrected: the numbers that were used are unchanged"),
    BACK: Words("再次更正，数字恢复，不必处理", "Corrected again: the numbers are back, nothing to answer"),
}


def allowed() -> dict[str, dict[str, dict[str, list[str]]]]:
    return moves.allowed(MOVES, {})


def diagram() -> str:
    answered = (State.STANDING, State.KEPT, State.REVISED)
    more = [(state, State.DUE, OF_THEMSELVES[CORRECTED].zh) for state in answered]
    back = [(State.DUE, state, OF_THEMSELVES[BACK].zh) for state in answered]
    return moves.diagram(MOVES, State.STANDING, "登记（绩效办或系统）", [*more, *back])
