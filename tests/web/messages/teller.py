"""A process that tells many accounts many things, and tells all of it again when it has come to the end."""

from __future__ import annotations

import sys
from datetime import timedelta

import django

django.setup()

from django.db import transaction  # noqa: E402  settings first
from django.utils import timezone  # noqa: E402

from steelyard.reports.sheet import Words  # noqa: E402
from steelyard.web.messages.kinds import kind  # noqa: E402
from steelyard.web.messages.sending import tell  # noqa: E402
from steelyard.web.people.models import Account  # noqa: E402

STORM = kind("storm", "风暴", "storm")
many, accounts = int(sys.argv[1]), list(Account.objects.all())
for number in range(many):
    with transaction.atomic():
        at = timezone.now() - timedelta(minutes=5)
        tell(accounts, STORM, Words("预警", "alert"), "/", key=f"alert-{number}", now=at)
