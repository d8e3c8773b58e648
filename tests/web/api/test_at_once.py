"""Two systems at the same moment, on both databases: what only one of them may do, only one of them does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from steelyard.web.api import facts
from steelyard.web.configuration import Configuration
from tests.bureau.small_bureau import bureau, load
from tests.bureau.test_correcting import CASES, FACTS, RULES, UNITS
from tests.lake.intake_office import shared_cage
from tests.web.api.caller import integrator, post
from tests.web.databases import at_once
from tests.web.people.world import unit


@pytest.fixture
def small(both: Configuration, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    made = bureau(tmp_path, FACTS, RULES)
    load(made, {"units.csv": UNITS, "cases1.csv": CASES})
    settings.STEELYARD = replace(both, bureau=str(made.root), record=str(made.record), live="all")
    facts.live.cache_clear()
    monkeypatch.setattr(facts, "cage", shared_cage)
    facts.live().open()


@pytest.mark.usefixtures("small")
def test_of_two_tokens_that_push_one_new_key_the_second_is_told_that_it_is_not_his() -> None:
    tokens = {code: integrator(unit(code), ("facts",)) for code in "AB"}
    for key in ("91", "92", "93"):
        sent = {code: {"rows": [{"id": key, "unit": code, "on": "2026-05-01"}]} for code in tokens}
        answers = at_once(
            *(lambda one=one, rows=rows: post(tokens[one], "facts/cases", rows) for one, rows in sent.items())
        )
        refused = [one.json()["problems"][0]["code"] for one in answers if one.status_code == 422]
        assert (len(answers), refused) == (2, ["push-key"])
