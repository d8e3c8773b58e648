"""The end of the trail is signed every minute, by the worker between its jobs."""

from __future__ import annotations

import logging
from datetime import datetime

from django.conf import settings

from steelyard.engine.problems import Refused
from steelyard.web.configuration import FILE
from steelyard.web.jobs.kinds import routine
from steelyard.web.trail.checkpoints import checkpoint, due

LOG = logging.getLogger("steelyard.trail")


@routine
def sign(now: datetime) -> None:
    """A trail that does not fit its last checkpoint is not signed; that is said, and the checkpoint grows old."""
    home = settings.STEELYARD.home
    try:
        if (home / FILE).is_file() and due(home, now):
            checkpoint(home, now)
    except Refused as refused:
        LOG.error("the trail is not signed: %s", "; ".join(problem.line() for problem in refused.problems))
