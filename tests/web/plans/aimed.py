"""What the permission matrix asks for of plans in the making: one at every stage that tells something."""

from __future__ import annotations

from collections.abc import Collection

from steelyard.web.library.models import Kind as RuleKind
from steelyard.web.library.models import Rule, Version
from steelyard.web.people.deciding import ANY_STATE, Target, policy
from steelyard.web.plans.models import Group, Kind, Making, Stage
from steelyard.web.plans.moves import MOVES
from tests.web.people.targets import ABSENT, Aimed, target
from tests.web.people.world import NOW, account

HEAD = 'plan: made\nname: 方案\nyear: "2026"\nclasses: [县局]\ntotal: 10\nplaces: 2\nexceed_total: false\n'
NAMES = (
    "making", "making-checks", "making-notice", "making-head", "making-group", "making-group-drop", "making-tick",
    "making-untick", "making-weigh", "making-absorb", "making-comment", "making-answer", "making-waive",
    "making-unwaive", "making-file",
)  # fmt: skip


def makings(stages: Collection[Stage]) -> list[Making]:
    """With a source, so that there is something to compare them with."""
    rule = Rule.objects.get_or_create(address="was", defaults={"code": "was", "kind": RuleKind.PLAN, "name": "上一版"})[
        0
    ]
    text = HEAD.replace("plan: made", "plan: was") + "groups: []\n"
    told = {"text": text, "sha256": "0", "made_by": account("somebody"), "made_at": NOW}
    Version.objects.get_or_create(rule=rule, number=1, defaults=told)
    found = []
    for stage in stages:
        given = {
            "name": f"方案{stage.label}", "kind": Kind.NEXT, "source": "was", "base": 1, "reason": "试验",
            "made_at": NOW, "head": HEAD.replace("plan: made", f"plan: made_{stage}"), "made_by": account("somebody"),
        }  # fmt: skip
        made, new = Making.objects.get_or_create(code=f"made_{stage}", stage=stage, defaults=given)
        if new:
            Group.objects.create(making=made, place=1, name="全部")
        found.append(made)
    return found


def telling(name: str) -> list[Stage]:
    """Each stage in which somebody may ask for it, and one in which nobody may; of what is always open three."""
    states = {state for one in policy()[name].allowances for state in one.states}
    if states == {ANY_STATE}:
        return [Stage.DRAFTING, Stage.CONSULTING, Stage.ISSUED]
    named = [stage for stage in Stage if str(stage) in states]
    return [*named, *[stage for stage in Stage if stage not in named][:1]]


STARTS = {move.address: str(move.begins[0]) for move in MOVES}
"""A move is decided by the right alone; that it is too late for it is told in words."""
for _name in (*NAMES, *STARTS):

    @target(_name)
    def at_telling_stages(name: str = _name) -> list[Aimed]:
        return [
            Aimed({"pk": one.pk}, Target(path="/P/", state=STARTS.get(name, str(one.stage))), {"pk": ABSENT})
            for one in makings(telling(name))
        ]


@target("making-new")
def at_the_top() -> list[Aimed]:
    return [Aimed({}, Target(path="/P/"))]
