"""What is overdue is told once a deadline, by a worker."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from steelyard.web.jobs.kinds import routine
from steelyard.web.watch import telling
from steelyard.web.watch.models import OPEN, Alert, Step

MANY = 500


@routine
def remind(now: datetime) -> None:
    """Told already is told no more: see the keys in `telling`."""
    today = timezone.localdate(now)
    late = Alert.objects.filter(state__in=OPEN, due__lt=today).order_by("due", "pk")
    for one in late[:MANY]:
        with transaction.atomic():
            telling.late(one, now)


def rounds(alert: Alert) -> int:
    """How often it was pushed."""
    return Step.objects.filter(alert=alert, name__in=("push", "return")).count()
