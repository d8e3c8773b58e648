"""A bureau with a calendar, behind the site."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.web.people.world import bureau
from tests.web.watch.night import opened


@pytest.fixture
def home(db: None, tmp_path: Path) -> Iterator[Path]:  # noqa: ARG001  tables must be there
    before = settings.STEELYARD
    bureau()
    opened(tmp_path)
    yield tmp_path
    settings.STEELYARD = before
