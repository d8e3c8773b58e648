"""Acts on cascades, one for every address that changes one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from steelyard.web.cascade.models import Cascade, State
from tests.web.cascade.handed import assignment, cascade
from tests.web.promises.acts import Act, act, over

AT = "A1"
POSTS = {"post-0": "A1-1", "part-0": "lead", "share-0": "0.7", "post-1": "A1-0", "part-1": "assist", "share-1": "0.3"}


@act("cascade-new")
def cascade_new() -> Act:
    given = {"plan": "units", "due": timezone.localdate() + timedelta(days=9), "lead_share": "0.6"}
    return Act(over("office"), data=given)


@act("cascade-look")
def cascade_look() -> Act:
    return Act(over("office"), {"pk": cascade().pk})


@act("cascade-trace")
def cascade_trace() -> Act:
    return Act(over("office"), {"pk": cascade().pk})


@act("cascade-propose")
def cascade_propose() -> Act:
    Cascade.objects.filter(pk=cascade().pk).update(looked={"digest": "0" * 64})
    return Act(over("office"), {"pk": cascade().pk})


@act("cascade-carry")
def cascade_carry() -> Act:
    one = assignment(State.CONFIRMED, AT)
    one.to_carry = True
    one.save()
    return Act(over("office"), {"pk": one.cascade_id})


@act("assignment-confirm")
def assignment_confirm() -> Act:
    one = assignment(at=AT)
    return Act(over("unit", AT), {"pk": one.cascade_id, "code": AT}, {"chosen": f"{one.pk}@{one.version}"})


def _moved(name: str, state: State, role: str, **data: Any) -> None:
    @act(f"assignment-{name}")
    def made() -> Act:
        one = assignment(state, AT)
        given = {"version": one.version, "reason": "岗位职责有调整", **data}
        return Act(over(role, AT if role == "unit" else "P"), {"number": one.pk}, given)


_moved("settle", State.PROPOSED, "unit", **POSTS)
_moved("return", State.PROPOSED, "unit")
_moved("change", State.CONFIRMED, "unit", **POSTS, since=timezone.localdate())
_moved("assign", State.RETURNED, "office", **POSTS, due=timezone.localdate() + timedelta(days=5))
_moved("insist", State.RETURNED, "office", due=timezone.localdate() + timedelta(days=5))
_moved("withdraw", State.RETURNED, "office")
