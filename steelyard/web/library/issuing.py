"""A rule that others have drawn up, heard, and signed comes into the library and into force in one act; a campaign's
is taken out of force and put back without a word of it changing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from steelyard.bureau.asking.checking import checked
from steelyard.engine.problems import Refused
from steelyard.web.library.considering import Wanted, considered, one
from steelyard.web.library.models import Kind, Rule, State, Version
from steelyard.web.library.rules import bureau, in_force
from steelyard.web.library.texts import digest, told, whole
from steelyard.web.library.writing import edition, put
from steelyard.web.people.asking import By
from steelyard.web.people.models import Account
from steelyard.web.trail.recording import record


def issue(
    kind: Kind, code: str, text: str, reason: str, *, since: date | None, by: Account, said: By, now: datetime
) -> Version:
    """The next version of rule ``code``, or its first, in force from now on for the periods from ``since``. Stands in
    the transaction of whoever calls it, who has asked for the right (``said``) and seen to it that another person has
    signed. Raises `Refused` where the whole book is not sound with it as it stands now."""
    held = edition()
    rule = Rule.objects.select_for_update(no_key=True, of=("self",)).filter(address=code).first()
    found = considered([Wanted(text, rule)])
    if found.errors:
        raise Refused(found.problems)
    if rule is None:
        rule = Rule.objects.create(kind=kind, code=code, address=code, **told(one(Wanted(text)).tree))
    latest, before = rule.versions.order_by("-number").values_list("number", flat=True).first() or 0, rule.current
    made = Version(rule=rule, number=latest + 1, text=whole(text), sha256=digest(text), reason=reason, since=since,
                   made_by=by, made_at=now)  # fmt: skip
    put(rule, made, now)
    held.number += 1
    held.save()
    detail = {"version": made.number, "before": before, "edition": held.number, "since": str(since or "")}
    record("rule-issue", **said, at=now, target=f"rule:{code}", detail=detail)
    return made


def switch(code: str, on: bool, *, said: By, now: datetime) -> None:
    """Stands in the transaction of whoever calls it, who has asked for the right. Raises `Refused` where the book is
    not sound with it, or without it."""
    held = edition()
    rule = Rule.objects.select_for_update(no_key=True, of=("self",)).get(address=code)
    rule.state = State.IN_FORCE if on else State.RETIRED
    rule.save()
    here = bureau()
    found = checked(here, instead=replace(here.written(), rules=in_force()))
    if found.errors:
        raise Refused(found.problems)
    held.number += 1
    held.save()
    act = "rule-resume" if on else "rule-halt"
    record(act, **said, at=now, target=f"rule:{code}", detail={"version": rule.current, "edition": held.number})
