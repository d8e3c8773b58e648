"""The last day of a period, as the bureau counts its years."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from steelyard.bureau.folder import Bureau
from steelyard.bureau.runs.running import system_of
from steelyard.web.cycles.runs.choosing import stamp


def last_day(period: str) -> date:
    """Raises `Refused` for a text that is no period."""
    bureau = settings.STEELYARD.of_bureau()
    return _last_day(bureau.root, stamp(bureau.root / "rules"), period)


@lru_cache(maxsize=64)
def _last_day(root: Path, _stamp: tuple[tuple[str, int], ...], period: str) -> date:
    return system_of(Bureau(root).book()).parse(period).end - timedelta(days=1)
