"""What the library waits for, for the home page: versions to adopt, and rules whose origin has changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import F, Max

from steelyard.reports.sheet import Words
from steelyard.web.library.borrowing import behind
from steelyard.web.library.models import Rule, Version
from steelyard.web.library.shelves import seen
from steelyard.web.library.writing import adopted_at, target_of
from steelyard.web.pages.answering import Waiting
from steelyard.web.people.asking import Asker


def adoptable(who: Asker, rules: Iterable[Rule]) -> list[Rule]:
    """Those whose latest version waits for him; nobody adopts what he wrote himself."""
    found, top = list(rules), target_of(None)
    written = dict(Version.objects.filter(rule__in=found).order_by("number").values_list("rule", "made_by"))
    by = who.account.pk if who.account else None
    return [rule for rule in found if written[rule.pk] != by and who.may("rule-adopt", adopted_at(rule, top))]


def of_rules(who: Asker) -> Iterator[Waiting]:
    """Together, as they are adopted together; nobody is told of what he wrote himself."""
    if who.account is None or not who.may("rules-adopt"):
        return
    rows = seen(who).annotate(latest=Max("versions__number"), at=Max("versions__made_at"))
    mine = adoptable(who, rows.filter(latest__gt=F("current")).select_related("holder").order_by("-at"))
    if mine:
        words, newest = Words("规则待采用", "Rules to adopt"), Version.objects.filter(rule=mine[0]).latest("number")
        yield Waiting(words, f"{mine[0].name} … {len(mine)}", "/library?state=waiting", newest.made_at)
    moved = [rule for rule in behind().select_related("holder") if who.may("rule-write", target_of(rule.holder))]
    if moved:
        words = Words("借用的规则来源已变", "Origin of a rule has changed")
        at = Version.objects.filter(rule__in=[rule.origin.rule_id for rule in moved if rule.origin]).latest("made_at")
        yield Waiting(words, f"{moved[0].name} … {len(moved)}", "/library?state=behind", at.made_at)
