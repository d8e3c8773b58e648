"""For every address that changes a task, one act that succeeds."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile

from steelyard.web.people.roles import Role
from steelyard.web.tasks.models import State
from steelyard.web.tasks.moves import MOVES
from tests.web.people.world import unit
from tests.web.promises.acts import Act, act, over
from tests.web.promises.rows import AT
from tests.web.tasks.made import task


@act("task-new")
def task_new() -> Act:
    unit(AT)
    given = {"title": "核查", "text": "逐户核查", "source": "meeting", "document": "局务会12号", "criterion": "报告"}
    points = {"points-late": "0.5", "points-day": "0.1", "points-most": "2"}
    return Act(over("office"), data={**given, **points, "unit": f"{AT} 某局", "days": "3"})


@act("task-show")
def task_show() -> Act:
    file = SimpleUploadedFile("a.txt", b"x")
    return Act(over("unit", AT), {"pk": task(AT, State.WORKING).pk}, {"file": file, "about": "核查报告"})


def _on_task(name: str, address: str) -> None:
    @act(address)
    def made() -> Act:
        move = next(one for one in MOVES if one.name == name)
        found = task(AT, move.begins[0])
        who = over("unit", AT) if move.right == Role.UNIT else over("office")
        return Act(who, {"pk": found.pk}, {"version": found.version, "reason": "情况如下", "days": "3"})


for _move in MOVES:
    _on_task(_move.name, _move.address)
