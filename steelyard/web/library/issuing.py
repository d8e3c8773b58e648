"""A rule that others have drawn up, heard, and signed comes into the library and into force in one act; a campaign's
is taken out of force and put back without a word of it changing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from steelyard.bureau.asking.checking import checked
from steelyard.engine.problems import Refused
from steelyard.web.library.considering import Wanted, considered, one
from steelyard.web.library.models import Edition, Kind, Rule, State, Version
from steelyard.web.library.rules import bureau, in_force
from steelyard.web.library.texts import digest, told, whole
from steelyard.web.library.writing import put
from steelyard.web.people.asking import By
from steelyard.web.people.models import Account
from steelyard.web.trail.recording import record


@dataclass(frozen=True)
class Signed:
    """A text to come into force. ``since``: the first day of the periods that it is for, None for all."""

    code: str
    text: str
    reason: str
    since: date | None = None


def issue(kind: Kind, signed: Sequence[Signed], *, by: Account, said: By, now: datetime) -> list[Version]:
    """The next version of each rule, or its first, in force from now on, all of them or none. Stands in the transaction
    of whoever calls it, who has asked for the right (``said``) and seen to it that another person has signed. Raises
    `Refused` where the whole book is not sound with all of them as it stands now."""
    held = Edition.hold()
    there = Rule.objects.select_for_update(no_key=True, of=("self",)).filter(address__in=[one.code for one in signed])
    rules = {rule.code: rule for rule in there}
    found = considered([Wanted(one.text, rules.get(one.code)) for one in signed])
    if found.errors:
        raise Refused(found.problems)
    held.turn()
    return [_put(kind, one, rules.get(one.code), held.number, by, said, now) for one in signed]


def _put(kind: Kind, signed: Signed, rule: Rule | None, edition: int, by: Account, said: By, now: datetime) -> Version:
    if rule is None:
        columns = told(one(Wanted(signed.text)).tree)
        rule = Rule.objects.create(kind=kind, code=signed.code, address=signed.code, **columns)
    latest, before = rule.versions.order_by("-number").values_list("number", flat=True).first() or 0, rule.current
    made = Version(rule=rule, number=latest + 1, text=whole(signed.text), sha256=digest(signed.text), made_by=by,
                   behalf=said["behalf"], made_at=now, reason=signed.reason, since=signed.since)  # fmt: skip
    put(rule, made, now)
    detail = {"version": made.number, "before": before, "edition": edition, "since": str(signed.since or "")}
    record("rule-issue", **said, at=now, target=f"rule:{signed.code}", detail=detail)
    return made


def switch(code: str, on: bool, *, said: By, now: datetime) -> None:
    """Stands in the transaction of whoever calls it, who has asked for the right. Raises `Refused` where the book is
    not sound with it, or without it."""
    held = Edition.hold()
    rule = Rule.objects.select_for_update(no_key=True, of=("self",)).get(address=code)
    rule.state = State.IN_FORCE if on else State.RETIRED
    rule.save()
    here = bureau()
    found = checked(here, instead=replace(here.written(), rules=in_force()))
    if found.errors:
        raise Refused(found.problems)
    held.turn()
    act = "rule-resume" if on else "rule-halt"
    record(act, **said, at=now, target=f"rule:{code}", detail={"version": rule.current, "edition": held.number})
