"""What the permission matrix asks for of the library: a rule in every state, beside those that people go by."""

from __future__ import annotations

from django.conf import settings

from steelyard.web.library.models import Edition, Kind, Rule, State, Version
from steelyard.web.library.texts import digest, documents, kind_of, told
from steelyard.web.people.deciding import Target
from tests.web.people.targets import Aimed, target
from tests.web.people.world import NOW, account

REASON = "zqreasonofrule"
"""Stands in the reason of every version that somebody wrote."""
OTHER = """indicator: {code}
name: 另一项
value: count(matter)
direction: higher
full: 3
score: {{bonus: {{lines: [{{name: 件, each: 1, count: value}}], at_most: 3}}}}
empty: zero
"""


def kept() -> dict[str, Rule]:
    """The rules of the folder in force, one that is only a draft, and one that was retired; by state."""
    for path, text in settings.STEELYARD.of_bureau().rules():
        for tree, part in documents(text, path):
            rule = _rule(kind_of(tree), str(tree[kind_of(tree)]), State.IN_FORCE, **told(tree))
            _version(rule, part)
    Edition.objects.get_or_create(pk=1, defaults={"number": 1})
    draft, gone = (_rule("indicator", f"other_{state}", state, name="另一项") for state in ("draft", "retired"))
    for rule in (draft, gone):
        _version(rule, OTHER.format(code=rule.code))
    return {"in_force": Rule.objects.filter(kind="indicator", state=State.IN_FORCE)[0], "draft": draft, "retired": gone}


def _rule(kind: str, code: str, state: str, **told: str) -> Rule:
    given = {**told, "kind": Kind(kind), "code": code, "state": state, "current": int(state != State.DRAFT)}
    return Rule.objects.get_or_create(address=code, defaults=given)[0]


def _version(rule: Rule, text: str) -> None:
    given = {"text": text, "sha256": digest(text), "reason": REASON, "made_by": account("somebody"), "made_at": NOW}
    Version.objects.get_or_create(rule=rule, number=1, defaults=given)


@target("rule", "rule-write", "rule-retire", "rule-effect", "rule-catch-up")
def rules() -> list[Aimed]:
    return [Aimed({"address": one.address}, at(one), {"address": "nowhere"}) for one in kept().values()]


@target("rule-persons")
def of_persons() -> list[Aimed]:
    kept()
    plans = Rule.objects.filter(kind="plan")
    return [Aimed({"address": one.address}, at(one), {"address": "nowhere"}, query="?version=1") for one in plans]


@target("rule-borrow")
def lent() -> list[Aimed]:
    """Whoever may borrow at all is told why he may not borrow this one."""
    return [Aimed({"address": one.address}) for one in kept().values()]


def at(rule: Rule) -> Target:
    return Target(path="/P/", state=rule.state)


@target("rule-adopt")
def versions() -> list[Aimed]:
    made = [(one, at(one)) for one in kept().values()]
    plans = [(one, Target(path="/P/", state="plan")) for one in Rule.objects.filter(kind="plan")]
    return [
        Aimed({"address": one.address, "number": 1}, target, {"address": "nowhere"}) for one, target in [*made, *plans]
    ]


@target("library-take", "calendar-write")
def whole() -> list[Aimed]:
    return [Aimed({}, Target(path="/P/"))]
