"""What becomes of an appeal: a table, from which buttons, permissions, the diagram and the tests are read."""

from __future__ import annotations

from dataclasses import dataclass

from steelyard.reports.sheet import Words
from steelyard.web import moves
from steelyard.web.dialogue.models import OPEN, Stage
from steelyard.web.moves import AnyMove
from steelyard.web.people.roles import Role


@dataclass(frozen=True)
class Move(AnyMove[Stage]):
    """``other``: nobody who made a move before, nor who filed, may make it. ``previewed``: only after the effect on
    everybody has been shown. ``undone``: only where later files replaced the corrected records, so that the ruling
    cannot be carried out as it is."""

    subject = "appeal"

    reason: bool = True
    other: bool = True
    previewed: bool = False
    undone: bool = False


MOVES = (
    Move("answer", Words("答复", "answer"), (Stage.FILED,), Stage.ANSWERED, Role.ASSESSOR),
    Move("check", Words("核查", "check"), (Stage.ANSWERED,), Stage.CHECKED, Role.OFFICE),
    Move("uphold", Words("裁定成立", "uphold"), (Stage.CHECKED,), Stage.UPHELD, Role.COMMITTEE, previewed=True),
    Move("reject", Words("裁定不成立", "reject"), (Stage.CHECKED,), Stage.REJECTED, Role.COMMITTEE),
    Move("return", Words("退回补充", "send back"), (Stage.CHECKED,), Stage.FILED, Role.COMMITTEE),
    Move("withdraw", Words("撤回", "withdraw"), OPEN, Stage.WITHDRAWN, Role.UNIT, other=False),
    Move("reopen", Words("重新提请裁定", "put to the committee again"), (Stage.UPHELD,), Stage.CHECKED, Role.OFFICE,
         other=False, undone=True),
)  # fmt: skip
BY_NAME = {move.name: move for move in MOVES}


def leading_on(stage: str) -> tuple[Move, ...]:
    return tuple(move for move in MOVES if stage in move.begins)


def diagram() -> str:
    return moves.diagram(MOVES, Stage.FILED, "提出（被考评单位）", [(Stage.UPHELD, Stage.DONE, "更正公布")])
