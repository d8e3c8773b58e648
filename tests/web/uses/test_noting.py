"""Logging a use: what it must say, whose numbers it keeps, once for each key, and never changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from steelyard.bureau.purposes import purposes
from steelyard.engine.problems import Refused
from steelyard.web.library import rules
from steelyard.web.people.models import Token
from steelyard.web.people.tokens import Wanted as WantedToken
from steelyard.web.people.tokens import issue
from steelyard.web.trail.models import Event
from steelyard.web.uses.answering import move
from steelyard.web.uses.models import Named, State, Use
from steelyard.web.uses.noting import Logging, note
from tests.web.databases import at_once
from tests.web.people.world import unit, with_role
from tests.web.uses.office import NOW, office, opened, registered, used, version, wanted, work


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def test_a_use_keeps_who_used_which_numbers_of_whom_for_what(home: Path) -> None:
    del home
    first = version({"a": "91.50", "b": "80"})
    use = used(first, reason="拟任科长")
    assert (use.version, use.purpose_name, use.user, use.document, use.many) == (
        first,
        "任用",
        "人事处",
        "人〔2027〕5号",
        2,
    )
    assert [(one.code, one.name, one.total, one.place, one.grade) for one in use.named.all()] == [
        ("a", "干部a", "91.5", 1, "优秀"), ("b", "干部b", "80", 2, "称职")
    ]  # fmt: skip
    event = Event.objects.get(act="use-log")
    assert (event.actor, event.role, event.target) == (office().username, "office", f"use:{use.pk}")
    assert (event.detail["many"], event.detail["digest"]) == (2, use.digest), "the trail seals the list of names"


def test_everything_that_is_wrong_is_told_at_once(home: Path) -> None:
    del home
    first = version({"a": "90"})
    wrong = wanted(first, "a", "x", purpose="fun", user=" ", document="", on=NOW.date() + timedelta(days=1), key="")
    with pytest.raises(Refused) as refused:
        note(wrong, Logging(office(), "use-new"), now=NOW)
    assert sorted(codes(refused)) == [
        "use-by-what", "use-day", "use-key", "use-purpose", "use-unknown", "use-user"
    ]  # fmt: skip
    assert any("：x；" in problem.text("zh") for problem in refused.value.problems)
    assert not Use.objects.exists()


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"kind": "posts"}, "use-kind"), ({"reason": "长" * 501}, "use-long"),
        ({"codes": tuple(f"p{number}" for number in range(30_001))}, "use-many"),
        ({"codes": ()}, "use-nobody"),
    ],
)  # fmt: skip
def test_a_list_is_of_one_kind_and_of_a_size_and_says_whom(home: Path, more: dict[str, Any], code: str) -> None:
    del home
    first = version({"a": "90"})
    with pytest.raises(Refused) as refused:
        note(replace(wanted(first), **more), Logging(office(), "use-new"), now=NOW)
    assert code in codes(refused)
    assert not Use.objects.exists()


def test_a_purpose_that_ended_takes_no_new_uses_and_the_old_ones_keep_its_name(home: Path) -> None:
    first = version({"a": "90"})
    with pytest.raises(Refused) as refused:
        used(first, "a", purpose="bonus")
    assert codes(refused) == ["use-purpose-over"]
    use = used(first, "a", purpose="honours")
    opened(home / "site", "purpose: other\nname: 别的")
    use.refresh_from_db()
    assert use.purpose_name == "评先评优"


def test_a_bureau_that_lists_no_purposes_is_told_to_write_them(home: Path) -> None:
    first = version({"a": "90"})
    (home / "site" / "bureau" / "uses.yaml").unlink()
    with pytest.raises(Refused) as refused:
        used(first, "a")
    assert codes(refused) == ["uses-no-purposes"]
    opened(home / "site", "purpose: a1\nname: 一\n---\npurpose: a1\nname: 二")
    with pytest.raises(Refused) as refused:
        purposes(rules.bureau())
    assert codes(refused) == ["uses-purpose-twice"]


def test_the_same_key_is_the_same_use_and_never_another(home: Path) -> None:
    del home
    first = version({"a": "90", "b": "80"})
    use = used(first, "a", "b")
    assert used(first, "b", "a") == use, "the order of names says nothing"
    with pytest.raises(Refused) as refused:
        used(first, "a")
    assert codes(refused) == ["use-key-other"]
    assert (Use.objects.count(), Event.objects.filter(act="use-log").count()) == (1, 1)


def test_of_two_who_send_the_same_at_once_one_entry_comes(home_of_both: Path) -> None:
    del home_of_both
    first, who = version({"a": "90"}), office()

    def send() -> int:
        return used(first, "a", by=who).pk

    assert len(set(at_once(send, send))) == 1
    assert Use.objects.count() == 1


def test_cancelling_is_an_entry_of_its_own_and_takes_nothing_away(home: Path) -> None:
    del home
    use = used(version({"a": "90", "b": "80"}))
    before = Use.objects.filter(pk=use.pk).values().get()
    with pytest.raises(Refused) as refused:
        move(use.pk, "cancel", " ", by=office(), now=NOW)
    assert codes(refused) == ["use-reason"]
    move(use.pk, "cancel", "登记错了人", by=office(), now=NOW)
    after = Use.objects.filter(pk=use.pk).values().get()
    assert {name for name in after if after[name] != before[name]} == {"state"}
    assert (after["state"], Named.objects.count()) == (State.CANCELLED, 2)
    assert [(one.move, one.reason) for one in use.steps.all()] == [("cancel", "登记错了人")]
    assert Event.objects.get(act="use-cancel").detail["reason"] == "登记错了人"
    with pytest.raises(Refused) as refused:
        move(use.pk, "cancel", "再来一次", by=office(), now=NOW)
    assert codes(refused) == ["use-over"]


def test_a_version_that_was_corrected_already_is_held_against_the_correction_at_once(home: Path) -> None:
    del home
    first = version({"a": "90", "b": "80"})
    version({"a": "79", "b": "80"}, corrects=first)
    assert work() is None, "nothing was used: there is nothing to look through"
    use = used(first)
    use.refresh_from_db()
    assert (use.state, use.reviews.get().changed) == (State.DUE, 2), "the place of b changed with the total of a"


def test_a_preview_is_used_by_nobody(home: Path) -> None:
    del home
    first = version({"a": "90"})
    type(first).objects.filter(pk=first.pk).update(stage="preview")
    with pytest.raises(Refused) as refused:
        used(first, "a")
    assert codes(refused) == ["use-version"]


@pytest.mark.parametrize("role", ["assessor", "leader", "unit", "group"])
def test_only_the_office_logs(home: Path, role: str) -> None:
    del home
    first = version({"a": "90"})
    with pytest.raises(Refused) as refused:
        used(first, "a", by=with_role(role))
    assert codes(refused) == ["act-not-allowed"]


def _token(at: str, *scopes: str) -> Token:
    system = with_role("integration", at)
    asked = WantedToken("人事系统", scopes or ("uses",), unit(at), NOW + timedelta(days=9))
    return issue(system, asked, by=with_role("security", None), now=NOW)[0]


def test_a_system_logs_only_those_whom_its_token_covers(home: Path) -> None:
    del home
    registered("a")
    registered("b", at="B1")
    first, token = version({"a": "90", "b": "80", "c": "70"}), _token("A")
    logging = Logging(token.account, "api-uses", token)
    with pytest.raises(Refused) as refused:
        note(wanted(first, "a", "b", "c"), logging, now=NOW)
    assert codes(refused) == ["use-unknown"], "as if they were not there"
    told = refused.value.problems[0].text("zh")
    assert ("b、c" in told, "a" in told) == (True, False)
    use = note(wanted(first, "a"), logging, now=NOW)
    assert (use.by, use.token) == (token.account, token)
    other = _token("A", "results")
    with pytest.raises(Refused) as refused:
        note(wanted(first, "a", key="k2"), Logging(other.account, "api-uses", other), now=NOW)
    assert Use.objects.count() == 1


def test_five_thousand_persons_are_logged_in_a_bounded_number_of_questions(home: Path) -> None:
    del home
    totals = {f"p{number:05}": f"{100 - number / 1000:.3f}" for number in range(6_000)}
    first, who = version(totals), office()
    with CaptureQueriesContext(connection) as asked:
        use = used(first, *list(totals)[:5_000], by=who)
    assert (use.many, use.named.count()) == (5_000, 5_000)
    assert len(asked) < 60, "rows go in by the thousand"
