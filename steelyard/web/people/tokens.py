"""Tokens of other systems: told once, good for what they name until they end, never turned into a session."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from steelyard.bureau.subjects.registers import EVERYBODY
from steelyard.engine.model.facts import FactTable
from steelyard.engine.problems import CATALOGUE, Problem, Refused, refuse
from steelyard.engine.proof.canonical import Plain
from steelyard.web.people.acting import allowed, hold
from steelyard.web.people.login.sealing import fingerprint
from steelyard.web.people.models import Account, Token, Unit
from steelyard.web.people.roles import Role
from steelyard.web.trail.recording import record

CATALOGUE.add(
    {
        "token-scope": ("没有“{scope}”这种用途；可选：{allowed}", "there is no scope '{scope}'; there are: {allowed}"),
        "token-none": ("请至少选一种用途", "choose at least one scope"),
        "token-name": ("请写明是哪个系统的令牌", "say which system the token is for"),
        "token-long": (
            "到期日不能早于今天，最长 {days} 天",
            "a token ends today or later, within {days} days",
        ),
        "token-tables": (
            "推送数据的令牌要写明是哪几张数据表；其他用途不写",
            "a token that pushes facts names its tables; no other token does",
        ),
        "token-table": (
            "没有可以推送的数据表“{table}”；可选：{allowed}",
            "there is no table '{table}' to push to; there are: {allowed}",
        ),
        "token-account": (
            "令牌只发给现在有“系统集成”角色的账号",
            "tokens are given to accounts that have the role of an integration today",
        ),
        "token-wider": (
            "{unit} 不在该账号的授权范围之内；请选范围之内的单位",
            "{unit} is not within the scope of the account; choose a unit that is",
        ),
        "token-whole": (
            "报送机构与人员关系到全局，须发给覆盖最上级单位的令牌",
            "the register concerns the whole bureau: such a token stands over the top unit",
        ),
        "token-over": ("令牌已作废", "the token has ended already"),
    }
)

SCOPES = ("facts", "results", "persons", "uses", "prompts", "organisation", "register", "register-apply")
WHOLE = frozenset(("register", "register-apply"))
"""What concerns everybody at once."""
LONGEST = timedelta(days=366)
MARK = "sy_"
"""What every token begins with, so that one that leaks is recognised."""


@dataclass(frozen=True)
class Wanted:
    """What a token is to be good for. ``tables``: of facts; ``unit``: with all below it; ``until``: its last moment."""

    name: str
    scopes: Sequence[str]
    unit: Unit
    until: datetime
    tables: Sequence[str] = ()


def pushable() -> dict[str, FactTable]:
    """The tables of facts of the bureau. Registers are none: they change who is who, and have a way of their own."""
    return {name: table for name, table in settings.STEELYARD.of_bureau().tables().items() if name not in EVERYBODY}


def issue(account: Account, wanted: Wanted, *, by: Account, now: datetime, address: str = "") -> tuple[Token, str]:
    """The token and its text, which nobody can be told again. Raises `Refused` with all that speaks against it."""
    with transaction.atomic():
        by, account = hold(by, account)
        said = allowed("token-new", by, now)
        problems = [*_form(wanted, now), *_within(account, wanted.unit, now)]
        if problems:
            raise Refused(problems)
        text = MARK + secrets.token_urlsafe(32)
        token = Token.objects.create(
            account=account, name=wanted.name.strip()[:100], digest=fingerprint(text, "token"), unit=wanted.unit,
            scopes=sorted(set(wanted.scopes)), tables=sorted(set(wanted.tables)), made_at=now, made_by=by,
            until=wanted.until,
        )  # fmt: skip
        record("token-new", at=now, target=f"account:{account.pk}", detail=_told(token), address=address, **said)
    return token, text


def _form(wanted: Wanted, now: datetime) -> Iterator[Problem]:
    scopes = set(wanted.scopes)
    if not wanted.name.strip():
        yield Problem("token-name")
    if not scopes:
        yield Problem("token-none")
    for one in sorted(scopes - set(SCOPES)):
        yield Problem("token-scope", params={"scope": one, "allowed": "、".join(SCOPES)})
    if not now < wanted.until or timezone.localdate(wanted.until) > timezone.localdate(now + LONGEST):
        yield Problem("token-long", params={"days": LONGEST.days})
    if ("facts" in scopes) != bool(wanted.tables):
        yield Problem("token-tables")
    known = pushable() if wanted.tables else {}
    for one in sorted(set(wanted.tables) - set(known)):
        yield Problem("token-table", params={"table": one, "allowed": "、".join(known)})
    if scopes & WHOLE and wanted.unit.parent_id is not None:
        yield Problem("token-whole")


def _within(account: Account, unit: Unit, now: datetime) -> Iterator[Problem]:
    """Never more than the account has: as it asks, this is decided anew; here it is told in time."""
    grants = account.grants.filter(state="confirmed", role=Role.INTEGRATION).select_related("unit")
    held = [one.path for one in grants if one.holds(timezone.localdate(now))]
    if not held:
        yield Problem("token-account")
    elif not any(path and unit.path.startswith(path) for path in held):
        yield Problem("token-wider", params={"unit": unit.name})


def _told(token: Token) -> dict[str, Plain]:
    return {
        "token": token.pk, "name": token.name, "scopes": list(token.scopes), "tables": list(token.tables),
        "unit": token.unit_id, "until": token.until.isoformat(),
    }  # fmt: skip


def end(token: Token, *, by: Account, now: datetime, address: str = "") -> None:
    """Raises `Refused` (``token-over``)."""
    with transaction.atomic():
        (by,) = hold(by)
        said = allowed("token-end", by, now)
        held = Token.objects.select_for_update(no_key=True).get(pk=token.pk)
        if held.ended_at is not None:
            raise refuse("token-over")
        held.ended_at = now
        held.save(update_fields=["ended_at"])
        detail: dict[str, Plain] = {"token": held.pk, "name": held.name}
        record("token-end", at=now, target=f"account:{held.account_id}", detail=detail, address=address, **said)


def good(text: str, now: datetime) -> Token | None:
    """The token of that text, if it may still be used; when it was used is kept to the hour."""
    found = Token.objects.select_related("account", "unit").filter(digest=fingerprint(text, "token")).first()
    if found is None or not _lasts(found, now) or not found.account.is_active:
        return None
    if found.used_at is None or now - found.used_at > timedelta(hours=1):
        Token.objects.filter(pk=found.pk).update(used_at=now)
    return found


def held(token: Token, by: Account, now: datetime) -> Token:
    """The token as it is now; nobody ends it until the transaction ends. ``by``: its account, which is held already.

    Raises `Refused` (``act-not-allowed``) where it is over."""
    found = Token.objects.select_for_update(of=("self",), no_key=True).select_related("unit").get(pk=token.pk)
    if not _lasts(found, now):
        raise refuse("act-not-allowed", name=by.name)
    return found


def _lasts(token: Token, now: datetime) -> bool:
    return token.ended_at is None and now <= token.until
