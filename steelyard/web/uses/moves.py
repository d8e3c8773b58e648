"""What becomes of a use: a table, from which buttons, permissions, the diagram and the tests are read."""

from __future__ import annotations

from dataclasses import dataclass

from steelyard.reports.sheet import Words
from steelyard.web.people.roles import Role
from steelyard.web.uses.models import State


@dataclass(frozen=True)
class Move:
    """The address of a move is ``use-`` and its name. ``answers``: a correction, that is, of which it says what it
    means for what was decided. Every one gives its reason."""

    name: str
    words: Words
    begins: tuple[State, ...]
    to: State
    answers: bool = False
    right: Role = Role.OFFICE

    @property
    def address(self) -> str:
        return f"use-{self.name}"


MOVES = (
    Move("keep", Words("维持原决定", "Keep what was decided"), (State.DUE,), State.KEPT, answers=True),
    Move("revise", Words("改变原决定", "Revise what was decided"), (State.DUE,), State.REVISED, answers=True),
    Move("cancel", Words("撤销登记", "Cancel the entry"),
         (State.STANDING, State.DUE, State.KEPT, State.REVISED), State.CANCELLED),
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
    """What the policy must say of the moves."""
    return {move.address: {str(move.right): {"any": [str(state) for state in move.begins]}} for move in MOVES}


def diagram() -> str:
    """The moves as a Mermaid diagram of states."""
    lines = ["stateDiagram-v2", f"    [*] --> {State.STANDING.value}: 登记（绩效办或系统）"]
    lines += [f"    {state.value}: {state.label}" for state in State]
    for state in (State.STANDING, State.KEPT, State.REVISED):
        lines.append(f"    {state.value} --> {State.DUE.value}: {OF_THEMSELVES[CORRECTED].zh}")
        lines.append(f"    {State.DUE.value} --> {state.value}: {OF_THEMSELVES[BACK].zh}")
    for move in MOVES:
        for state in move.begins:
            lines.append(f"    {state.value} --> {move.to.value}: {move.words.zh}（{Role(move.right).label}）")
    return "\n".join(lines) + "\n"
