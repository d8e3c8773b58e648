"""What becomes of a judged item once it is rated: a table, from which buttons, permissions and tests are read."""

from __future__ import annotations

from dataclasses import dataclass

from steelyard.reports.sheet import Words
from steelyard.web import moves
from steelyard.web.entries.models import Stage
from steelyard.web.moves import AnyMove
from steelyard.web.people.roles import Role

RATERS = (Role.ASSESSOR, Role.LEADER)
"""Whoever rates holds one of these; the office checks the scorers and so never scores."""


@dataclass(frozen=True)
class Move(AnyMove[Stage]):
    subject = "panel"

    reason: bool = True


MOVES = (
    Move(
        "count", Words("计入数据", "Count it"), (Stage.AGREED, Stage.COUNTED), Stage.COUNTED, Role.OFFICE, reason=False
    ),  # once more where its file did not come into the record
    Move(
        "reopen", Words("退回复议", "Send back to be rated again"), (Stage.HELD, Stage.AGREED), Stage.OPEN, Role.OFFICE
    ),
    Move("join", Words("增补评委", "Add a rater"), (Stage.OPEN, Stage.HELD, Stage.AGREED), Stage.OPEN, Role.OFFICE),
    Move(
        "release", Words("解除评委", "Release a rater"), (Stage.OPEN, Stage.HELD, Stage.AGREED), Stage.OPEN, Role.OFFICE
    ),
    Move("rule", Words("裁定计入", "Rule that it counts"), (Stage.HELD,), Stage.AGREED, Role.COMMITTEE),
    Move("withdraw", Words("撤销", "Withdraw"), (Stage.OPEN, Stage.HELD), Stage.WITHDRAWN, Role.OFFICE),
)
BY_NAME = {move.name: move for move in MOVES}


def allowed() -> dict[str, dict[str, dict[str, list[str]]]]:
    return moves.allowed(MOVES, {})
