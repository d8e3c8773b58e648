"""What the library waits for, for the home page: versions to adopt, and rules whose origin has changed."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, OuterRef, Subquery

from steelyard.reports.sheet import Words
from steelyard.web.library.borrowing import behind
from steelyard.web.library.models import Version
from steelyard.web.library.shelves import seen
from steelyard.web.library.writing import adopted_at, target_of
from steelyard.web.pages.answering import Waiting
from steelyard.web.people.asking import Asker


def of_rules(who: Asker) -> Iterator[Waiting]:
    """Together, as they are adopted together; nobody is told of what he wrote himself."""
    if who.account is None or not who.may("rules-adopt"):
        return
    last = Version.objects.filter(rule=OuterRef("pk")).order_by("-number")
    rows = seen(who).annotate(
        latest=Subquery(last.values("number")[:1]), by=Subquery(last.values("made_by")[:1]),
        at=Subquery(last.values("made_at")[:1]),
    )  # fmt: skip
    written = rows.filter(latest__gt=F("current")).exclude(by=who.account.pk).select_related("holder").order_by("-at")
    top = target_of(None)
    mine = [rule for rule in written if who.may("rule-adopt", adopted_at(rule, top))]
    if mine:
        words = Words("规则待采用", "Rules to adopt")
        yield Waiting(words, f"{mine[0].name} … {len(mine)}", "/library?state=waiting", mine[0].at)
    moved = [rule for rule in behind().select_related("holder") if who.may("rule-write", target_of(rule.holder))]
    if moved:
        words = Words("借用的规则来源已变", "Origin of a rule has changed")
        at = Version.objects.filter(rule__in=[rule.origin.rule_id for rule in moved if rule.origin]).latest("made_at")
        yield Waiting(words, f"{moved[0].name} … {len(moved)}", "/library?state=behind", at.made_at)
