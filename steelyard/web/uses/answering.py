"""用后处理: what a correction means for what was decided, and cancelling an entry: each an entry of its own."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from steelyard.engine.problems import CATALOGUE, refuse
from steelyard.web.people.acting import allowed, hold
from steelyard.web.people.models import Account
from steelyard.web.trail.recording import record
from steelyard.web.uses.correcting import locked
from steelyard.web.uses.models import Difference, Kind, Review, State, Step, Use
from steelyard.web.uses.moves import BY_NAME, Move

CATALOGUE.add(
    {
        "use-over": (
            "这次运用现在是“{state}”，不能{move}；请刷新页面",
            "the use is at '{state}' now, so that it cannot be moved so ({move}); load the page again",
        ),
        "use-reason": ("请写明理由（2 至 {most} 字）", "state the reason (2 to {most} signs)"),
        "use-corrected-again": (
            "您打开页面以后结果又更正过；请刷新页面，看清现在的对照再处理",
            "the results have been corrected again since you opened the page; load it again and look at what changed",
        ),
        "use-oneself": (
            "您自己的数字在这次更正里有变，须由另一人处理",
            "your own numbers changed in this correction; another person has to answer it",
        ),
    }
)
MOST = 500


def move(number: int, name: str, reason: str, *, by: Account, now: datetime, review: int = 0) -> Use:
    """A move of the table. ``review``: the correction whose effect was looked at, for moves that answer one. Raises
    `Refused`."""
    way, reason = BY_NAME[name], reason.strip()
    if not 2 <= len(reason) <= MOST:
        raise refuse("use-reason", most=MOST)
    with transaction.atomic():
        (by,) = hold(by)
        use = locked(number)
        if use.state not in way.begins:
            raise refuse("use-over", state=State(use.state), move=way.words)
        said = allowed(way.address, by, now, use.target)
        if use.state == State.DUE:
            _another_s(use, by, said["behalf"])
        answered = _answered(use, review) if way.answers else None
        before = use.state
        _moved(use, way, answered)
        Step.objects.create(use=use, move=name, to=way.to, review=answered, reason=reason, by=by, at=now)
        detail = {"from": before, "to": way.to.value, "reason": reason,
                  "version": answered.after_id if answered else None}  # fmt: skip
        record(way.address, at=now, target=f"use:{use.pk}", detail=detail, **said)
    return use


def _answered(use: Use, number: int) -> Review:
    """The correction that waits for an answer, if it is the one that was looked at."""
    last = use.reviews.order_by("pk").last()
    if last is None or last.pk != number:
        raise refuse("use-corrected-again")
    return last


def _another_s(use: Use, by: Account, behalf: str) -> None:
    """Nobody settles, or does away with, what a correction changed of his own numbers, nor of those of who lent him the
    role (``behalf``). Raises `Refused` (``use-oneself``)."""
    own = Account.objects.filter(username__in=(by.username, behalf)).exclude(person="").values("person")
    last = use.reviews.order_by("pk").last()
    if use.kind == Kind.PERSONS and Difference.objects.filter(review=last, named__code__in=own).exists():
        raise refuse("use-oneself")


def _moved(use: Use, way: Move, answered: Review | None) -> None:
    use.state = way.to
    if answered is not None:
        use.settled = answered.after
    use.save(update_fields=["state", "settled"])
