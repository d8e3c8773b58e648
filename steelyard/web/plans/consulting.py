"""征求意见: units and departments say what they think of the plan or one indicator; the office answers each."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from steelyard.engine.problems import CATALOGUE, Place, refuse
from steelyard.web.people.models import Account
from steelyard.web.plans.desk import at_desk
from steelyard.web.plans.models import Comment
from steelyard.web.plans.telling import turns
from steelyard.web.typed import number_in

CATALOGUE.add(
    {
        "comment-text": ("请写意见（2 至 2000 字）", "say what you think (2 to 2000 signs)"),
        "comment-late": (
            "征求意见已于 {due} 截止；请直接与绩效办联系",
            "comments were due on {due}; turn to the office directly",
        ),
        "comment-of-nobody": (
            "{name} 没有所属单位，不能代表单位提意见；请安全管理员按单位授权",
            "{name} stands for no unit and cannot comment for one; ask for a role over a unit",
        ),
        "comment-gone": ("这条意见不在这个方案里；请刷新页面", "this comment is not on this plan; load the page again"),
        "answer-text": ("请写明采纳情况和理由（2 至 2000 字）", "say what becomes of it and why (2 to 2000 signs)"),
    }
)
LENGTH = 2, 2000


def comment(pk: int, text: str, indicator: str = "", *, by: Account, now: datetime) -> Comment:
    """Of whoever acts for his unit. Raises `Refused`."""
    text = text.strip()
    if not LENGTH[0] <= len(text) <= LENGTH[1]:
        raise refuse("comment-text", Place("text"))
    with transaction.atomic():
        desk = at_desk(pk, "making-comment", by, now)
        due = desk.making.due
        if due is not None and timezone.localdate(now) > due:
            raise refuse("comment-late", due=due)
        if desk.unit is None:
            raise refuse("comment-of-nobody", name=desk.by.name)
        if indicator and not desk.making.picks.filter(indicator=indicator).exists():
            raise refuse("pick-gone", indicator=indicator)
        made = Comment.objects.create(
            making=desk.making, indicator=indicator, unit=desk.unit, by=desk.by, at=now, text=text
        )
        desk.told("making-comment", comment=made.pk, indicator=indicator, unit=desk.unit.code)
    return made


def answer(pk: int, comment: str, accepted: bool, text: str, *, by: Account, now: datetime) -> Comment:
    """An answer may be mended as long as the plan is in consultation. Raises `Refused`."""
    text = text.strip()
    if not LENGTH[0] <= len(text) <= LENGTH[1]:
        raise refuse("answer-text", Place("answer"))
    with transaction.atomic():
        desk = at_desk(pk, "making-answer", by, now)
        found = desk.making.comments.filter(pk=number_in(comment) or 0).first()
        if found is None:
            raise refuse("comment-gone")
        found.accepted, found.answer, found.answered_by, found.answered_at = accepted, text, desk.by, now
        found.save()
        desk.told("making-answer", comment=found.pk, accepted=accepted)
        turns.answered(found, now)
    return found
