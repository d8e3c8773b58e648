"""For every address that changes a scenario, one act that succeeds; and what the permission matrix asks for."""

from __future__ import annotations

from django.utils import timezone

from steelyard.web.library.considering import Wanted
from steelyard.web.library.models import Rule
from steelyard.web.people.deciding import Target
from steelyard.web.scenarios.keeping import put
from steelyard.web.scenarios.models import Scenario
from tests.web.library.aimed import OTHER, at, kept
from tests.web.people.targets import ABSENT, Aimed, target
from tests.web.promises.acts import Act, act, over
from tests.web.promises.bureau import mark

NAME = mark("scenario", "name")
"""Of every scenario."""
TOP = Target(path="/P/")


def scenario() -> Scenario:
    """With one rule of the library, told otherwise, kept twice."""
    found = Scenario.objects.first()
    if found is not None:
        return found
    rule, now, office = kept()["draft"], timezone.now(), over("office")
    made = put(None, NAME, Wanted(OTHER.format(code=rule.code), rule, 1), by=office, now=now)
    text = OTHER.format(code=rule.code).replace("full: 3", "full: 2")
    return put(made.pk, "", Wanted(text, rule, 1), by=office, now=now)


@target("scenario", "scenario-out", "scenario-back", "scenario-drop", "scenario-draft")
def scenarios() -> list[Aimed]:
    return [Aimed({"pk": scenario().pk}, TOP, {"pk": ABSENT})]


@target("scenario-put")
def rules() -> list[Aimed]:
    return [Aimed({"address": one.address}, at(one), {"address": "nowhere"}) for one in kept().values()]


@act("scenario-put")
def scenario_put() -> Act:
    rule: Rule = kept()["draft"]
    return Act(over("office"), {"address": rule.address}, {"text": OTHER.format(code=rule.code), "named": "新情景"})


def _on(name: str, **data: str) -> None:
    @act(f"scenario-{name}")
    def made() -> Act:
        return Act(over("office"), {"pk": scenario().pk}, {"seen": "2", **data})


_on("out", rule="other_draft")
_on("back", to="1")
_on("drop")
_on("draft", reason="明年提高分值")
