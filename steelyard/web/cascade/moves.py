"""What becomes of an assignment: a table, from which buttons, permissions, the diagram and the tests are read."""

from __future__ import annotations

from dataclasses import dataclass

from steelyard.reports.sheet import Words
from steelyard.web.cascade.models import State
from steelyard.web.people.roles import Role


@dataclass(frozen=True)
class Move:
    """The address of a move is ``assignment-`` and its name. ``reason``: it has to be given; ``posts``: it says which
    posts carry it, with their shares; ``day``: from which day on; ``due``: until when the unit answers."""

    name: str
    words: Words
    begins: tuple[State, ...]
    to: State
    right: Role
    reason: bool = False
    posts: bool = False
    day: bool = False
    due: bool = False

    @property
    def address(self) -> str:
        return f"assignment-{self.name}"


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
    """What the policy must say of the moves: units answer for themselves alone, the office answers any of them."""
    return {
        move.address: {str(move.right): {RELATIONS[move.right]: [str(state) for state in move.begins]}}
        for move in MOVES
    }


RELATIONS = {Role.UNIT: "own", Role.OFFICE: "any"}


def diagram() -> str:
    """The moves as a Mermaid diagram of states."""
    lines = ["stateDiagram-v2", f"    [*] --> {State.PROPOSED.value}: 下发（绩效办）"]
    lines += [f"    {state.value}: {state.label}" for state in State]
    for move in MOVES:
        for state in move.begins:
            lines.append(f"    {state.value} --> {move.to.value}: {move.words.zh}（{Role(move.right).label}）")
    return "\n".join(lines) + "\n"
