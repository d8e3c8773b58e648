"""A small bureau for tests of people: three levels, one officer a unit, and accounts of every role."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.test import Client
from django.utils import timezone

from steelyard.web.people.login.sealing import seal
from steelyard.web.people.login.visiting import PROVED, VISIT
from steelyard.web.people.models import Account, Grant, GrantState, Person, Unit, Visit
from steelyard.web.people.roles import TWO_FACTORS, Role

NOW = datetime(2026, 7, 1, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
TODAY = NOW.date()
PASSWORD = "four unrelated words stand here"
KEY = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

UNITS = {
    "P": ("省税务局", None), "P1": ("省局一处", "P"), "A": ("甲市税务局", "P"), "B": ("乙市税务局", "P"),
    "A1": ("甲市一县税务局", "A"), "A2": ("甲市二县税务局", "A"), "B1": ("乙市一县税务局", "B"),
    "A11": ("甲市一县一分局", "A1"),
}  # fmt: skip


def unit(code: str) -> Unit:
    """The unit with all above it, made where it is missing. Any code that `UNITS` does not know stands at the top."""
    name, above = UNITS.get(code, (code, None))
    parent = None if above is None else unit(above)
    path = f"{parent.path}{code}/" if parent else f"/{code}/"
    return Unit.objects.get_or_create(code=code, defaults={"name": name, "parent": parent, "path": path})[0]


def bureau() -> dict[str, Unit]:
    return {code: unit(code) for code in UNITS}


def person(code: str, at: Unit) -> Person:
    return Person.objects.get_or_create(code=code, defaults={"name": f"干部{code}", "unit": at, "post": "岗位"})[0]


def account(username: str, **more: Any) -> Account:
    """With a password of its own, so that nothing is due."""
    now = timezone.now()
    found = Account.objects.filter(username=username).first()
    if found is not None:
        return found
    settled = {"must_change": False, "changed_at": now, "created": now, "used_at": now, "name": f"用户{username}"}
    made = Account(username=username, **{**settled, **more})
    made.set_password(PASSWORD)
    made.save()
    return made


def grant(to: Account, role: str, at: Unit | None, **more: Any) -> Grant:
    usual: dict[str, Any] = {"since": date(2020, 1, 1), "reason": "测试", "state": GrantState.CONFIRMED}
    return Grant.objects.create(account=to, role=role, unit=at, **{**usual, **more})


def with_role(role: str, at: Unit | str | None = "P", **more: Any) -> Account:
    """An account with this one role, its second factor set up where the role asks for one."""
    place = unit(at) if isinstance(at, str) else at
    name = f"{role}-{place.code if place else 'none'}".lower()
    second = seal(KEY) if role in TWO_FACTORS else ""
    who = account(name, second=second, **more)
    if not who.grants.filter(role=role).exists():
        grant(who, role, place)
    return who


def sign_in(client: Client, who: Account) -> Account:
    """Signed in a moment ago, with the proof that sensitive acts ask for."""
    client.force_login(who, backend="steelyard.web.people.login.visiting.Backend")
    now = timezone.now()
    session = client.session
    session[VISIT] = Visit.objects.create(account=who, began=now, seen=now, address="127.0.0.1").pk
    session[PROVED] = now.timestamp()
    session.save()
    return who


def signed_in(client: Client, role: str, at: Unit | str | None = "P") -> Account:
    """The client belongs to a new account with this role over a unit (its code, or the row)."""
    return sign_in(client, with_role(str(Role(role)), at))
