"""Roles: proposed, confirmed by somebody else, lent, taken back; no sequence of acts gives one person two of them that
must stay apart."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from steelyard.engine.problems import Refused
from steelyard.web.people import accounts
from steelyard.web.people.asking import Asker
from steelyard.web.people.granting.delegating import delegate
from steelyard.web.people.granting.proposing import confirm, decline, end, propose, transferred
from steelyard.web.people.models import Account, Grant, GrantState, Unit
from steelyard.web.people.roles import ADMINISTRATORS, SENSITIVE, Role, apart
from steelyard.web.trail.models import Event
from tests.web.people.world import NOW, TODAY, account, bureau, grant, unit, with_role

DAY = timedelta(days=1)


def refused(act: Callable[[], Any]) -> list[str]:
    """The codes with which an act is refused; nothing of it is left behind."""
    before = Event.objects.count(), list(Grant.objects.order_by("pk").values())
    with pytest.raises(Refused) as caught, transaction.atomic():
        act()
    assert (Event.objects.count(), list(Grant.objects.order_by("pk").values())) == before
    return [problem.code for problem in caught.value.problems]


def offered(to: Account, role: str, at: Unit | None, by: Account, **more: Any) -> Grant:
    usual: dict[str, Any] = {"since": TODAY, "until": None, "reason": "任命〔2026〕1号", "now": NOW}
    return propose(account=to, role=role, unit=at, by=by, **{**usual, **more})


@pytest.mark.django_db
class TestProposing:
    def test_a_harmless_role_holds_at_once_and_a_sensitive_one_after_a_second_person(self) -> None:
        keeper, second, li = with_role("security", None), with_role("system", None), account("li")
        offered(li, "unit", unit("A"), keeper)
        assert Asker(li, TODAY).roles == {"unit"}
        wang = account("wang")
        waiting = offered(wang, "assessor", unit("P"), keeper)
        assert Asker(wang, TODAY).roles == frozenset()
        confirm(grant=waiting, by=second, now=NOW)
        assert Asker(wang, TODAY).roles == {"assessor"}
        acts = list(Event.objects.values_list("act", "actor", "role", "target"))
        assert acts == [
            ("grant-propose", keeper.username, "security", f"account:{li.pk}"),
            ("grant-propose", keeper.username, "security", f"account:{wang.pk}"),
            ("grant-confirm", second.username, "system", f"account:{wang.pk}"),
        ]

    def test_nobody_confirms_his_own_proposal_or_gives_himself_anything(self) -> None:
        keeper, other = with_role("security", None), account("other")
        grant(other, "security", None)
        li = account("li")
        waiting = offered(li, "group", unit("P"), keeper)
        assert refused(lambda: confirm(grant=waiting, by=keeper, now=NOW)) == ["grant-same-person"]
        assert refused(lambda: offered(keeper, "officer", unit("P"), keeper)) == ["act-on-oneself"]
        for_the_other = offered(other, "officer", unit("P"), keeper)
        assert for_the_other.state == GrantState.CONFIRMED
        confirm(grant=waiting, by=other, now=NOW)
        assert refused(lambda: confirm(grant=waiting, by=other, now=NOW)) == ["grant-state"]

    def test_a_system_administrator_gives_nothing_and_a_security_administrator_makes_nobody(self) -> None:
        keeper, maker = with_role("security", None), with_role("system", None)
        li = account("li")
        assert refused(lambda: offered(li, "officer", unit("P"), maker)) == ["act-not-allowed"]
        make = lambda: accounts.create(username="new", name="新人", person="", by=keeper, now=NOW)  # noqa: E731
        assert refused(make) == ["act-not-allowed"]

    @pytest.mark.parametrize(("has", "wanted"), [(a, b) for a in Role for b in Role if apart(a, b)])
    def test_roles_that_must_stay_apart_are_refused_whether_held_waiting_or_to_come(
        self, has: Role, wanted: Role
    ) -> None:
        keeper, li, place = with_role("security", None), account("li"), unit("P")
        held = grant(li, has, place, since=TODAY + 30 * DAY, until=TODAY + 40 * DAY, state=GrantState.PROPOSED)
        assert refused(lambda: offered(li, wanted, place, keeper)) == ["grant-apart"]
        before = offered(li, wanted, place, keeper, until=TODAY + 29 * DAY)
        assert before.until is not None
        assert before.until < held.since

    def test_everything_that_is_wrong_is_told_at_once(self) -> None:
        keeper, li = with_role("security", None), account("li", is_active=False)
        wrong = lambda: offered(li, "unit", None, keeper, until=TODAY - DAY, reason=" ")  # noqa: E731
        assert sorted(refused(wrong)) == ["grant-dates", "grant-inactive", "grant-reason", "grant-unit"]
        li.is_active = True
        li.save()
        offered(li, "unit", unit("A"), keeper)
        assert refused(lambda: offered(li, "unit", unit("A"), keeper)) == ["grant-doubled"]

    def test_a_refused_proposal_gives_nothing_and_can_be_made_again(self) -> None:
        keeper, second, li = with_role("security", None), with_role("system", None), account("li")
        decline(grant=offered(li, "office", unit("P"), keeper), by=second, reason="不妥", now=NOW)
        assert Asker(li, TODAY).roles == frozenset()
        assert offered(li, "office", unit("P"), keeper).state == GrantState.PROPOSED

    def test_the_last_administrator_of_a_kind_stays(self) -> None:
        keeper, maker, records = (with_role(role, None) for role in ("security", "system", "records"))
        assert refused(lambda: end(grant=maker.grants.get(), by=keeper, reason="离任", now=NOW)) == ["grant-last"]
        assert refused(lambda: accounts.disable(account=keeper, reason="离任", by=maker, now=NOW)) == ["grant-last"]
        another = account("records-2")
        grant(another, "records", None)
        end(grant=records.grants.get(), by=keeper, reason="离任", now=NOW)
        assert Asker(records, TODAY).roles == frozenset()

    def test_dates_are_kept_to_the_day(self) -> None:
        keeper, li = with_role("security", None), account("li")
        offered(li, "leader", unit("A"), keeper, since=TODAY + DAY, until=TODAY + 2 * DAY)
        held = [bool(Asker(li, TODAY + n * DAY).roles) for n in range(4)]
        assert held == [False, True, True, False]

    def test_who_moves_leaves_every_role_behind(self) -> None:
        li, to = with_role("unit", "A"), account("wang")
        lent(li, to, unit("A1"))
        with transaction.atomic():
            transferred(account=li, by=None, who={"actor": "", "role": "", "behalf": ""}, reason="调动", now=NOW)
        assert Asker(li, TODAY).roles == Asker(to, TODAY).roles == frozenset()


def lent(by: Account, to: Account, at: Unit, **more: Any) -> Grant:
    usual: dict[str, Any] = {"since": TODAY, "until": TODAY + 10 * DAY, "reason": "出差", "now": NOW}
    held = more.pop("grant", None) or by.grants.first()
    return delegate(grant=held, to=to, unit=at, by=by, **{**usual, **more})


@pytest.mark.django_db
class TestDelegating:
    def test_what_is_lent_is_seen_as_lent(self) -> None:
        li, to = with_role("unit", "A"), account("wang")
        lent(li, to, unit("A1"))
        (held,) = (one for one in Asker(to, TODAY).held if one.role == "unit")
        assert (held.path, held.behalf) == ("/P/A/A1/", li.username)
        assert not Asker(to, TODAY + 11 * DAY).roles

    def test_never_wider_never_longer_never_further_never_to_oneself(self) -> None:
        li, to = with_role("unit", "A"), account("wang")
        assert refused(lambda: lent(li, to, unit("B"))) == ["delegation-wider"]
        assert refused(lambda: lent(li, to, unit("P"))) == ["delegation-wider"]
        assert refused(lambda: lent(li, li, unit("A"))) == ["act-on-oneself"]
        for dates in ({"until": None}, {"until": TODAY + 91 * DAY}, {"since": TODAY - DAY}):
            assert refused(lambda dates=dates: lent(li, to, unit("A"), **dates)) == ["delegation-longer"]
        passed_on = lent(li, to, unit("A"))
        grant(to, "leader", unit("P"))
        further = lambda: lent(to, account("zhao"), unit("A"), grant=passed_on)  # noqa: E731
        assert refused(further) == ["delegation-not-mine"]
        assert (
            refused(lambda: lent(with_role("leader", "B"), to, unit("A"), grant=li.grants.get()))[0]
            == "delegation-not-mine"
        )

    def test_it_ends_within_the_lenders_own_term(self) -> None:
        li, to = account("li"), account("wang")
        grant(li, "unit", unit("A"), until=TODAY + 5 * DAY)
        assert refused(lambda: lent(li, to, unit("A"))) == ["delegation-longer"]

    def test_an_administrator_and_an_auditor_are_not_stood_in_for(self) -> None:
        li, to = account("li"), account("wang")
        auditing = grant(li, "auditor", unit("P"))
        grant(li, "unit", unit("P"))
        assert refused(lambda: lent(li, to, unit("P"), grant=auditing)) == ["delegation-role"]

    def test_it_ends_with_what_it_came_from(self) -> None:
        keeper, maker = with_role("security", None), with_role("system", None)
        li, to = with_role("unit", "A"), account("wang")
        with_role("unit", "B")
        lent(li, to, unit("A"))
        accounts.disable(account=li, reason="离任", by=maker, now=NOW)
        assert not Asker(to, TODAY).roles
        accounts.enable(account=li, reason="回来", by=maker, now=NOW)
        assert Asker(to, TODAY).roles == {"unit"}
        end(grant=li.grants.get(), by=keeper, reason="免职", now=NOW)
        assert not Asker(to, TODAY).roles

    def test_a_sensitive_role_is_lent_with_a_second_person_and_only_to_who_may_have_it(self) -> None:
        second, li = with_role("system", None), with_role("assessor")
        office = with_role("office")
        assert refused(lambda: lent(li, office, unit("P"))) == ["grant-apart"]
        to = account("wang")
        waiting = lent(li, to, unit("A"))
        assert not Asker(to, TODAY).roles
        confirm(grant=waiting, by=second, now=NOW)
        assert Asker(to, TODAY).roles == {"assessor"}

    def test_lender_and_borrower_can_end_it_and_nobody_else_by_that_way(self) -> None:
        li, to, other = with_role("unit", "A"), account("wang"), with_role("unit", "B")
        first = lent(li, to, unit("A"))
        assert refused(lambda: end(grant=first, by=other, reason="x", now=NOW)) == ["act-not-allowed"]
        end(grant=first, by=to, reason="不便", now=NOW)
        second = lent(li, to, unit("A"))
        end(grant=second, by=li, reason="回来了", now=NOW)
        assert not Asker(to, TODAY).roles


# ---- any sequence ----

NAMES = st.sampled_from([f"p{number}" for number in range(4)])
KEEPERS = st.sampled_from(["k1", "k2", "s1", *(f"p{number}" for number in range(4))])
SPAN = st.integers(0, 12)


class Sequence(RuleBasedStateMachine):
    """Everybody tries everything, in any order, while days pass."""

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.today, self.units = TODAY, bureau()
        for name, role in (("k1", "security"), ("k2", "security"), ("s1", "system"), ("r1", "records")):
            grant(account(name), role, None)
        for number in range(4):
            account(f"p{number}")

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    def someone(self, name: str) -> Account:
        return Account.objects.get(username=name)

    def now(self) -> Any:
        return NOW + (self.today - TODAY)

    def tries(self, act: Callable[[], Any]) -> None:
        with suppress(Refused), transaction.atomic():
            act()

    @rule(
        to=NAMES | KEEPERS,
        by=KEEPERS,
        role=st.sampled_from(list(Role)),
        at=st.sampled_from(["P", "A", "A1"]),
        first=SPAN,
        length=SPAN | st.none(),
    )
    def proposes(self, to: str, by: str, role: Role, at: str, first: int, length: int | None) -> None:
        since = self.today + first * DAY
        until = None if length is None else since + length * DAY
        place = None if role in ADMINISTRATORS else self.units[at]
        self.tries(
            lambda: offered(self.someone(to), role, place, self.someone(by), since=since, until=until, now=self.now())
        )

    @precondition(lambda _: Grant.objects.filter(state="proposed").exists())
    @rule(data=st.data(), by=KEEPERS)
    def confirms(self, data: Any, by: str) -> None:
        waiting = data.draw(st.sampled_from(list(Grant.objects.filter(state="proposed").order_by("pk"))))
        self.tries(lambda: confirm(grant=waiting, by=self.someone(by), now=self.now()))

    @precondition(lambda _: Grant.objects.filter(state="confirmed", account__username__startswith="p").exists())
    @rule(data=st.data(), to=NAMES, at=st.sampled_from(["P", "A", "A1", "B"]), first=SPAN, length=SPAN)
    def lends(self, data: Any, to: str, at: str, first: int, length: int) -> None:
        mine = Grant.objects.filter(state="confirmed", account__username__startswith="p").order_by("pk")
        held: Grant = data.draw(st.sampled_from(list(mine)))
        since = self.today + first * DAY
        self.tries(
            lambda: lent(
                held.account,
                self.someone(to),
                self.units[at],
                grant=held,
                since=since,
                until=since + length * DAY,
                now=self.now(),
            )
        )

    @rule(data=st.data(), by=KEEPERS)
    def ends(self, data: Any, by: str) -> None:
        held = data.draw(st.sampled_from(list(Grant.objects.order_by("pk"))))
        self.tries(lambda: end(grant=held, by=self.someone(by), reason="收回", now=self.now()))

    @rule(name=NAMES, comes_back=st.booleans())
    def leaves(self, name: str, comes_back: bool) -> None:
        act = accounts.enable if comes_back else accounts.disable
        self.tries(lambda: act(account=self.someone(name), reason="x", by=self.someone("s1"), now=self.now()))

    @rule(name=NAMES)
    def moves(self, name: str) -> None:
        nobody = {"actor": "", "role": "", "behalf": ""}
        self.tries(
            lambda: transferred(account=self.someone(name), by=None, who=nobody, reason="调动", now=self.now())  # type: ignore[arg-type]
        )

    @rule(days=st.integers(1, 5))
    def days_pass(self, days: int) -> None:
        self.today += days * DAY

    @invariant()
    def nobody_holds_two_that_must_stay_apart(self) -> None:
        for who in Account.objects.all():
            for day in (self.today, self.today + 3 * DAY, self.today + 9 * DAY):
                roles = Asker(who, day).roles
                assert not [(a, b) for a in roles for b in roles if apart(a, b)], (who, day, roles)

    @invariant()
    def nobody_has_a_sensitive_role_by_one_hand(self) -> None:
        for one in Grant.objects.filter(state="confirmed", role__in=SENSITIVE).exclude(given_by=None):
            assert one.confirmed_by_id not in (None, one.given_by_id, one.account_id)

    @invariant()
    def what_is_lent_is_a_part_of_what_is_had(self) -> None:
        for one in Grant.objects.filter(state="confirmed").exclude(delegated_from=None):
            source = one.delegated_from
            assert source is not None
            assert source.delegated_from is None
            assert source.account_id != one.account_id
            assert one.role == source.role
            assert one.path.startswith(source.path)
            assert one.since >= source.since
            assert source.until is None or (one.until or date.max) <= source.until

    @invariant()
    def somebody_can_administer(self) -> None:
        for role in ADMINISTRATORS:
            assert any(role in Asker(who, self.today).roles for who in Account.objects.all())


@pytest.mark.django_db
def test_no_sequence_of_acts_gives_anybody_a_forbidden_pair() -> None:
    run_state_machine_as_test(Sequence, settings=settings(max_examples=25, stateful_step_count=25))  # type: ignore[arg-type]
