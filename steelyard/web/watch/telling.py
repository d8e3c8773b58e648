"""Whom an alert concerns is told: those who verify it, the units that are to answer, and those who close it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from steelyard.reports.sheet import Words
from steelyard.web.messages.kinds import kind
from steelyard.web.messages.sending import tell
from steelyard.web.messages.whom import holders, nearest
from steelyard.web.people.roles import Role
from steelyard.web.watch.models import Alert, Asked, Colour, Look

RAISED = kind("alerts-raised", "新的预警", "new alerts")
PUSHED = kind("alert-pushed", "推送的预警", "alerts pushed to you")
ANSWERED = kind("alert-answered", "预警已答复", "alerts answered")
LATE = kind("alert-late", "预警到期未办", "alerts overdue")


def raised(new: Sequence[Alert], look: Look, now: datetime) -> None:
    """One message a look, however many."""
    if new:
        red = sum(one.colour == Colour.RED for one in new)
        words = Words(
            f"监控发现 {len(new)} 条新预警（红 {red}），待核实", f"{len(new)} new alerts ({red} red) to verify"
        )
        whom = holders(Role.ASSESSOR, today=timezone.localdate(now))
        tell(whom, RAISED, words, "/alerts?state=raised", key=f"look:{look.pk}", now=now)


def pushed(alert: Alert, asked: Sequence[Asked], round_: int, now: datetime) -> None:
    today = timezone.localdate(now)
    words = Words(f"请对预警“{alert.zh}”说明情况和措施", f"say what is behind the alert '{alert.en}' and what is done")
    for one in asked:
        whom = nearest(Role.UNIT, one.unit.path, today=today)
        key = f"alert:{alert.pk}:{one.unit_id}:{round_}"
        tell(whom, PUSHED, words, f"/alerts/{alert.pk}/{one.unit_id}", key=key, now=now)


def answered(alert: Alert, round_: int, now: datetime) -> None:
    words = Words(f"预警“{alert.zh}”各单位均已答复，待办结", f"all units answered the alert '{alert.en}'; close it")
    whom = holders(Role.ASSESSOR, today=timezone.localdate(now))
    tell(whom, ANSWERED, words, f"/alerts/{alert.pk}/", key=f"alert:{alert.pk}:answered:{round_}", now=now)


def late(alert: Alert, now: datetime) -> None:
    """Whoever has to verify or close it; units that have not answered are reminded themselves."""
    words = Words(f"预警“{alert.zh}”已过办理期限", f"the alert '{alert.en}' is overdue")
    key, today = f"alert:{alert.pk}:late:{alert.state}:{alert.due}", timezone.localdate(now)
    tell(holders(Role.ASSESSOR, today=today), LATE, words, f"/alerts/{alert.pk}/", key=key, now=now)
    for one in alert.asked.filter(at=None).select_related("unit"):
        whom = nearest(Role.UNIT, one.unit.path, today=today)
        tell(whom, LATE, words, f"/alerts/{alert.pk}/{one.unit_id}", key=f"{key}:{one.unit_id}", now=now)
