"""What the permission matrix asks for of meetings, and one act for every address that changes one."""

from __future__ import annotations

from steelyard.web.meetings.models import Meeting, State
from steelyard.web.meetings.moves import MOVES
from steelyard.web.people.deciding import Target
from tests.web.people.targets import ABSENT, Aimed, target
from tests.web.people.world import NOW, account
from tests.web.promises.acts import Act, act, over

PACK = {
    "as_of": NOW.isoformat(), "since": NOW.isoformat(), "last": "", "promises": [], "kept": [0, 0], "rate": None,
    "rate_before": None, "results": [], "alerts": {"new": 0, "open": 0, "ended": 0, "red": []},
    "tasks": {"running": 0, "late": 0, "latest": []}, "prompts": [], "minutes": [],
    "dialogue": {"asked": 0, "unanswered": 0, "median_hours": None, "appeals": 0, "appeals_open": 0},
    "burden": {"reminders": 0, "penalties": 0, "prevented": 0},
}  # fmt: skip


def meeting(state: State, name: str = "推进会") -> Meeting:
    told = {"name": name, "on": NOW.date(), "by": account("somebody"), "at": NOW}
    pack = PACK if state == State.HELD else None
    return Meeting.objects.get_or_create(document=f"纪{state}", defaults={**told, "state": state, "pack": pack})[0]


@target("meeting", *(move.address for move in MOVES))
def meetings() -> list[Aimed]:
    found = [meeting(state) for state in State]
    return [Aimed({"pk": one.pk}, Target(state=one.state), absent={"pk": ABSENT}) for one in found]


@act("meeting-new")
def made() -> Act:
    return Act(over("office"), data={"name": "四月推进会", "document": "纪4号", "on": "2026-12-01"})


def _move(name: str) -> None:
    @act(f"meeting-{name}")
    def moved() -> Act:
        return Act(over("office"), {"pk": meeting(State.PREPARING).pk}, {"reason": "改期召开"})


for _one in MOVES:
    _move(_one.name)
