"""The office is told where a correction changed numbers that were used."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from steelyard.reports.sheet import Words
from steelyard.web.messages.kinds import kind
from steelyard.web.messages.sending import tell
from steelyard.web.messages.whom import able
from steelyard.web.people.roles import Role
from steelyard.web.uses.models import Review

DUE = kind("use-due", "结果运用待处理", "Use to answer")


def due(review: Review, now: datetime) -> None:
    use = review.use
    words = Words(
        f"结果更正，“{use.purpose_name}”（第 {use.pk} 号运用）所用的数字有变，待处理",
        f"results were corrected: numbers used for '{use.purpose_name}' (use {use.pk}) changed",
    )
    found = able(Role.OFFICE, "use-keep", use.target, today=timezone.localdate(now))
    tell(found, DUE, words, reverse("use", args=[use.pk]), key=f"use:{use.pk}:{review.pk}", now=now)
