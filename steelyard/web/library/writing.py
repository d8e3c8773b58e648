"""Changes of the library: a version is written by one person, and comes into force by another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from steelyard.engine.problems import CATALOGUE, Place, Refused, refuse
from steelyard.web.library.considering import One, Wanted, considered, one, without
from steelyard.web.library.models import Edition, Kind, Rule, State, Version
from steelyard.web.library.rules import address
from steelyard.web.library.texts import digest, whole
from steelyard.web.library.texts import told as columns
from steelyard.web.people.acting import allowed, another, hold
from steelyard.web.people.deciding import Target
from steelyard.web.people.models import Account, Unit
from steelyard.web.trail.recording import record

CATALOGUE.add(
    {
        "rule-meanwhile": (
            "{name} 在 {at} 写了“{rule}”第 {latest} 版，您改的是第 {base} 版；没有保存，请对照新版再改",
            "{name} wrote version {latest} of '{rule}' at {at} while you changed version {base}; nothing was kept, "
            "look at the new one first",
        ),
        "rule-there": (
            "库里已有编号为“{rule}”的规则（{name}）；请换一个编号，或修改那一条",
            "the library has a rule '{rule}' already ({name}); take another identifier, or change that one",
        ),
        "rule-same": (
            "与第 {latest} 版一字不差，没有保存",
            "the same as version {latest} word by word; nothing was kept",
        ),
        "rule-reason": ("请写明修改理由（2 至 500 字）", "state the reason (2 to 500 signs)"),
        "rule-version": (
            "“{rule}”没有第 {number} 版，或它已在用；请刷新页面",
            "'{rule}' has no version {number}, or it is in force already; load the page again",
        ),
        "rule-none": ("请先勾选要采用的规则", "choose the rules that shall come into force"),
        "calendar-kept": (
            "工作日历不能停用：期限都按它计算；请写下一版来改动",
            "the working calendar is not retired, since every deadline is counted by it; write its next version",
        ),
        "rule-not-in-force": ("“{rule}”不在用，无需停用", "'{rule}' is not in force"),
    }
)
REASON = 2, 500
PLAN = "plan"
"""The state of a plan, for the policy of who adopts what."""


def write(wanted: Wanted, reason: str, *, holder: Unit | None = None, by: Account, now: datetime) -> Version:
    """The next version of a rule, or a new rule. It weighs nobody until it is adopted. Raises `Refused` with all that
    is wrong; ``rule-same`` where it says nothing new."""
    holder = wanted.rule.holder if wanted.rule else holder
    made = write_all([wanted], reason, holder=holder, by=by, now=now)
    if not made:
        raise refuse("rule-same", latest=wanted.base)
    return made[0]


def write_all(
    wanted: Sequence[Wanted], reason: str, origin: str = "", *, holder: Unit | None = None, by: Account, now: datetime
) -> list[Version]:
    """All of them or none; without those that say what their latest version says. ``origin``: the file they are from.
    Raises `Refused` with all that is wrong with the book once they all stand in it."""
    reason = _reason(reason)
    found = considered(wanted, holder)
    if found.errors:
        raise Refused(found.problems)
    with transaction.atomic():
        (by,) = hold(by)
        said = allowed("rule-write", by, now, target_of(holder))
        Edition.hold()
        told = {"reason": reason, "origin": origin, "made_by": by, "behalf": said["behalf"], "made_at": now}
        made = [version for each in wanted if (version := _next(each, holder, Version(**told))) is not None]
        for version in made:
            detail = {"version": version.number}
            record("rule-write", **said, at=now, target=f"rule:{version.rule.address}", detail=detail)
    return made


def adopt(wanted: Mapping[str, int], *, by: Account, now: datetime) -> list[Rule]:
    """From now on people are weighed by these versions, by address of their rules. Another person than their writer
    says so, and the whole book has to be sound with all of them as it stands now. Raises `Refused`."""
    if not wanted:
        raise refuse("rule-none")
    with transaction.atomic():
        (by,) = hold(by)
        held = Edition.hold()
        rules = [_held(name) for name in sorted(wanted)]
        said = [allowed("rule-adopt", by, now, adopted_at(rule)) for rule in rules]
        versions = [
            _adoptable(rule, wanted[rule.address], by, who["behalf"]) for rule, who in zip(rules, said, strict=True)
        ]
        _sound(versions)
        held.turn()
        for rule, version, who in zip(rules, versions, said, strict=True):
            detail = {"version": version.number, "before": rule.current, "edition": held.number}
            put(rule, version, now)
            record("rule-adopt", **who, at=now, target=f"rule:{rule.address}", detail=detail)
    return rules


def _sound(versions: Sequence[Version]) -> None:
    """Every library that they stand in, with all of them. Raises `Refused`."""
    for holder in {version.rule.holder_id: version.rule.holder for version in versions}.values():
        found = considered(
            [Wanted(version.text, version.rule) for version in versions if version.rule.holder == holder], holder
        )
        if found.errors:
            raise Refused(found.problems)


def put(rule: Rule, version: Version, now: datetime) -> None:
    """In force, as lists tell it. To be called by whoever holds the edition."""
    version.adopted_at = now
    version.save()
    for name, value in columns(one(Wanted(version.text, rule)).tree).items():
        setattr(rule, name, value)
    rule.state, rule.current = State.IN_FORCE, version.number
    rule.save()


def retire(name: str, reason: str, *, by: Account, now: datetime) -> Rule:
    """People are weighed by it no longer; it stays with all it ever said. Refused while a plan names it."""
    reason = _reason(reason)
    with transaction.atomic():
        (by,) = hold(by)
        held, rule = Edition.hold(), _held(name)
        said = allowed("rule-retire", by, now, target_of(rule.holder))
        if rule.state != State.IN_FORCE:
            raise refuse("rule-not-in-force", rule=name)
        if rule.kind == Kind.CALENDAR:
            raise refuse("calendar-kept")
        found = without(rule)
        if found.errors:
            raise Refused(found.problems)
        rule.state = State.RETIRED
        rule.save()
        held.turn()
        detail = {"reason": reason, "edition": held.number}
        record("rule-retire", **said, at=now, target=f"rule:{name}", detail=detail)
    return rule


def target_of(holder: Unit | None, state: str = "") -> Target:
    """A rule as the policy sees it: at the unit whose library it stands in, at the top where it is the bureau's. A
    bureau that took the place of another is the top, though the one before it stays on record."""
    tops = Unit.objects.filter(parent=None).order_by(F("ended").desc(nulls_first=True), "path")
    place = holder or tops.first()
    return Target(path=place.path if place else "", state=state)


def adopted_at(rule: Rule, top: Target | None = None) -> Target:
    """As the policy sees its adoption: plans are approved by the leading group, all else by the office. ``top``: what
    `target_of` says of the whole bureau, for who asks of many."""
    at = top if top is not None and rule.holder_id is None else target_of(rule.holder)
    return replace(at, state=PLAN if rule.kind in (Kind.PLAN, Kind.PERSONS) else rule.state)


def _reason(reason: str) -> str:
    if not REASON[0] <= len(reason.strip()) <= REASON[1]:
        raise refuse("rule-reason", Place("reason"))
    return reason.strip()


def _begun(text: One, holder: Unit | None, base: int) -> tuple[Rule, Version | None]:
    """The rule, and its latest version, which has to be the one that the writer saw."""
    given = {"kind": Kind(text.kind), "holder": holder, "code": text.code, **columns(text.tree)}
    rule, new = Rule.objects.get_or_create(address=address(text.code, holder), defaults=given)
    if new:
        return rule, None
    latest = rule.versions.select_related("made_by").order_by("-number")[0]
    if not base:
        raise refuse("rule-there", rule=rule.address, name=rule.name)
    if latest.number != base and latest.sha256 != digest(text.text):
        at = f"{timezone.localtime(latest.made_at):%Y-%m-%d %H:%M}"
        raise refuse(
            "rule-meanwhile", name=latest.made_by.name, at=at, rule=rule.address, latest=latest.number, base=base
        )
    return rule, latest


def _next(wanted: Wanted, holder: Unit | None, version: Version) -> Version | None:
    """Kept as the next version of its rule; None where it says nothing new."""
    rule, latest = _begun(one(wanted), holder, wanted.base)
    version.rule, version.number = rule, latest.number + 1 if latest else 1
    version.text, version.sha256 = whole(wanted.text), digest(wanted.text)
    if latest is not None and latest.sha256 == version.sha256:
        return None
    version.save()
    return version


def _held(name: str) -> Rule:
    found = Rule.objects.select_for_update(no_key=True, of=("self",)).filter(address=name).select_related("holder")
    if not found:
        raise refuse("rule-unknown", rule=name)
    return found[0]


def _adoptable(rule: Rule, number: int, by: Account, behalf: str) -> Version:
    version = rule.versions.filter(number=number).select_related("made_by", "rule").first()
    if version is None or (rule.current == number and rule.state == State.IN_FORCE):
        raise refuse("rule-version", rule=rule.address, number=number)
    another(by, version.made_by, behalf, version.behalf)
    return version
