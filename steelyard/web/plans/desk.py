"""Where every act on a making begins: whoever acts and the making stand still until it is done."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import timezone

from steelyard.engine.problems import CATALOGUE, Place, refuse
from steelyard.web.library.writing import target_of
from steelyard.web.people.acting import hold
from steelyard.web.people.asking import Asker, By
from steelyard.web.people.deciding import Target, decide
from steelyard.web.people.models import Account, Unit
from steelyard.web.plans.models import Making, Stage
from steelyard.web.plans.text import tried
from steelyard.web.trail.recording import record

CATALOGUE.add(
    {
        "plan-stage": (
            "这个方案现在的状态是“{stage}”，不能这样办理；请刷新页面看最新进展",
            "this plan is at the stage '{stage}' now, which does not allow it; load the page again",
        ),
        "plan-reason": ("请写明理由（2 至 500 字）", "state the reason (2 to 500 signs)"),
    }
)
REASON = 2, 500


@dataclass(frozen=True)
class Desk:
    """``unit``: the department for which whoever acts has the role; None where the role is for no unit."""

    making: Making
    by: Account
    said: By
    unit: Unit | None
    now: datetime

    def told(self, act: str, **detail: object) -> None:
        """In the trail, with the plan that it concerns."""
        record(act, **self.said, at=self.now, target=f"making:{self.making.pk}",
               detail={"plan": self.making.code, **detail})  # fmt: skip

    def changed(self) -> None:
        """The text is another one now. Raises `Refused` where it cannot be read as a plan any more."""
        tried(self.making)
        self.making.stamp += 1
        self.making.save()


def at_desk(pk: int, name: str, by: Account, now: datetime) -> Desk:
    """To be called in the transaction of the act. Raises `Refused`: ``plan-stage``, ``act-not-allowed``."""
    (by,) = hold(by)
    making = Making.objects.select_for_update(no_key=True).get(pk=pk)
    who, target = Asker(by, timezone.localdate(now)), target_of(None, making.stage)
    if not who.may(name, target):
        if any(who.may(name, replace(target, state=stage)) for stage in Stage):
            raise refuse("plan-stage", stage=Stage(making.stage))
        raise refuse("act-not-allowed", name=by.name)
    return Desk(making, by, who.by(name, target), unit_of(who, name, target), now)


def unit_of(who: Asker, name: str, target: Target) -> Unit | None:
    """Of the role by which somebody may do it."""
    held = decide(who.held, name, target)
    codes = held.path.strip("/").split("/") if held else [""]
    return Unit.objects.filter(code=codes[-1]).first()


def reasoned(reason: str) -> str:
    """Raises `Refused` (``plan-reason``)."""
    reason = reason.strip()
    if not REASON[0] <= len(reason) <= REASON[1]:
        raise refuse("plan-reason", Place("reason"))
    return reason
