"""What waits for whoever logged a use: its results were corrected and its numbers changed."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Max
from django.urls import reverse

from steelyard.reports.sheet import Words
from steelyard.web.pages.answering import Waiting
from steelyard.web.people.asking import Asker
from steelyard.web.people.deciding import Target
from steelyard.web.uses.models import PERSONAL, State, Use

MOST = 5


def of_uses(who: Asker) -> Iterator[Waiting]:
    """One's own first; the office answers also for others, and for systems, which have no home page."""
    if not any(who.may("use-keep", Target(state=State.DUE, label=label)) for label in (1, PERSONAL)):
        return
    own = who.account.pk if who.account else 0
    rows = Use.objects.filter(state=State.DUE).annotate(since=Max("reviews__at"), changed=Max("reviews__pk"))
    for one in sorted(rows.order_by("pk")[: MOST * 4], key=lambda one: (one.by_id != own, one.pk))[:MOST]:
        last = one.reviews.order_by("pk").last()
        changed = last.changed if last else 0
        words = Words(f"结果更正，{changed} 个数字有变：原决定待处理", f"Corrected, {changed} changed: to be answered")
        yield Waiting(words, f"{one.purpose_name} {one.user} {one.document}".strip(), reverse("use", args=[one.pk]),
                      one.since or one.at, "bad")  # fmt: skip
