"""How a version goes from preview to publication: a table, from which buttons, permissions, the diagram and the tests
are read."""

from __future__ import annotations

from dataclasses import dataclass

from steelyard.reports.sheet import Words
from steelyard.web.cycles.models import Stage
from steelyard.web.people.roles import Role


@dataclass(frozen=True)
class Move:
    """``signs``: whoever makes it uses one of the four rights, once a version; ``reason``: it has to be given.

    ``to`` None: the stage stays. The address of a move is ``version-`` and its name.
    """

    name: str
    words: Words
    begins: tuple[Stage, ...]
    to: Stage | None
    right: Role
    signs: bool = False
    reason: bool = False

    @property
    def address(self) -> str:
        return f"version-{self.name}"


MOVES = (
    Move("score", Words("确认得分", "Confirm the scores"), (Stage.PREVIEW,), Stage.SCORED, Role.ASSESSOR, signs=True),
    Move("check", Words("复核通过", "Pass the check"), (Stage.SCORED,), Stage.CHECKED, Role.OFFICE, signs=True),
    Move("rule", Words("审议通过", "Approve in committee"), (Stage.CHECKED,), Stage.RULED, Role.COMMITTEE, signs=True),
    Move("publish", Words("批准公布", "Publish"), (Stage.RULED,), Stage.PUBLISHED, Role.GROUP, signs=True),
    Move("refuse", Words("复核退回", "Send back"), (Stage.SCORED,), Stage.PREVIEW, Role.OFFICE, reason=True),
    Move("return", Words("审议退回", "Send back"), (Stage.CHECKED,), Stage.PREVIEW, Role.COMMITTEE, reason=True),
    Move("withhold", Words("不予公布", "Send back"), (Stage.RULED,), Stage.PREVIEW, Role.GROUP, reason=True),
    Move("correct", Words("提出更正", "Propose as a correction"), (Stage.PREVIEW,), None, Role.OFFICE, reason=True),
    Move("second", Words("附议更正", "Second the correction"), (Stage.PREVIEW,), None, Role.ASSESSOR),
    Move("discard", Words("作废", "Discard"), (Stage.PREVIEW,), Stage.WITHDRAWN, Role.OFFICE, reason=True),
)
BY_NAME = {move.name: move for move in MOVES}
SIGNING = tuple(move for move in MOVES if move.signs)
"""The four rights in their order."""


def allowed() -> dict[str, dict[str, dict[str, list[str]]]]:
    """What the policy must say of the moves: address -> role -> relation -> stages."""
    return {move.address: {str(move.right): {"any": [str(stage) for stage in move.begins]}} for move in MOVES}


def diagram() -> str:
    """The moves as a Mermaid diagram of states."""
    lines = ["stateDiagram-v2", f"    [*] --> {Stage.PREVIEW.value}"]
    lines += [f"    {stage.value}: {stage.label}" for stage in Stage]
    for move in MOVES:
        for stage in move.begins:
            said = f"{move.words.zh}（{Role(move.right).label}）"
            lines.append(f"    {stage.value} --> {(move.to or stage).value}: {said}")
    lines.append(f"    {Stage.PUBLISHED.value} --> {Stage.REPLACED.value}: 更正版公布")
    return "\n".join(lines) + "\n"
