"""Whoever waits for somebody is told once, and whoever concerns nobody is not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, transaction

from steelyard.reports.sheet import Words
from steelyard.web.messages import whom
from steelyard.web.messages.kinds import KINDS, kind, named
from steelyard.web.messages.models import Message
from steelyard.web.messages.sending import tell
from steelyard.web.people.models import Account, GrantState, Unit
from steelyard.web.people.roles import Role
from tests.web.databases import at_once
from tests.web.people.world import NOW, TODAY, account, bureau, grant, person, with_role

TRIAL = kind("trial", "试一试", "trial")
WORDS = Words("请看一看", "please look")


def told(*accounts: Account, key: str = "one", **more: bool) -> None:
    with transaction.atomic():
        tell(accounts, TRIAL, WORDS, "/appeals/1", key=key, now=NOW, **more)


@pytest.mark.usefixtures("both")
def test_nobody_is_told_the_same_twice_whoever_says_it_again_and_at_the_same_time() -> None:
    li, wang = account("li"), account("wang")
    told(li, li)
    at_once(*[lambda: told(wang, li)] * 4, *[lambda: told(li, wang)] * 4)
    told(li, key="other")
    assert sorted(Message.objects.values_list("account__username", "key")) == [
        ("li", "one"), ("li", "other"), ("wang", "one"),
    ]  # fmt: skip
    assert set(Message.objects.values_list("zh", "en", "read_at")) == {(WORDS.zh, WORDS.en, None)}


@pytest.mark.usefixtures("both")
def test_what_did_not_happen_is_not_told() -> None:
    li = account("li")
    with transaction.atomic():
        tell([li], TRIAL, WORDS, "/", key="one", now=NOW)
        transaction.set_rollback(True)
    assert not Message.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_telling_belongs_to_what_happened() -> None:
    assert not connection.in_atomic_block
    with pytest.raises(transaction.TransactionManagementError):
        tell([account("li")], TRIAL, WORDS, "/", key="one", now=NOW)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere", "appeals", ""]
)
def test_no_message_leads_out_of_the_site(address: str) -> None:
    with pytest.raises(ValueError, match="address"):
        tell([account("li")], TRIAL, WORDS, address, key="one", now=NOW)


@pytest.mark.django_db
def test_kinds_say_by_themselves_what_is_urgent_and_long_words_are_cut() -> None:
    urgent = kind("trial-urgent", "急", "urgent", urgent=True)
    told(account("li"), key="calm")
    told(account("li"), key="this one", urgent=True)
    tell([account("li")], urgent, Words("长" * 900, "long"), "/", key="always", now=NOW)
    assert dict(Message.objects.values_list("key", "urgent")) == {"calm": False, "this one": True, "always": True}
    assert Message.objects.get(key="always").zh == "长" * 499 + "…"
    with pytest.raises(ValueError, match="two kinds"):
        kind("trial", "另一种", "another")
    assert (KINDS["trial"].words, named("of an earlier version").zh) == (
        Words("试一试", "trial"),
        "of an earlier version",
    )


# ---- whom ----


@pytest.fixture
def units(db: None) -> dict[str, Unit]:  # noqa: ARG001  tables must be there
    return bureau()


def names(found: list[Account]) -> list[str]:
    return sorted(one.username for one in found)


def test_a_role_over_a_unit_is_found_where_it_is_held(units: dict[str, Unit]) -> None:
    for place in ("P", "A", "A1", None):
        with_role("office", place)
    path = units["A1"].path
    assert names(whom.holders(Role.OFFICE, path, today=TODAY)) == ["office-a1"]
    assert names(whom.holders(Role.OFFICE, units["A11"].path, today=TODAY)) == []
    assert names(whom.holders(Role.OFFICE, today=TODAY)) == ["office-none", "office-p"]
    assert names(whom.nearest(Role.OFFICE, units["A11"].path, today=TODAY)) == ["office-a1"]
    assert names(whom.nearest(Role.OFFICE, units["A2"].path, today=TODAY)) == ["office-a"]
    assert names(whom.nearest(Role.OFFICE, units["B1"].path, today=TODAY)) == ["office-p"]
    assert whom.nearest(Role.GROUP, units["B1"].path, today=TODAY) == []


def test_an_office_over_the_whole_is_found_where_no_unit_is_named(units: dict[str, Unit]) -> None:
    with_role("office", None)
    assert names(whom.nearest(Role.OFFICE, units["A1"].path, today=TODAY)) == ["office-none"]


def test_who_has_it_no_more_or_not_yet_is_not_told(units: dict[str, Unit]) -> None:
    at, day = units["A1"], timedelta(days=1)
    grant(account("over"), "unit", at, until=TODAY - day)
    grant(account("early"), "unit", at, since=TODAY + day)
    grant(account("asked"), "unit", at, state=GrantState.PROPOSED)
    grant(account("gone", is_active=False), "unit", at)
    lent = grant(account("lender"), "unit", at)
    grant(account("deputy"), "unit", at, delegated_from=lent, until=TODAY)
    assert names(whom.holders(Role.UNIT, at.path, today=TODAY)) == ["deputy", "lender"]
    assert names(whom.holders(Role.UNIT, at.path, today=TODAY + day)) == ["early", "lender"]


def test_persons_are_told_by_their_own_accounts(units: dict[str, Unit]) -> None:
    person("n-1", units["A1"])
    person("n-2", units["A1"])
    person("n-3", units["B1"])
    one, _ = account("li", person="n-1"), account("wang", person="n-3")
    assert whom.own(["n-1", "n-2", "", "nobody"]) == [one]
    assert whom.carriers("A1", "岗位") == [one]
    assert whom.above(units["A1"].path) == ["/P/A/A1/", "/P/A/", "/P/", ""]
    assert whom.above("") == [""]
