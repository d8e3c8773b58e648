"""What plans in the making wait for from whoever asks, for the home page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from django.db.models import Count, Q

from steelyard.reports.sheet import Words
from steelyard.web.library.writing import target_of
from steelyard.web.people.asking import Asker
from steelyard.web.plans.models import Making, Stage
from steelyard.web.plans.moves import PATH

MOST = 5


def due(who: Asker) -> Iterator[tuple[Words, Making, bool]]:
    """The next move, comments to answer, or to make; whether the day for it is over. A handful, the latest first."""
    return islice(_due(who), MOST)


def _due(who: Asker) -> Iterator[tuple[Words, Making, bool]]:
    top = target_of(None)
    moves = {one: move for move in PATH for one in move.begins if who.may(move.address, replace(top, state=one))}
    comments = who.may("making-comment", replace(top, state=Stage.CONSULTING))
    stages = [*moves, *([Stage.CONSULTING] if comments else [])]
    if not stages:
        return
    rows = Making.objects.filter(stage__in=stages).order_by("-pk")
    for one in rows.annotate(unanswered=Count("comments", filter=Q(comments__accepted=None))):
        stage, over = Stage(one.stage), one.due is not None and one.due < who.today
        if stage != Stage.CONSULTING:
            yield Words(f"方案待{moves[stage].words.zh}", f"Plan: {moves[stage].words.en.lower()}"), one, False
        elif stage in moves and one.unanswered:
            yield Words(f"{one.unanswered} 条意见待答复", f"{one.unanswered} comments to answer"), one, over
        elif stage in moves and over:
            yield Words("意见已齐，待报批", "Comments are in: submit the plan"), one, True
        elif comments and not over:
            yield Words(f"方案征求意见，{one.due} 截止", f"Plan open to comments until {one.due}"), one, False
