"""Acts on scenarios: every one keeps the whole set anew, so that nothing that was once kept is ever lost."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from steelyard.engine.problems import CATALOGUE, refuse
from steelyard.engine.proof.canonical import canonical
from steelyard.web.library.considering import Wanted, one
from steelyard.web.library.models import Kind, Rule, Version
from steelyard.web.library.writing import target_of, write_all
from steelyard.web.people.acting import allowed, hold
from steelyard.web.people.models import Account
from steelyard.web.scenarios.models import Saved, Scenario, State
from steelyard.web.trail.recording import record

CATALOGUE.add(
    {
        "scenario-name": ("请给情景起个名字（2 至 100 字）", "give the scenario a name (2 to 100 signs)"),
        "scenario-there": (
            "已有名为“{name}”的情景；请选它，或另起一个名字",
            "there is a scenario '{name}' already; choose it, or take another name",
        ),
        "scenario-none": ("没有这个情景，或它已弃用或已转为草稿", "there is no such scenario, or it is closed"),
        "scenario-kind": (
            "“{rule}”不给单位计分，放进情景也看不出影响；可以放指标、方案和通则",
            "'{rule}' weighs no unit, so that a scenario would show nothing; indicators, plans and the general part do",
        ),
        "scenario-many": ("一个情景最多放 {most} 条规则", "a scenario holds {most} rules at most"),
        "scenario-rule": ("情景里没有规则“{rule}”", "the scenario has no rule '{rule}'"),
        "scenario-number": ("没有第 {number} 次保存", "there is no state with the number {number}"),
        "scenario-meanwhile": (
            "您打开页面以后，{name}又改过这个情景；没有办理，请刷新页面再看",
            "{name} has changed the scenario since you opened the page; nothing was done, load it again",
        ),
        "scenario-empty": ("情景里没有规则，没有可转的", "the scenario holds no rule, there is nothing to draft"),
    }
)
WEIGH = (Kind.BOOK, Kind.INDICATOR, Kind.PLAN)
MOST = 60
Texts = Mapping[str, Mapping[str, Any]]


def begin(name: str, *, by: Account, now: datetime) -> Scenario:
    """An empty one. To be called inside the act that puts its first rule in."""
    name = name.strip()
    if not 2 <= len(name) <= 100:
        raise refuse("scenario-name")
    try:
        with transaction.atomic():
            return Scenario.objects.create(name=name, by=by, at=now)
    except IntegrityError as error:  # of two who take a name at once the second is told so
        raise refuse("scenario-there", name=name) from error


def put(scenario: int | None, name: str, wanted: Wanted, *, by: Account, now: datetime) -> Scenario:
    """A text of a rule, in place of the one that the scenario has of it. ``scenario`` None: a new one of that name.
    Whether the book would be sound is told with the effect: half of a change may stand here for a while. Raises
    `Refused`."""
    said = one(wanted)
    if said.kind not in WEIGH:
        raise refuse("scenario-kind", rule=said.code)
    with transaction.atomic():
        (by,) = hold(by)
        who = allowed("scenario-put", by, now, target_of(None))
        held = begin(name, by=by, now=now) if scenario is None else _locked(scenario)
        texts = {**_texts(held), said.code: {"text": wanted.text, "base": wanted.base, "kind": said.kind}}
        if len(texts) > MOST:
            raise refuse("scenario-many", most=MOST)
        _kept(held, texts, "put", said.code, by, now)
        record("scenario-put", **who, at=now, target=f"scenario:{held.pk}", detail={"rule": said.code})
    return held


def out(scenario: int, code: str, seen: int, *, by: Account, now: datetime) -> Scenario:
    """The rule is again what the library says. ``seen``: the state that was looked at. Raises `Refused`."""
    with transaction.atomic():
        (by,) = hold(by)
        who = allowed("scenario-out", by, now, target_of(None))
        held = _as_seen(scenario, seen)
        texts = dict(_texts(held))
        if texts.pop(code, None) is None:
            raise refuse("scenario-rule", rule=code[:100])
        _kept(held, texts, "out", code, by, now)
        record("scenario-out", **who, at=now, target=f"scenario:{held.pk}", detail={"rule": code})
    return held


def back(scenario: int, number: int, seen: int, *, by: Account, now: datetime) -> Scenario:
    """Exactly as it stood at an earlier state, which is kept as the next one. Raises `Refused`."""
    with transaction.atomic():
        (by,) = hold(by)
        who = allowed("scenario-back", by, now, target_of(None))
        held = _as_seen(scenario, seen)
        then = held.saved.filter(number=number).first()
        if then is None:
            raise refuse("scenario-number", number=number)
        _kept(held, then.texts, "back", str(number), by, now)
        record("scenario-back", **who, at=now, target=f"scenario:{held.pk}",
               detail={"to": number, "digest": then.digest})  # fmt: skip
    return held


def drop(scenario: int, *, by: Account, now: datetime) -> Scenario:
    """Nobody looks at it any more; what it said stays on record."""
    with transaction.atomic():
        (by,) = hold(by)
        who = allowed("scenario-drop", by, now, target_of(None))
        held = _locked(scenario)
        held.state = State.DROPPED
        held.save(update_fields=["state"])
        record("scenario-drop", **who, at=now, target=f"scenario:{held.pk}", detail={"digest": held.last.digest})
    return held


def draft(scenario: int, reason: str, seen: int, *, by: Account, now: datetime) -> list[Version]:
    """All its rules as next versions of the library, all of them or none; another person puts them in force as any.
    Raises `Refused` with all that is wrong with the book, and where a rule was changed meanwhile."""
    with transaction.atomic():
        (by,) = hold(by)
        who = allowed("scenario-draft", by, now, target_of(None))
        held = _as_seen(scenario, seen)
        texts = _texts(held)
        if not texts:
            raise refuse("scenario-empty")
        rules = {rule.code: rule for rule in Rule.objects.filter(holder=None, code__in=texts)}
        wanted = [Wanted(str(kept["text"]), rules.get(code), int(kept["base"])) for code, kept in texts.items()]
        made = write_all(wanted, reason, by=by, now=now)
        held.state = State.DRAFTED
        held.save(update_fields=["state"])
        record("scenario-draft", **who, at=now, target=f"scenario:{held.pk}",
               detail={"reason": reason.strip(), "rules": sorted(texts)})  # fmt: skip
    return made


def _locked(scenario: int) -> Scenario:
    found = Scenario.objects.select_for_update(no_key=True).filter(pk=scenario, state=State.OPEN).first()
    if found is None:
        raise refuse("scenario-none")
    return found


def _as_seen(scenario: int, seen: int) -> Scenario:
    held = _locked(scenario)
    last = held.saved.select_related("by").order_by("-number").first()
    if last is None or last.number != seen:
        raise refuse("scenario-meanwhile", name=last.by.name if last else "—")
    return held


def _texts(scenario: Scenario) -> Texts:
    last = scenario.saved.order_by("-number").first()
    return last.texts if last else {}


def _kept(scenario: Scenario, texts: Texts, move: str, of: str, by: Account, now: datetime) -> Saved:
    number = scenario.saved.count() + 1
    digest = hashlib.sha256(canonical({code: dict(kept) for code, kept in texts.items()})).hexdigest()
    return Saved.objects.create(
        scenario=scenario, number=number, texts=dict(texts), digest=digest, move=move, of=of, by=by, at=now
    )
