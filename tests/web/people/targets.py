"""How the permission matrix comes by something to ask for: one function for every address that has arguments.

A new address with arguments needs a function here, which makes its object and says how the policy must see it:

    @target("portrait")
    def portrait() -> list[Aimed]:
        return [Aimed({"version": 1, "code": "A1"}, Target(path="/P/A/A1/", state="published"), absent={"version": 9})]
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from steelyard.web.people.deciding import NOWHERE, Target
from steelyard.web.people.models import GrantState, RegisterImport, Token
from steelyard.web.trail.checkpoints import checkpoint
from steelyard.web.trail.recording import record
from tests.web.people.world import account, grant, unit


@dataclass(frozen=True)
class Aimed:
    """``arguments`` of the address; ``target``: how the policy must see it; ``absent``: arguments of what is not there;
    ``mine``: found only for whoever it concerns, so that to all others it is absent whatever the policy says;
    ``gone``: there, but shown to nobody any more; ``query``: what follows the address."""

    arguments: Mapping[str, Any] = field(default_factory=dict)
    target: Target = NOWHERE
    absent: Mapping[str, Any] = field(default_factory=dict)
    mine: bool = False
    gone: bool = False
    query: str = ""


TARGETS: dict[str, Callable[[], Sequence[Aimed]]] = {}
ABSENT = 987_654_321

PARTS = {"calendar-lacking", "cascade-names", "panel-all", "panel-names", "peer-names", "results", "rule-drafts"}
"""Entries of the policy that decide over a part of a page, and have no address of their own."""


def target(*names: str) -> Callable[[Callable[[], Sequence[Aimed]]], Callable[[], Sequence[Aimed]]]:
    def added(make: Callable[[], Sequence[Aimed]]) -> Callable[[], Sequence[Aimed]]:
        TARGETS.update(dict.fromkeys(names, make))
        return make

    return added


@target(
    "account", "account-disable", "account-enable", "account-reset", "account-sessions", "account-second",
    "account-clearance", "account-way",
)  # fmt: skip
def some_account() -> list[Aimed]:
    return [Aimed({"number": account("somebody").pk}, absent={"number": ABSENT})]


@target("grant-confirm", "grant-refuse", "grant-end")
def some_grant() -> list[Aimed]:
    """In every state that a grant can be in."""
    to, by = account("somebody"), account("another")
    made = [(state, grant(to, "leader", unit("A"), state=state, given_by=by)) for state in GrantState]
    return [Aimed({"number": one.pk}, Target(state=str(state)), {"number": ABSENT}) for state, one in made]


@target("own-delegation-end")
def delegation_of_others() -> list[Aimed]:
    source = grant(account("somebody"), "leader", unit("A"))
    lent = grant(account("another"), "leader", unit("A"), delegated_from=source, given_by=source.account)
    return [Aimed({"number": lent.pk}, absent={"number": ABSENT}, mine=True)]


@target("trail-event")
def some_event() -> list[Aimed]:
    with transaction.atomic():
        event = record("sign", at=timezone.now(), actor="li")
    return [Aimed({"number": event.number}, absent={"number": ABSENT})]


@target("checkpoint")
def some_checkpoint() -> list[Aimed]:
    some_event()
    made = checkpoint(settings.STEELYARD.home, timezone.now())
    assert made is not None
    return [Aimed({"number": made.number}, absent={"number": ABSENT})]


@target("invited")
def link() -> list[Aimed]:
    """Open to everybody; what it opens is decided by the token."""
    return [Aimed({"token": "nothing"}, absent={"token": "nowhere"}, mine=True)]


@target("organisation-apply", "organisation-refuse")
def some_import() -> list[Aimed]:
    """One that was applied: looking at it leads away, and nothing is read."""
    now = timezone.now()
    given = {"made_by": account("somebody"), "made_at": now, "day": now.date(), "digest": "", "applied_at": now}
    made = RegisterImport.objects.create(key="0" * 32, **given)
    return [Aimed({"key": made.key}, absent={"key": "1" * 32})]


@target("token-end")
def some_token() -> list[Aimed]:
    to, by, now = account("system"), account("another"), timezone.now()
    made = Token.objects.create(
        account=to, name="征管", digest="0" * 64, scopes=["results"], unit=unit("P"), made_at=now, made_by=by, until=now
    )
    return [Aimed({"number": made.pk}, absent={"number": ABSENT})]
