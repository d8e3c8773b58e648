"""For every address that changes something of alerts, one act that succeeds."""

from __future__ import annotations

from steelyard.web.watch.models import State
from steelyard.web.watch.moves import MOVES
from tests.web.people.world import with_role
from tests.web.promises.acts import Act, act, over
from tests.web.watch.aimed import alert


def _move(name: str, begins: State) -> None:
    @act(f"alert-{name}")
    def made() -> Act:
        return Act(with_role("assessor"), {"pk": alert(begins).pk}, {"reason": "看过了"})


for _one in MOVES:
    _move(_one.name, _one.begins[0])


@act("alert-answer")
def answered() -> Act:
    return Act(over("unit", "A1"), {"pk": alert(State.PUSHED).pk, "unit": "A1"}, {"reason": "已经整改"})


@act("alerts-look")
def looked() -> Act:
    return Act(over("office"), data={"plan": "units", "month": "2026-06", "key": "form"})
