"""For every address that changes something of health checks, one act that succeeds."""

from __future__ import annotations

from steelyard.web.cycles.models import Stage
from tests.web.promises import rows
from tests.web.promises.acts import Act, act, over


@act("health-make")
def health_make() -> Act:
    return Act(over("office"), {"version": rows.runs()[Stage.PUBLISHED].pk}, {"key": "form"})
