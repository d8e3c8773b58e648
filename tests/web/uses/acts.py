"""For every address that changes a use, one act that succeeds."""

from __future__ import annotations

from django.utils import timezone

from steelyard.web.cycles.models import Stage, Version
from steelyard.web.uses.models import State
from steelyard.web.uses.moves import MOVES
from tests.web.promises import rows
from tests.web.promises.acts import Act, act, over
from tests.web.promises.rows import AT


@act("use-new")
def use_new() -> Act:
    today = timezone.localdate()
    given = {"kind": "units", "names": AT, "purpose": "honours", "user": "人事处", "on": today, "key": "form"}
    return Act(over("office"), {"version": rows.versions()[Stage.PUBLISHED].pk}, {**given, "document": "人〔2027〕1号"})


def _on_use(name: str) -> None:
    @act(f"use-{name}")
    def made() -> Act:
        one = rows.use(AT, State.DUE)
        return Act(over("office"), {"pk": one.pk}, {"reason": "差距不大", "review": one.reviews.get().pk})


for _move in MOVES:
    _on_use(_move.name)


@act("uses-check")
def uses_check() -> Act:
    """Of a version that was corrected, whose correction nobody has looked at."""
    one, there = rows.use(AT), rows.versions()[Stage.PUBLISHED]
    old = rows.versions()[Stage.REPLACED]
    Version.objects.filter(pk=old.pk).update(plan=there.plan, period=there.period, number=9)
    type(one).objects.filter(pk=one.pk).update(version=old, settled=old)
    return Act(over("office"))
