"""How many reminders were given: told before a day was missed, to be held against the points that were deducted."""

from __future__ import annotations

from datetime import date

from steelyard.web.messages.kinds import KINDS
from steelyard.web.messages.models import Message


def reminders(first: date, last: date) -> int:
    """Messages of kinds that remind, from one day to another, both included."""
    names = [one.name for one in KINDS.values() if one.reminds]
    return Message.objects.filter(kind__in=names, at__date__gte=first, at__date__lte=last).count()
