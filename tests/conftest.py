"""What tests of every floor share: golden files, Hypothesis settings, and the services that some tests need."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests import services

GOLDEN = Path(__file__).parent / "golden"

# No deadlines, because machines are shared; the blob replays a failing example on another machine.
settings.register_profile("house", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--golden", action="store_true", help="rewrite the golden files; `git diff` is the review")


class Golden:
    """Texts that people read in review: ``golden.compare("one_scan.duckdb.sql", text)``."""

    def __init__(self, rewrite: bool) -> None:
        self.rewrite = rewrite

    def compare(self, name: str, text: str) -> None:
        path = GOLDEN / name
        if self.rewrite:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf8")
        assert path.exists(), f"no golden file {name}: `make golden` writes it"
        assert text == path.read_text("utf8")


@pytest.fixture(scope="session")
def golden(request: pytest.FixtureRequest) -> Golden:
    return Golden(bool(request.config.getoption("--golden")))


@pytest.fixture(scope="session")
def java() -> str:
    """The Java that Spark needs; such tests carry ``@pytest.mark.xdist_group("spark")`` to share one cluster."""
    found = shutil.which("java")
    if found is None:
        pytest.skip("no java: Spark is not tested (tools/packages.sh installs it)")
    return found


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """URL of an empty PostgreSQL database: the one of ``TEST_DATABASE_URL``, or a server of our own."""
    with services.postgres() as url:
        if url is None:
            pytest.skip("no PostgreSQL server: its source is not tested (tools/packages.sh installs it)")
        yield url
