"""An office with one rule, its plan and its conventions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from steelyard.web.configuration import Configuration
from steelyard.web.library.taking import take_up
from steelyard.web.people.models import Account, Unit
from tests.bureau import small_bureau
from tests.bureau.test_correcting import FACTS, RULES
from tests.web.people.world import NOW, unit, with_role


@pytest.fixture
def office(db: None, tmp_path: Path, settings: Any) -> Account:  # noqa: ARG001  tables must be there
    made = small_bureau.bureau(tmp_path, FACTS, "# 办案\n" + RULES)
    settings.STEELYARD = Configuration(tmp_path, bureau=str(made.root), record=str(made.record))
    return with_role("office")


@pytest.fixture
def city(office: Account) -> Unit:
    """A city below it, once the rules are in the library."""
    take_up(by=office, now=NOW)
    return unit("A")
