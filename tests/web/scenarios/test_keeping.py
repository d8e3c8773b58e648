"""Scenarios are kept, returned to exactly, thrown away, and turned into drafts; the library is as it was until then."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from steelyard.engine.problems import Refused
from steelyard.web.configuration import Configuration
from steelyard.web.library.considering import Wanted
from steelyard.web.library.models import Edition, Rule, Version
from steelyard.web.library.taking import take_up
from steelyard.web.library.writing import write
from steelyard.web.people.models import Account
from steelyard.web.scenarios.keeping import back, draft, drop, out, put
from steelyard.web.scenarios.models import Scenario, State
from steelyard.web.trail.models import Event
from tests.bureau import small_bureau
from tests.bureau.test_correcting import FACTS, RULES
from tests.web.library.test_library import DONE, MENDED
from tests.web.people.world import NOW, with_role


@pytest.fixture
def office(db: None, tmp_path: Path, settings: Any) -> Account:  # noqa: ARG001  tables must be there
    made = small_bureau.bureau(tmp_path, FACTS, "# 办案\n" + RULES)
    settings.STEELYARD = Configuration(tmp_path, bureau=str(made.root), record=str(made.record))
    office = with_role("office")
    take_up(by=office, now=NOW)
    return office


def wanted(text: str = MENDED, base: int = 1) -> Wanted:
    return Wanted(text, Rule.objects.get(address="done"), base)


def plan(more: str) -> Wanted:
    rule = Rule.objects.filter(kind="plan").get()
    return Wanted(rule.versions.get().text.rstrip() + f"\n{more}\n", rule, 1)


def code_of(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.problems[0].code


def begun(office: Account, name: str = "目标提高") -> Scenario:
    return put(None, name, wanted(), by=office, now=NOW)


def test_what_is_put_into_a_scenario_changes_nothing_of_the_library(office: Account) -> None:
    before = (Version.objects.count(), Edition.objects.get().number)
    made = begun(office)
    assert made.last.only_texts() == {"done": MENDED}
    assert (Version.objects.count(), Edition.objects.get().number) == before
    assert Event.objects.get(act="scenario-put").target == f"scenario:{made.pk}"


def test_every_earlier_state_is_returned_to_sign_by_sign(office: Account) -> None:
    made = begun(office)
    put(made.pk, "", plan("# 另一种写法"), by=office, now=NOW)
    first, second = made.saved.get(number=1), made.saved.get(number=2)
    put(made.pk, "", wanted(MENDED + "\n# 又改\n"), by=office, now=NOW)
    back(made.pk, 1, 3, by=office, now=NOW)
    assert (made.last.number, made.last.texts, made.last.digest) == (4, first.texts, first.digest)
    back(made.pk, 2, 4, by=office, now=NOW)
    assert (made.last.texts, made.last.digest) == (second.texts, second.digest)
    assert [one.move for one in made.saved.all()] == ["back", "back", "put", "put", "put"], "nothing is overwritten"


def test_a_rule_is_taken_out_and_what_nobody_looked_at_is_not_touched(office: Account) -> None:
    made = begun(office)
    put(made.pk, "", plan("# x"), by=office, now=NOW)
    with pytest.raises(Refused) as refused:
        out(made.pk, "done", 1, by=office, now=NOW)
    assert code_of(refused) == "scenario-meanwhile"
    out(made.pk, "done", 2, by=office, now=NOW)
    assert "done" not in made.last.texts
    for act, code in (
        (lambda: out(made.pk, "done", 3, by=office, now=NOW), "scenario-rule"),
        (lambda: back(made.pk, 99, 3, by=office, now=NOW), "scenario-number"),
        (lambda: put(None, "x", wanted(), by=office, now=NOW), "scenario-name"),
        (lambda: put(None, "目标提高", wanted(), by=office, now=NOW), "scenario-there"),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert code_of(refused) == code
    assert made.saved.count() == 3


def test_a_scenario_that_was_dropped_is_closed_and_its_name_is_free(office: Account) -> None:
    made = begun(office)
    drop(made.pk, by=office, now=NOW)
    assert Scenario.objects.get(pk=made.pk).state == State.DROPPED
    with pytest.raises(Refused) as refused:
        put(made.pk, "", wanted(), by=office, now=NOW)
    assert code_of(refused) == "scenario-none"
    assert begun(office).pk != made.pk
    assert made.saved.count() == 1, "what it said stays"


def test_drafts_are_made_of_all_its_rules_or_of_none(office: Account) -> None:
    made = begun(office)
    put(made.pk, "", plan("no_such_key: 1"), by=office, now=NOW)
    with pytest.raises(Refused):
        draft(made.pk, "明年提高目标", 2, by=office, now=NOW)
    assert Version.objects.filter(number=2).count() == 0
    back(made.pk, 1, 2, by=office, now=NOW)
    (version,) = draft(made.pk, "明年提高目标", 3, by=office, now=NOW)
    assert (version.rule.code, version.number, version.text.strip(), version.adopted_at) == (
        "done", 2, MENDED.strip(), None
    )  # fmt: skip
    assert Scenario.objects.get(pk=made.pk).state == State.DRAFTED


def test_a_rule_that_was_changed_meanwhile_is_not_overwritten_by_a_draft(office: Account) -> None:
    made = begun(office)
    write(wanted(DONE + "\n# 别人改了\n"), "别人改的", by=office, now=NOW)
    with pytest.raises(Refused) as refused:
        draft(made.pk, "明年提高目标", 1, by=office, now=NOW)
    assert code_of(refused) == "rule-meanwhile"
    assert Scenario.objects.get(pk=made.pk).state == State.OPEN


def test_an_empty_one_and_what_weighs_no_unit_are_told(office: Account) -> None:
    made = begun(office)
    out(made.pk, "done", 1, by=office, now=NOW)
    with pytest.raises(Refused) as refused:
        draft(made.pk, "明年提高目标", 2, by=office, now=NOW)
    assert code_of(refused) == "scenario-empty"
    with pytest.raises(Refused) as refused:
        put(made.pk, "", Wanted("duty: x\nname: 某职责\n"), by=office, now=NOW)
    assert code_of(refused) == "scenario-kind"


def test_a_scenario_holds_no_more_rules_than_can_be_weighed_at_once(
    office: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("steelyard.web.scenarios.keeping.MOST", 1)
    made = begun(office)
    with pytest.raises(Refused) as refused:
        put(made.pk, "", plan("# x"), by=office, now=NOW)
    assert code_of(refused) == "scenario-many"


def test_only_who_writes_rules_keeps_scenarios(office: Account) -> None:
    made = begun(office)
    for role in ("group", "leader", "unit"):
        with pytest.raises(Refused) as refused:
            drop(made.pk, by=with_role(role), now=NOW)
        assert code_of(refused) == "act-not-allowed"
