"""What becomes of a task: a table, from which buttons, permissions, the diagram and the tests are read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from steelyard.reports.sheet import Words
from steelyard.web import moves
from steelyard.web.moves import AnyMove
from steelyard.web.people.roles import Role
from steelyard.web.tasks.models import RUNNING, State


@dataclass(frozen=True)
class Move(AnyMove[State]):
    """``stays``: where it begins. ``person``: also by whose task it is. ``days``: with a new term; ``evidence``: with
    files that show it; ``main``: what is usually done."""

    subject = "task"

    stays: bool = False
    person: bool = False
    days: bool = False
    evidence: bool = False
    main: bool = False

    def goes(self, state: str) -> State:
        return State(state) if self.stays else self.to


A, R, W, H = State.ASSIGNED, State.RETURNED, State.WORKING, State.HANDED
MOVES = (
    Move("accept", Words("签收", "Accept"), (A,), W, Role.UNIT, person=True, main=True),
    Move("return", Words("退回", "Return"), (A,), R, Role.UNIT, reason=True),
    Move("report", Words("报告进展", "Report progress"), (W,), W, Role.UNIT, reason=True, stays=True, person=True),
    Move(
        "hand-in", Words("报请验收", "Hand in"), (W,), H, Role.UNIT, reason=True, person=True, evidence=True, main=True
    ),
    Move("close", Words("验收办结", "Accept as done"), (H,), State.CLOSED, Role.OFFICE, main=True),
    Move("send-back", Words("退回补办", "Send back"), (H,), W, Role.OFFICE, reason=True, days=True),
    Move("assign", Words("重新交办", "Assign again"), (R,), A, Role.OFFICE, reason=True, days=True, main=True),
    Move("urge", Words("催办", "Urge"), RUNNING, W, Role.OFFICE, stays=True, main=True),
    Move("extend", Words("延期", "Extend"), RUNNING, W, Role.OFFICE, reason=True, days=True, stays=True),
    Move("drop", Words("撤销", "Drop"), (A, R, W, H), State.DROPPED, Role.OFFICE, reason=True),
)
BY_NAME = {move.name: move for move in MOVES}
OVERDUE, RUNG, RECOUNTED = "overdue", "rung-", "recounted"
OF_ITSELF = {
    OVERDUE: Words("逾期，记入考评数据", "Overdue, entered as a fact"),
    RECOUNTED: Words("工作日历有变，期限重算", "The calendar changed, its deadline was counted anew"),
}
"""What time does, beside telling the next rung of the ladder."""
BEGUN = Words("交办", "Assigned")


def allowed() -> dict[str, dict[str, dict[str, list[str]]]]:
    """What the policy must say of the moves."""
    found = moves.allowed(MOVES, {Role.UNIT: "own"})
    for move in MOVES:
        if move.person:
            found[move.address][str(Role.OFFICER)] = {"self": [str(state) for state in move.begins]}
    return found


def diagram() -> str:
    late = [(state, state, OF_ITSELF[OVERDUE].zh) for state in RUNNING]
    return moves.diagram(list(_each()), State.ASSIGNED, "交办（绩效办）", late)


def _each() -> Iterator[Move]:
    for move in MOVES:
        yield from (replace(move, begins=(one,), to=one) for one in move.begins) if move.stays else (move,)
