"""An office with a working calendar, units, and accounts of every role that has to do with tasks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site

from tests.web.tasks.office import opened


@pytest.fixture
def home(db: None, tmp_path: Path) -> Iterator[Path]:  # noqa: ARG001  tables must be there
    before = site.STEELYARD
    opened(tmp_path / "site")
    yield tmp_path
    site.STEELYARD = before


@pytest.fixture
def home_of_both(both: Any, tmp_path: Path) -> Iterator[Path]:  # noqa: ARG001  its tables
    """The same on both databases, for acts at once."""
    before = site.STEELYARD
    opened(tmp_path / "site")
    yield tmp_path
    site.STEELYARD = before
