"""Who is told what of appeals and remarks: whose turn it is, and whoever asked what became of it."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from steelyard.reports.sheet import Words
from steelyard.web.dialogue.models import Appeal, Remark, Stage
from steelyard.web.messages.kinds import kind
from steelyard.web.messages.sending import tell
from steelyard.web.messages.whom import able, holders
from steelyard.web.people.models import Account
from steelyard.web.people.roles import Role

WAITS = kind("appeal-waits", "申诉待办", "Appeal to handle")
ANSWERED = kind("appeal-told", "申诉有进展", "Appeal handled")
REMARK = kind("remark-answered", "留言有回复", "Remark answered")

NEXT = {
    Stage.FILED: (Role.ASSESSOR, "appeal-answer", Words("有一件申诉待答复", "an appeal waits for an answer")),
    Stage.ANSWERED: (Role.OFFICE, "appeal-check", Words("有一件申诉待核查", "an appeal waits to be checked")),
    Stage.CHECKED: (Role.COMMITTEE, "appeal-uphold", Words("有一件申诉待裁定", "an appeal waits for a ruling")),
    Stage.UPHELD: (Role.OFFICE, "appeal-reopen", Words("申诉已裁定成立，待更正", "an appeal was upheld: correct it")),
}
"""Whose turn it is at each stage: exactly those to whom the page shows the button."""
TOLD = {
    Stage.ANSWERED: Words("您提出的申诉，考评部门已答复", "the assessing department has answered your appeal"),
    Stage.CHECKED: Words("您提出的申诉已核查，待裁定", "your appeal was checked and waits for a ruling"),
    Stage.FILED: Words("您提出的申诉退回考评部门补充答复", "your appeal went back to the assessing department"),
    Stage.UPHELD: Words("您提出的申诉裁定成立", "your appeal was upheld"),
    Stage.REJECTED: Words("您提出的申诉裁定不成立", "your appeal was rejected"),
    Stage.DONE: Words("您提出的申诉已更正公布", "what you appealed against has been corrected"),
}


def filed(appeal: Appeal, now: datetime) -> None:
    _turn(appeal, f"appeal:{appeal.pk}:filed", now)


def moved(appeal: Appeal, step: int, by: Account, now: datetime) -> None:
    """``step``: the number of the move, so that an appeal that comes back to a stage is told of again."""
    key = f"appeal:{appeal.pk}:{step}"
    _turn(appeal, key, now)
    if appeal.stage in TOLD:
        whose = [one for one in _whose(appeal, now) if one.pk != by.pk]
        tell(whose, ANSWERED, TOLD[Stage(appeal.stage)], _page(appeal), key=f"{key}:told", now=now)


def _whose(appeal: Appeal, now: datetime) -> list[Account]:
    """Whoever filed it, and whoever else acts for the unit; an officer's own is nobody else's."""
    unit = [] if appeal.person else holders(Role.UNIT, appeal.unit.path, today=timezone.localdate(now))
    return [appeal.filed_by, *unit]


def _turn(appeal: Appeal, key: str, now: datetime) -> None:
    if appeal.stage in NEXT:
        role, act, words = NEXT[Stage(appeal.stage)]
        found = able(role, act, appeal.target, today=timezone.localdate(now))
        tell(found, WAITS, words, _page(appeal), key=key, now=now)


def _page(appeal: Appeal) -> str:
    return reverse("appeal", args=[appeal.pk])


def said(remark: Remark, now: datetime) -> None:
    """Whoever said something hears that it was answered; answering oneself is no answer."""
    asked = remark.answers
    if asked is not None and asked.by_id != remark.by_id and remark.indicator:
        page = reverse("dialogue", args=[remark.version_id, remark.unit_id, remark.indicator])
        words = Words("您在一个数字上的留言有了回复", "what you said of a number was answered")
        tell([asked.by], REMARK, words, page, key=f"remark:{remark.pk}", now=now)
