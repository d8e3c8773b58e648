"""What waits for whoever logged a use: its results were corrected and its numbers changed."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Case, OuterRef, Subquery, When
from django.urls import reverse

from steelyard.reports.sheet import Words
from steelyard.web.pages.answering import Waiting
from steelyard.web.people.asking import Asker
from steelyard.web.people.deciding import Target
from steelyard.web.uses.models import PERSONAL, Review, State, Use

MOST = 5


def of_uses(who: Asker) -> Iterator[Waiting]:
    """One's own first; the office answers also for others, and for systems, which have no home page."""
    if not any(who.may("use-keep", Target(state=State.DUE, label=label)) for label in (1, PERSONAL)):
        return
    last = Review.objects.filter(use=OuterRef("pk")).order_by("-pk")
    rows = Use.objects.filter(state=State.DUE).alias(own=Case(When(by=who.account, then=0), default=1))
    rows = rows.annotate(since=Subquery(last.values("at")[:1]), changed=Subquery(last.values("changed")[:1]))
    for one in rows.order_by("own", "pk")[:MOST]:
        words = Words(
            f"结果更正，{one.changed} 个数字有变：原决定待处理", f"Corrected, {one.changed} changed: to be answered"
        )
        about = f"{one.purpose_name} {one.user} {one.document}".strip()
        yield Waiting(words, about, reverse("use", args=[one.pk]), one.since, "bad")
