"""Changes of the library: a version is written by one person, and comes into force by another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from steelyard.bureau.asking.checking import Checked, checked
from steelyard.engine.model.book import KINDS
from steelyard.engine.problems import CATALOGUE, Place, Problem, Refused, refuse
from steelyard.engine.reading import Tree, read
from steelyard.web.library.models import Edition, Kind, Rule, State, Version
from steelyard.web.library.rules import bureau, code_of, in_force, name_of
from steelyard.web.library.texts import digest, kind_of, told
from steelyard.web.people.acting import allowed, another, hold
from steelyard.web.people.models import Account
from steelyard.web.trail.recording import record

CATALOGUE.add(
    {
        "rule-one": (
            "请只写一条规则（现为 {count} 条），不用“---”分隔",
            "write one rule, not {count}, and no '---'",
        ),
        "rule-renamed": (
            "编号“{rule}”和种类不能改（现写作“{found}”）；要换编号请新建一条，并停用原来的",
            "'{rule}' keeps its identifier and kind (found '{found}'); write a new rule and retire this one instead",
        ),
        "rule-meanwhile": (
            "{name} 在 {at} 写了第 {latest} 版，您改的是第 {base} 版；没有保存，请对照新版再改",
            "{name} wrote version {latest} at {at} while you changed version {base}; nothing was kept, "
            "look at the new one first",
        ),
        "rule-same": (
            "与第 {latest} 版一字不差，没有保存",
            "the same as version {latest} word by word; nothing was kept",
        ),
        "rule-reason": ("请写明修改理由（2 至 500 字）", "state the reason (2 to 500 signs)"),
        "rule-unknown": ("库里没有编号为“{rule}”的规则", "the library has no rule '{rule}'"),
        "rule-version": (
            "“{rule}”没有第 {number} 版，或它已在用；请刷新页面",
            "'{rule}' has no version {number}, or it is in force already; load the page again",
        ),
        "rule-not-in-force": ("“{rule}”不在用，无需停用", "'{rule}' is not in force"),
    }
)
REASON = 2, 500


def considered(text: str, code: str = "") -> Checked:
    """What the check says of the whole book with this text in it, in place of rule ``code``. Raises `Refused` where the
    text itself is not one rule."""
    tree = _one(text, code)
    found = str(tree[kind_of(tree)])
    others = [(name, old) for name, old in in_force() if code_of(name) != found]
    here = bureau()
    written = replace(here.written(), rules=[*others, (name_of(kind_of(tree), found, 0), text)])
    return checked(here, instead=written)


def write(text: str, reason: str, *, code: str = "", base: int = 0, by: Account, now: datetime) -> Version:
    """The next version of rule ``code``, written over its version ``base``; a new rule without them. It weighs nobody
    until it is adopted. Raises `Refused` with all that is wrong."""
    reason = reason.strip()
    if not REASON[0] <= len(reason) <= REASON[1]:
        raise refuse("rule-reason", Place("reason"))
    found = considered(text, code)
    if found.errors:
        raise Refused(found.problems)
    with transaction.atomic():
        (by,) = hold(by)
        said = allowed("rule-write", by, now)
        _edition()
        rule, latest = _begun(_one(text, code), base)
        if latest is not None and latest.sha256 == digest(text):
            raise refuse("rule-same", latest=latest.number)
        made = Version.objects.create(
            rule=rule, number=latest.number + 1 if latest else 1, text=text.strip("\n") + "\n", sha256=digest(text),
            reason=reason, made_by=by, made_at=now,
        )  # fmt: skip
        record("rule-write", **said, at=now, target=f"rule:{rule.code}", detail={"version": made.number})
    return made


def adopt(code: str, number: int, *, by: Account, now: datetime) -> Rule:
    """From now on people are weighed by this version. Another person than its writer says so, and the whole book has
    to be sound with it as it stands now. Raises `Refused`."""
    with transaction.atomic():
        (by,) = hold(by)
        said = allowed("rule-adopt", by, now)
        held, rule = _edition(), _held(code)
        version = rule.versions.filter(number=number).select_related("made_by").first()
        if version is None or (rule.current == number and rule.state == State.IN_FORCE):
            raise refuse("rule-version", rule=code, number=number)
        if version.made_by is not None:
            another(by, version.made_by)
        found = considered(version.text, code)
        if found.errors:
            raise Refused(found.problems)
        tree = _one(version.text, code)
        Rule.objects.filter(pk=rule.pk).update(**told(tree), state=State.IN_FORCE, current=number)
        _changed(held)
        detail = {"version": number, "before": rule.current, "edition": held.number}
        record("rule-adopt", **said, at=now, target=f"rule:{code}", detail=detail)
    rule.refresh_from_db()
    return rule


def retire(code: str, reason: str, *, by: Account, now: datetime) -> Rule:
    """People are weighed by it no longer; it stays with all it ever said. Refused while a plan names it."""
    if not REASON[0] <= len(reason.strip()) <= REASON[1]:
        raise refuse("rule-reason", Place("reason"))
    with transaction.atomic():
        (by,) = hold(by)
        said = allowed("rule-retire", by, now)
        held, rule = _edition(), _held(code)
        if rule.state != State.IN_FORCE:
            raise refuse("rule-not-in-force", rule=code)
        here = bureau()
        rest = [(name, text) for name, text in in_force() if code_of(name) != code]
        found = checked(here, instead=replace(here.written(), rules=rest))
        if found.errors:
            raise Refused(found.problems)
        rule.state = State.RETIRED
        rule.save()
        _changed(held)
        detail = {"reason": reason.strip(), "edition": held.number}
        record("rule-retire", **said, at=now, target=f"rule:{code}", detail=detail)
    return rule


def _one(text: str, code: str) -> Mapping[str, Tree]:
    trees = [document.tree for document in read(text, code or "rule") if document.tree is not None]
    if len(trees) != 1 or not isinstance(trees[0], dict):
        raise refuse("rule-one", count=len(trees))
    tree = trees[0]
    kind = kind_of(tree)
    if not kind:
        raise Refused(
            [Problem("document-kind", Place(code or "rule", 1, 1), {"allowed": "、".join(KINDS), "suggestion": ""})]
        )
    known = Rule.objects.filter(code=code).first() if code else None
    if code and known is None:
        raise refuse("rule-unknown", rule=code)
    if known is not None and (known.code, known.kind) != (str(tree[kind]), kind):
        raise refuse("rule-renamed", rule=code, found=f"{kind}: {tree[kind]}")
    return tree


def _begun(tree: Mapping[str, Tree], base: int) -> tuple[Rule, Version | None]:
    """The rule, and its latest version, which has to be the one that the writer saw."""
    kind = kind_of(tree)
    rule, new = Rule.objects.get_or_create(code=str(tree[kind]), defaults={"kind": Kind(kind), **told(tree)})
    if new:
        return rule, None
    latest = rule.versions.select_related("made_by").order_by("-number")[0]
    if latest.number != base:
        name = latest.made_by.name if latest.made_by else latest.origin
        at = f"{timezone.localtime(latest.made_at):%Y-%m-%d %H:%M}"
        raise refuse("rule-meanwhile", name=name, at=at, latest=latest.number, base=base)
    return rule, latest


def _edition() -> Edition:
    """Held until the transaction ends: whoever changes the book sees all of it, and nobody else changes it."""
    return Edition.objects.select_for_update(no_key=True).get_or_create(pk=1)[0]


def _changed(held: Edition) -> None:
    held.number += 1
    held.save()


def _held(code: str) -> Rule:
    found = Rule.objects.select_for_update(no_key=True).filter(code=code).first()
    if found is None:
        raise refuse("rule-unknown", rule=code)
    return found
