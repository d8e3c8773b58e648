"""When a role may be given: what must hold of every grant, however it came about."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Q, QuerySet

from steelyard.engine.problems import CATALOGUE, Problem, Refused, refuse
from steelyard.web.people.models import Account, Grant, GrantState, Unit, Way
from steelyard.web.people.roles import ADMINISTRATORS, Role, apart

CATALOGUE.add(
    {
        "grant-apart": (
            "{name} 已有或待确认“{other}”（{since} 起），与“{role}”不得由同一人担任；请先终止其一，或改由他人担任",
            "{name} has, or waits for, '{other}' (since {since}), which no person may hold together with '{role}'; "
            "end one of them first or choose somebody else",
        ),
        "grant-dates": (
            "结束日期 {until} 早于开始日期或今天；请更正",
            "the last day {until} is before the first day or before today; correct it",
        ),
        "grant-unit": (
            "角色“{role}”要写明在哪个现存单位",
            "role '{role}' needs a unit that exists",
        ),
        "grant-inactive": (
            "{name} 的账号已停用；请先由系统管理员启用",
            "the account of {name} is disabled; the system administrator has to enable it first",
        ),
        "grant-reason": (
            "请写明依据或理由",
            "write down the reason or the document it rests on",
        ),
        "grant-way": (
            "{name} 不用本站口令登录；三员须用本站口令，这样目录和统一认证的管理员都成不了三员。请先更改登录方式",
            "{name} signs in elsewhere; administrators use a password of this site, so that nobody who runs the "
            "directory or the provider can become one. Change the way of signing in first",
        ),
        "grant-doubled": (
            "{name} 在该单位已有同一角色的有效或待确认授权；请先终止原授权",
            "{name} has this role over this unit already, or waits for it; end that one first",
        ),
        "grant-last": (
            "这是最后一名{role}；请先另行任命一名",
            "this is the last {role}; appoint another one first",
        ),
    }
)

OPEN = (GrantState.PROPOSED, GrantState.CONFIRMED)


def fits(
    account: Account, role: Role, unit: Unit | None, since: date, until: date | None, reason: str, today: date
) -> None:
    """The account is locked. Raises `Refused` with everything that speaks against it."""
    problems = list(_form(account, role, unit, since, until, reason, today))
    problems += _apart(account, role, since, until)
    if problems:
        raise Refused(problems)


def _form(
    account: Account, role: Role, unit: Unit | None, since: date, until: date | None, reason: str, today: date
) -> Iterator[Problem]:
    if not account.is_active:
        yield Problem("grant-inactive", params={"name": account.name})
    if role in ADMINISTRATORS and account.way != Way.PASSWORD:
        yield Problem("grant-way", params={"name": account.name})
    if (unit is None and role not in ADMINISTRATORS) or (unit is not None and unit.ended is not None):
        yield Problem("grant-unit", params={"role": role})
    if until is not None and until < max(since, today):
        yield Problem("grant-dates", params={"until": until})
    if not reason.strip():
        yield Problem("grant-reason")
    if open_grants(account, since, until).filter(role=role, unit=unit).exists():
        yield Problem("grant-doubled", params={"name": account.name})


def _apart(account: Account, role: Role, since: date, until: date | None, but: int = 0) -> list[Problem]:
    """A role that waits counts as given, and days to come count as today: no order of steps leads around this."""
    others = open_grants(account, since, until).exclude(pk=but)
    return [
        Problem(
            "grant-apart",
            params={"name": account.name, "other": Role(one.role), "role": role, "since": one.since},
        )
        for one in others
        if apart(one.role, role)
    ]


def still_apart(grant: Grant, account: Account) -> None:
    """Asked once more before a proposal takes effect. Raises `Refused` (``grant-apart``)."""
    problems = _apart(account, Role(grant.role), grant.since, grant.until, but=grant.pk)
    if problems:
        raise Refused(problems)


def open_grants(account: Account, since: date, until: date | None) -> QuerySet[Grant]:
    """Those that hold, or may come to hold, on some day of a time."""
    not_over = Q(until=None) | Q(until__gte=since)
    begun = Q() if until is None else Q(since__lte=until)
    return account.grants.filter(not_over & begun, state__in=OPEN)


def not_the_last(role: str, account: Account, today: date) -> None:
    """Somebody has to remain who can administer, and not only until some day. Raises `Refused` (``grant-last``)."""
    if role not in ADMINISTRATORS:
        return
    everybody = (
        Grant.objects.select_for_update(of=("self",), no_key=True)
        .filter(role=role, state=GrantState.CONFIRMED)
        .order_by("pk")
    )
    others = [one for one in everybody.select_related("account") if one.account_id != account.pk]
    if not any(one.account.is_active and one.until is None and one.holds(today) for one in others):
        raise refuse("grant-last", role=Role(role))
