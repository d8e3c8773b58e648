"""Raters are told what waits for them, office and committee of what was held back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from steelyard.reports.sheet import Words
from steelyard.web.entries.models import Panel, Stage
from steelyard.web.messages.kinds import kind
from steelyard.web.messages.sending import tell
from steelyard.web.messages.whom import able
from steelyard.web.people.deciding import Target
from steelyard.web.people.models import Account
from steelyard.web.people.roles import Role

RATE = kind("panel-to-rate", "评定待评分", "Item to rate")
WEIGHED = kind("panel-weighed", "评定待处理", "Judged item to handle")
NEXT = {
    Stage.AGREED: ((Role.OFFICE, "panel-count"), Words("可以计入数据", "can be counted")),
    Stage.HELD: ((Role.OFFICE, "panel-reopen"), Words("一致度不足或评委不足，暂缓计入", "is held back")),
}


def to_rate(panel: Panel, raters: Iterable[Account], now: datetime) -> None:
    words = Words(
        f"请评定“{panel.name}”（{panel.period}），截止 {panel.due}",
        f"please rate '{panel.name}' ({panel.period}) by {panel.due}",
    )
    key = f"panel:{panel.pk}:rate:{now.isoformat()}"
    tell(raters, RATE, words, reverse("panel", args=[panel.pk]), key=key, now=now)


def weighed(panel: Panel, now: datetime) -> None:
    """The office hears what became of an item when all have handed in."""
    if panel.stage not in NEXT:
        return
    (role, act), said = NEXT[Stage(panel.stage)]
    words = Words(f"“{panel.name}”（{panel.period}）{said.zh}", f"'{panel.name}' ({panel.period}) {said.en}")
    found = able(role, act, Target(state=panel.stage), today=timezone.localdate(now))
    key = f"panel:{panel.pk}:{panel.stage}:{now.isoformat()}"
    tell(found, WEIGHED, words, reverse("panel", args=[panel.pk]), key=key, now=now)
