"""A bureau that is watched, behind the site."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

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


@pytest.fixture
def home_of_both(both: Any, tmp_path: Path) -> Iterator[Path]:  # noqa: ARG001  its tables
    """The same on both databases, for acts at once."""
    before = settings.STEELYARD
    bureau()
    opened(tmp_path)
    yield tmp_path
    settings.STEELYARD = before
