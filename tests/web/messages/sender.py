"""A process that does what the worker does with messages, again and again, until somebody ends it; ``hours`` ahead of
the clock."""

from __future__ import annotations

import sys
from datetime import timedelta

import django

django.setup()

from django.utils import timezone  # noqa: E402  settings first

from steelyard.web.messages.outside.delivering import deliver  # noqa: E402
from steelyard.web.messages.outside.merging import merge  # noqa: E402

ahead = timedelta(hours=int(sys.argv[1]))
while True:
    merge(timezone.now() + ahead)
    deliver(timezone.now() + ahead)
