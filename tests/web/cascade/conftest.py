"""A bureau with duties and posts behind the site, and people who hand down and answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from steelyard.bureau.folder import Bureau
from tests.web.cascade.small import opened


@pytest.fixture
def bureau(db: None, tmp_path: Path, settings: Any) -> Bureau:  # noqa: ARG001  tables must be there
    return opened(tmp_path, settings)
