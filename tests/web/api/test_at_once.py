"""Two systems at the same moment, on both databases: what only one of them may do, only one of them does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from steelyard.engine.problems import Refused
from steelyard.web.api import facts
from steelyard.web.configuration import Configuration
from steelyard.web.people.deciding import Target
from steelyard.web.people.models import RegisterImport, Token
from steelyard.web.people.registering import sending
from steelyard.web.people.registering.importing import Acting
from steelyard.web.people.roles import Role
from steelyard.web.people.tokens import end
from steelyard.web.trail.models import Event
from tests.bureau.small_bureau import bureau, load
from tests.bureau.test_correcting import CASES, FACTS, RULES, UNITS
from tests.lake.intake_office import shared_cage
from tests.web.api.caller import integrator, post
from tests.web.api.test_organisation import FIRST, MOVE, applied
from tests.web.api.test_organisation import RULES as PROVINCE
from tests.web.databases import at_once
from tests.web.people.world import unit, with_role


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


@pytest.fixture
def register(both: Configuration, tmp_path: Path, settings: Any) -> str:
    """The text of a token over the whole of a bureau."""
    settings.STEELYARD = replace(both, bureau=str(PROVINCE), record=str(tmp_path / "record"))
    return integrator("P", ("organisation", "register", "register-apply"))


def submitted(token: str, tables: Any) -> Any:
    return post(token, "organisation/imports", {"day": "2026-07-01", "tables": tables})


def test_the_same_register_from_two_at_once_is_one_import(register: str, both: Configuration) -> None:
    for tables in (FIRST, {"units": FIRST["units"]}):
        answers = at_once(*[lambda tables=tables: submitted(register, tables)] * 3)
        assert {one.status_code for one in answers} == {200}
        assert len({one.content for one in answers}) == 1
    assert RegisterImport.objects.count() == Event.objects.filter(act="organisation-upload").count() == 2
    assert len(list((both.media / "registers").iterdir())) == 2


def _outcome(do: Any) -> Any:
    def told() -> str:
        try:
            do()
        except Refused as refused:
            return refused.problems[0].code
        return "done"

    return told


def test_a_token_that_is_ended_meanwhile_applies_nothing(register: str) -> None:
    """Either it was applied first, or not at all."""
    applied(submitted(register, FIRST).json()["key"])
    key = submitted(register, MOVE).json()["key"]
    security, token, found = with_role(Role.SECURITY), Token.objects.get(), RegisterImport.objects.get(key=key)
    acting = Acting(token.account, "api-register-apply", Target(path="/P/"), token)

    def apply() -> str:
        try:
            sending.apply(found, found.digest, acting=acting, now=timezone.now())
        except Refused as refused:
            return refused.problems[0].code
        return "done"

    came = at_once(apply, lambda: end(Token.objects.get(), by=security, now=timezone.now()))
    assert set(came) in ({"done", None}, {"act-not-allowed", None})
    ended = Event.objects.get(act="token-end")
    assert not Event.objects.filter(actor=token.account.username, number__gt=ended.number).exists()
    RegisterImport.objects.filter(key=key).update(applied_at=None)
    assert apply() == "act-not-allowed"
