"""A plan in the making as its addresses name it, and the words for its kinds and stages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from django.http import Http404

from steelyard.engine.checking.door import title_of
from steelyard.engine.model.book import RuleBook
from steelyard.engine.model.item import Indicator
from steelyard.reports.sheet import Words
from steelyard.web.library.writing import target_of
from steelyard.web.people.deciding import Target
from steelyard.web.plans.models import Allowed, Kind, Making, Stage
from steelyard.web.plans.moves import Move

STAGES = {
    Stage.DRAFTING: ("busy", Words("起草", "Drafting")),
    Stage.CONSULTING: ("busy", Words("征求意见", "In consultation")),
    Stage.APPROVING: ("warn", Words("待批准", "To be approved")),
    Stage.SIGNED: ("warn", Words("待印发", "To be issued")),
    Stage.ISSUED: ("good", Words("已印发", "Issued")),
    Stage.HALTED: ("", Words("已暂停", "Switched off")),
    Stage.DROPPED: ("", Words("已作废", "Discarded")),
}
KINDS = {
    Kind.NEW: Words("新方案", "New plan"), Kind.NEXT: Words("下一年度", "Next year"),
    Kind.CHANGE: Words("年中调整", "Mid-year change"), Kind.CAMPAIGN: Words("创先争优", "Campaign"),
}  # fmt: skip


def of_making(pk: int) -> Target:
    """Plans are the whole bureau's, as the policy sees it: they stand at the top."""
    stage = Making.objects.filter(pk=pk).values_list("stage", flat=True).first()
    if stage is None:
        raise Http404
    return target_of(None, stage)


def waived(making: Making, book: RuleBook) -> list[tuple[Allowed, Words, Indicator | None]]:
    """What somebody with a name has allowed: what was found, in words, and of which indicator."""
    found = [(one, title_of(one.finding)) for one in making.allowed.all()]
    return [(one, Words(title.zh, title.en), book.indicators.get(one.indicator)) for one, title in found]


def starting(move: Move) -> Callable[[int], Target]:
    """By the right alone: whether the plan still is where the move begins is told by the act, in words."""
    return lambda pk: replace(of_making(pk), state=str(move.begins[0]))
