"""共享: a rule of another library is taken into one's own, remembers where it is from, and says when that changes."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F, Q, QuerySet

from steelyard.engine.problems import CATALOGUE, Refused, refuse
from steelyard.web.library.considering import Wanted, considered
from steelyard.web.library.models import Edition, Rule, State, Version
from steelyard.web.library.rules import address
from steelyard.web.library.writing import target_of
from steelyard.web.people.acting import allowed, hold
from steelyard.web.people.models import Account, Unit
from steelyard.web.trail.recording import record

CATALOGUE.add(
    {
        "borrow-own": (
            "“{rule}”就在本级的库里，不必借用",
            "'{rule}' stands in your own library already",
        ),
        "borrow-there": (
            "本级的库里已有“{rule}”；请在那一条上修改",
            "your library has a rule '{rule}' already; change that one",
        ),
        "borrow-moved": (
            "“{rule}”的来源又有变化，或没有来源；请刷新页面看现在的",
            "the origin of '{rule}' has changed once more, or there is none; load the page again",
        ),
        "borrow-unpublished": (
            "“{rule}”不在用，不能借用",
            "'{rule}' is not in force, so that it cannot be taken over",
        ),
    }
)


def borrow(name: str, holder: Unit | None, *, by: Account, now: datetime) -> Rule:
    """The version in force as the first draft of a rule of the same identifier in the library of ``holder``. Raises
    `Refused`, also where the text does not fit into the holder's book."""
    with transaction.atomic():
        (by,) = hold(by)
        said = allowed("rule-borrow", by, now, target_of(holder))
        Edition.hold()
        origin = Rule.objects.filter(address=name).select_related("holder").first()
        version = _lent(origin, name, holder)
        found = considered([Wanted(version.text)], holder)
        if found.errors:
            raise Refused(found.problems)
        made = Rule.objects.create(
            kind=version.rule.kind, holder=holder, code=version.rule.code, address=address(version.rule.code, holder),
            name=version.rule.name, family=version.rule.family, owner=version.rule.owner, origin=version,
        )  # fmt: skip
        Version.objects.create(
            rule=made, number=1, text=version.text, sha256=version.sha256, origin=f"{name} · {version.number}",
            made_by=by, behalf=said["behalf"], made_at=now,
        )  # fmt: skip
        detail = {"origin": name, "version": version.number}
        record("rule-borrow", **said, at=now, target=f"rule:{made.address}", detail=detail)
    return made


def _lent(origin: Rule | None, name: str, holder: Unit | None) -> Version:
    if origin is None:
        raise refuse("rule-unknown", rule=name)
    if origin.holder == holder:
        raise refuse("borrow-own", rule=name)
    if origin.state != State.IN_FORCE:
        raise refuse("borrow-unpublished", rule=name)
    if Rule.objects.filter(address=address(origin.code, holder)).exists():
        raise refuse("borrow-there", rule=origin.code)
    return origin.versions.select_related("rule").get(number=origin.current)


def behind() -> QuerySet[Rule]:
    """Rules whose origin says something else by now, or is in force no longer."""
    moved = ~Q(origin__rule__current=F("origin__number")) | ~Q(origin__rule__state=State.IN_FORCE)
    return Rule.objects.exclude(origin=None).filter(moved).select_related("origin__rule")


def catch_up(name: str, seen: int, *, by: Account, now: datetime) -> Rule:
    """已阅: whoever keeps the rule has seen version ``seen`` of its origin, and is told of what comes after that.
    Raises `Refused` (``borrow-moved``)."""
    with transaction.atomic():
        (by,) = hold(by)
        rule = Rule.objects.select_for_update(no_key=True, of=("self",)).select_related("holder").get(address=name)
        said = allowed("rule-catch-up", by, now, target_of(rule.holder, rule.state))
        origin = rule.origin.rule if rule.origin else None
        if origin is None or origin.current != seen:
            raise refuse("borrow-moved", rule=name)
        rule.origin = origin.versions.get(number=seen)
        rule.save(update_fields=["origin"])
        record("rule-catch-up", **said, at=now, target=f"rule:{name}", detail={"origin": origin.address, "seen": seen})
    return rule
