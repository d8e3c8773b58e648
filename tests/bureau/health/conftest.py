"""A small province, run and published with its history, and the health checks of all its units."""

from __future__ import annotations

from pathlib import Path

import pytest

from steelyard.bureau.health.making import Checks
from steelyard.bureau.health.writing import checks_of
from tests.web.province import Province, made


@pytest.fixture(scope="session")
def province(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Province:
    """Made once for all workers of one session, the one that tests of the site use."""
    base = tmp_path_factory.getbasetemp()
    home = (base if worker_id == "master" else base.parent) / "province"
    home.mkdir(exist_ok=True)
    return made(home)


@pytest.fixture(scope="session")
def run(province: Province) -> Path:
    return province.folder


@pytest.fixture(scope="session")
def checks(run: Path) -> Checks:
    return checks_of(run)
