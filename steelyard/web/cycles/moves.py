"""How a version goes from preview to publication: a table, from which buttons, permissions, the diagram and the tests
are read."""

from __future__ import annotations

from dataclasses import dataclass

from steelyard.reports.sheet import Words
from steelyard.web import moves
from steelyard.web.cycles.models import Stage
from steelyard.web.moves import AnyMove
from steelyard.web.people.roles import Role


@dataclass(frozen=True)
class Move(AnyMove[Stage]):
    """``signs``: whoever makes it uses one of the four rights, once a version."""

    subject = "version"

    signs: bool = False


MOVES = (
    Move("score", Words("确认得分", "Confirm the scores"), (Stage.PREVIEW,), Stage.SCORED, Role.ASSESSOR, signs=True),
    Move("check", Words("复核通过", "Pass the check"), (Stage.SCORED,), Stage.CHECKED, Role.OFFICE, signs=True),
    Move("rule", Words("审议通过", "Approve in committee"), (Stage.CHECKED,), Stage.RULED, Role.COMMITTEE, signs=True),
    Move("publish", Words("批准公布", "Publish"), (Stage.RULED,), Stage.PUBLISHED, Role.GROUP, signs=True),
    Move("refuse", Words("复核退回", "Send back"), (Stage.SCORED,), Stage.PREVIEW, Role.OFFICE, reason=True),
    Move("return", Words("审议退回", "Send back"), (Stage.CHECKED,), Stage.PREVIEW, Role.COMMITTEE, reason=True),
    Move("withhold", Words("不予公布", "Send back"), (Stage.RULED,), Stage.PREVIEW, Role.GROUP, reason=True),
    Move(
        "correct",
        Words("提出更正", "Propose as a correction"),
        (Stage.PREVIEW,),
        Stage.PREVIEW,
        Role.OFFICE,
        reason=True,
    ),
    Move("second", Words("附议更正", "Second the correction"), (Stage.PREVIEW,), Stage.PREVIEW, Role.ASSESSOR),
    Move("discard", Words("作废", "Discard"), (Stage.PREVIEW,), Stage.WITHDRAWN, Role.OFFICE, reason=True),
)
BY_NAME = {move.name: move for move in MOVES}
SIGNING = tuple(move for move in MOVES if move.signs)
"""The four rights in their order."""


def allowed() -> dict[str, dict[str, dict[str, list[str]]]]:
    return moves.allowed(MOVES, {Role.ASSESSOR: "any"})


def diagram() -> str:
    return moves.diagram(MOVES, Stage.PREVIEW, more=[(Stage.PUBLISHED, Stage.REPLACED, "更正版公布")])
