"""授权代理: lending a role for a while. Never wider than one's own, never longer, never further, never to oneself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from steelyard.engine.problems import CATALOGUE, Problem, Refused
from steelyard.web.people.acting import allowed, another, hold
from steelyard.web.people.granting.proposing import note
from steelyard.web.people.granting.rules import fits
from steelyard.web.people.models import Account, Grant, GrantState, Unit
from steelyard.web.people.roles import DELEGABLE, SENSITIVE, Role

CATALOGUE.add(
    {
        "delegation-not-mine": (
            "只能把自己现在直接拥有的角色交人代理；别人交来代理的不能再转交",
            "you can lend only a role that is yours today; what was lent to you goes no further",
        ),
        "delegation-role": (
            "“{role}”不能由人代理",
            "nobody stands in for a '{role}'",
        ),
        "delegation-wider": (
            "{unit} 不在你的权限范围之内",
            "{unit} is not within the scope of your role",
        ),
        "delegation-longer": (
            "代理要有起止日期：不早于今天，不超过 {days} 天，且在你本人任期之内",
            "lending has a first and a last day: not before today, at most {days} days, and within your own term",
        ),
    }
)

LONGEST = timedelta(days=90)


def delegate(
    *, grant: Grant, to: Account, unit: Unit, since: date, until: date | None, reason: str,
    by: Account, now: datetime, address: str = "",
) -> Grant:  # fmt: skip
    """A sensitive role waits for a second person, as it does when it is given. Raises `Refused`."""
    with transaction.atomic():
        to, by = hold(to, by)
        grant = (
            Grant.objects.select_for_update(of=("self",), no_key=True)
            .select_related("unit", "account")
            .get(pk=grant.pk)
        )
        who = allowed("own-delegate", by, now)
        another(by, to)
        today = timezone.localdate(now)
        problems = list(_limits(grant, by, unit, since, until, today))
        if problems:
            raise Refused(problems)
        fits(to, Role(grant.role), unit, since, until, reason, today)
        state = GrantState.PROPOSED if grant.role in SENSITIVE else GrantState.CONFIRMED
        lent = Grant.objects.create(
            account=to, role=grant.role, unit=unit, since=since, until=until, state=state, reason=reason.strip(),
            given_by=by, given_at=now, delegated_from=grant,
        )  # fmt: skip
        note("delegate", lent, who, now, address)
    return lent


def _limits(grant: Grant, by: Account, unit: Unit, since: date, until: date | None, today: date) -> Iterator[Problem]:
    if grant.account_id != by.pk or grant.delegated_from_id is not None or not grant.holds(today):
        yield Problem("delegation-not-mine")
    if grant.role not in DELEGABLE:
        yield Problem("delegation-role", params={"role": Role(grant.role)})
    if not grant.path or not unit.path.startswith(grant.path):
        yield Problem("delegation-wider", params={"unit": unit.name})
    if until is None or since < max(today, grant.since) or until - since > LONGEST or _past(until, grant.until):
        yield Problem("delegation-longer", params={"days": LONGEST.days})


def _past(day: date, last: date | None) -> bool:
    return last is not None and day > last
