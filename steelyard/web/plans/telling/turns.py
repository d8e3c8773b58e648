"""Who is told what of a plan in the making: whose turn it is, units that are asked, whoever commented."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from steelyard.reports.sheet import Words
from steelyard.web.library.writing import target_of
from steelyard.web.messages.kinds import kind
from steelyard.web.messages.sending import tell
from steelyard.web.messages.whom import able, everybody
from steelyard.web.people.deciding import Target
from steelyard.web.people.models import Account
from steelyard.web.people.roles import Role
from steelyard.web.plans.models import Comment, Making, Stage

CONSULTED = kind("plan-consulted", "方案征求意见", "Plan for comments")
WAITS = kind("plan-waits", "方案待办", "Plan to handle")
ISSUED = kind("plan-issued", "方案印发", "Plan issued")
ANSWERED = kind("comment-answered", "意见有答复", "Comment answered")
ASKED = (Role.UNIT, Role.ASSESSOR, Role.LEADER)


def moved(making: Making, move: str, step: int, by: Account, now: datetime) -> None:
    """After a move of the table. ``step``: its number, so that a plan that comes back is told of again."""
    page, key = reverse("making", args=[making.pk]), f"making:{making.pk}:{step}"
    name, today = making.name, timezone.localdate(now)
    if making.stage == Stage.CONSULTING:
        words = Words(f"“{name}”征求意见，截止 {making.due}", f"'{name}' is open for comments until {making.due}")
        found = [one for role in ASKED for one in everybody(role, today=today)]
        _tell(found, by, CONSULTED, words, page, key, now)
    elif making.stage == Stage.APPROVING:
        words = Words(f"“{name}”待领导小组批准", f"'{name}' waits for approval")
        _tell(able(Role.GROUP, "making-sign", _target(making), today=today), by, WAITS, words, page, key, now)
    elif making.stage == Stage.SIGNED:
        words = Words(f"“{name}”已批准，待印发", f"'{name}' was approved and waits to be issued")
        _tell(able(Role.OFFICE, "making-issue", _target(making), today=today), by, WAITS, words, page, key, now)
    elif making.stage == Stage.DRAFTING and move == "return":
        words = Words(f"“{name}”被领导小组退回修改", f"'{name}' was sent back by the leading group")
        _tell(able(Role.OFFICE, "making-head", _target(making), today=today), by, WAITS, words, page, key, now)
    elif move == "issue":
        issued(making, by, now)


def issued(making: Making, by: Account, now: datetime) -> None:
    """Whoever acts for a unit or leads one hears that the plan counts from now on."""
    words = Words(f"“{making.name}”已印发（{making.number}）", f"'{making.name}' was issued ({making.number})")
    page, today = reverse("making-notice", args=[making.pk]), timezone.localdate(now)
    found = [one for role in ASKED for one in everybody(role, today=today)]
    _tell(found, by, ISSUED, words, page, f"making:{making.pk}:issued", now)


def answered(comment: Comment, now: datetime) -> None:
    """Whoever commented; an answer that is mended later is told of once."""
    making = comment.making
    words = Words(f"您对“{making.name}”的意见有了答复", f"your comment on '{making.name}' was answered")
    page = reverse("making", args=[making.pk])
    tell([comment.by], ANSWERED, words, page, key=f"comment:{comment.pk}:answered", now=now)


def _tell(found: Sequence[Account], by: Account, kind: str, words: Words, page: str, key: str, now: datetime) -> None:
    """Nobody is told what he has just done himself."""
    tell([one for one in found if one.pk != by.pk], kind, words, page, key=key, now=now)


def _target(making: Making) -> Target:
    return target_of(None, making.stage)
