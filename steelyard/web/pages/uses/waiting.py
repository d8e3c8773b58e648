"""What waits for whoever logged a use: its results were corrected and its numbers changed."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Case, OuterRef, Subquery, When
from django.urls import reverse

from steelyard.reports.sheet import Words
from steelyard.web.pages.answering import Waiting
from steelyard.web.people.asking import Asker
from steelyard.web.people.deciding import Target
from steelyard.web.uses.models import Kind, Review, State, Use, label

MOST = 5


def of_uses(who: Asker) -> Iterator[Waiting]:
    """One's own first; the office answers also for others, and for systems, which have no home page."""
    kinds = [kind for kind in Kind if who.may("use-keep", Target(state=State.DUE, label=label(kind)))]
    last = Review.objects.filter(use=OuterRef("pk")).order_by("-pk")
    rows = Use.objects.filter(state=State.DUE, kind__in=kinds).alias(own=Case(When(by=who.account, then=0), default=1))
    rows = rows.annotate(since=Subquery(last.values("at")[:1]), changed=Subquery(last.values("changed")[:1]))
    rows = rows.order_by("own", "pk")
    found = list(rows[: MOST + 1])
    yield from map(_waiting, found[:MOST])
    if beyond := found[MOST:]:
        more = rows.count() - MOST
        words = Words(f"另有 {more} 项结果运用待处理", f"{more} more uses to be answered")
        yield Waiting(words, "", f"{reverse('uses')}?state={State.DUE}", beyond[0].since, "bad")


def _waiting(one: Use) -> Waiting:
    changed, since = one.changed, one.since  # type: ignore[attr-defined]  # of the question above
    words = Words(f"结果更正，{changed} 个数字有变：原决定待处理", f"Corrected, {changed} changed: to be answered")
    about = f"{one.purpose_name} {one.user} {one.document}".strip()
    return Waiting(words, about, reverse("use", args=[one.pk]), since, "bad")
