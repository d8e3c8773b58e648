"""Units are reminded of the last day on which they answer what was handed down to them, and told when it has passed."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from steelyard.reports.sheet import Words
from steelyard.web.cascade.models import Assignment, State
from steelyard.web.cascade.telling.turns import page_of
from steelyard.web.jobs.kinds import routine
from steelyard.web.messages.kinds import kind
from steelyard.web.messages.sending import tell
from steelyard.web.messages.whom import holders_of
from steelyard.web.people.roles import Role

DUE = kind("assignments-due", "责任确认临近截止", "Charges almost due", urgent=True, reminds=True)
LATE = kind("assignments-late", "责任逾期未确认", "Charges overdue", urgent=True)
SOON = timedelta(days=2)


@routine
def remind(now: datetime) -> None:
    """Once a day and worker; who was told by another worker is not told again."""
    today = timezone.localdate(now)
    if _REMINDED.get("day") != today:
        reminded(today, now)
        _REMINDED["day"] = today


_REMINDED: dict[str, date] = {}


def reminded(today: date, now: datetime) -> None:
    """Units whose last day to confirm is near, and those where it has passed; once for each such day."""
    rows = Assignment.objects.filter(state=State.PROPOSED, due__lte=today + SOON).order_by()
    open_ = list(rows.values_list("cascade", "cascade__name", "unit", "unit__path", "due").distinct())
    found = holders_of(Role.UNIT, {path for _, _, _, path, _ in open_}, today=today)
    with transaction.atomic():
        for cascade, name, unit, path, due in open_:
            late = due < today
            words = (
                Words(f"“{name}”还有责任项没有确认，已于 {due} 截止", f"charges of '{name}' were due on {due}")
                if late
                else Words(f"“{name}”还有责任项待确认，{due} 截止", f"charges of '{name}' are due on {due}")
            )
            key = f"assignments-{'late' if late else 'due'}:{cascade}:{unit}:{due}"
            tell(found[path], LATE if late else DUE, words, page_of(cascade, unit), key=key, now=now)
