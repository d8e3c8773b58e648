"""Which results somebody reads, and in which order: the same on both databases."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from steelyard.web.cycles.models import Run, Stage, Version
from steelyard.web.cycles.results import readable
from steelyard.web.people.asking import Asker
from tests.web.people.world import bureau, with_role

NOW = datetime(2026, 7, 2, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def version(number: int | None, period: str = "2026Q1") -> Version:
    at = Run.objects.count()
    run = Run.objects.create(
        folder=f"r{at}", plan="all", plan_name="全局", period=period, batch=1, digest=f"{at:064}", root="0" * 64,
        made_by=with_role("office"), made_at=NOW,
    )  # fmt: skip
    stage = Stage.PREVIEW if number is None else Stage.REPLACED if number == 1 else Stage.PUBLISHED
    published = {} if number is None else {"number": number, "published_at": NOW}
    return Version.objects.create(run=run, plan="all", period=period, stage=stage, **published)


@pytest.mark.usefixtures("both")
def test_what_has_no_number_yet_stands_before_what_was_published() -> None:
    bureau()
    first, early, second, late, other = version(1), version(None), version(2), version(None), version(2, "2026Q2")
    found: Any = list(readable(Asker(with_role("office"), NOW.date())))
    assert found == [other, late, early, second, first]
