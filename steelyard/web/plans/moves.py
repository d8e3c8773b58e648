"""How a plan goes from its first draft to a text in force: a table, from which buttons, permissions, the diagram and
the tests are read."""

from __future__ import annotations

from dataclasses import dataclass

from steelyard.reports.sheet import Words
from steelyard.web import moves
from steelyard.web.moves import AnyMove
from steelyard.web.people.roles import Role
from steelyard.web.plans.models import Stage


@dataclass(frozen=True)
class Move(AnyMove[Stage]):
    """``days``: working days for comments have to be given; ``number``: number and day of the notice have to be given;
    ``back``: what was signed is void; ``campaign``: only for one."""

    subject = "making"

    days: bool = False
    number: bool = False
    back: bool = False
    campaign: bool = False


OPEN = (Stage.DRAFTING, Stage.CONSULTING, Stage.APPROVING, Stage.SIGNED)
MOVES = (
    Move("consult", Words("征求意见", "Ask for comments"), (Stage.DRAFTING,), Stage.CONSULTING, Role.OFFICE, days=True),
    Move("submit", Words("报请批准", "Submit"), (Stage.CONSULTING,), Stage.APPROVING, Role.OFFICE),
    Move("sign", Words("批准", "Approve"), (Stage.APPROVING,), Stage.SIGNED, Role.GROUP),
    Move("issue", Words("印发", "Issue"), (Stage.SIGNED,), Stage.ISSUED, Role.OFFICE, number=True),
    Move("redraft", Words("退回起草", "Back to drafting"), (Stage.CONSULTING,), Stage.DRAFTING, Role.OFFICE,
         reason=True, back=True),
    Move("return", Words("退回修改", "Send back"), (Stage.APPROVING,), Stage.DRAFTING, Role.GROUP,
         reason=True, back=True),
    Move("recall", Words("撤回修改", "Take back"), (Stage.APPROVING, Stage.SIGNED), Stage.DRAFTING, Role.OFFICE,
         reason=True, back=True),
    Move("drop", Words("作废", "Discard"), OPEN, Stage.DROPPED, Role.OFFICE, reason=True, back=True),
    Move("halt", Words("暂停", "Switch off"), (Stage.ISSUED,), Stage.HALTED, Role.OFFICE, reason=True, campaign=True),
    Move("resume", Words("恢复", "Switch on"), (Stage.HALTED,), Stage.ISSUED, Role.OFFICE, reason=True, campaign=True),
)  # fmt: skip
BY_NAME = {move.name: move for move in MOVES}
PATH = tuple(move for move in MOVES if not move.reason)
"""The way forward, in its order."""


def allowed() -> dict[str, dict[str, dict[str, list[str]]]]:
    return moves.allowed(MOVES, {}, "within")


def diagram() -> str:
    return moves.diagram(MOVES, Stage.DRAFTING)
