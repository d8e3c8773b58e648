"""The API answers whatever its own document allows, and much that it does not, with words and never with a crash."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.utils import timezone
from hypothesis import HealthCheck, settings

from steelyard.web.api import facts
from steelyard.web.configuration import Configuration
from steelyard.web.people.roles import Role
from steelyard.web.people.tokens import SCOPES, Wanted, issue
from tests.bureau.small_bureau import bureau, load
from tests.bureau.test_correcting import CASES, FACTS, RULES, UNITS
from tests.lake.intake_office import shared_cage
from tests.web.people import world

SCHEMA = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())


@pytest.fixture
def token(db: None, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> str:  # noqa: ARG001
    made = bureau(tmp_path, FACTS, RULES)
    load(made, {"units.csv": UNITS, "cases1.csv": CASES})
    settings.STEELYARD = Configuration(tmp_path / "site", bureau=str(made.root), record=str(made.record))
    facts.live.cache_clear()
    monkeypatch.setattr(facts, "cage", shared_cage)
    account, security, now = world.with_role(Role.INTEGRATION), world.with_role(Role.SECURITY), timezone.now()
    wanted = Wanted("x", SCOPES, world.unit("P"), now + timedelta(days=1), ["cases"])
    return issue(account, wanted, by=security, now=now)[1]


@SCHEMA.parametrize()
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_request_has_an_answer_that_the_document_describes(case: Any, token: str) -> None:
    answer = case.call(headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code < 500, answer.text
