"""Messages into letters: what waits for somebody goes into one letter, outside his quiet hours and so many a day.

One worker merges at a time; that nobody gets a second letter of the same number is seen to by the table itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Case, Count, Max, Min, OuterRef, Subquery, Value, When
from django.utils import timezone

from steelyard.web.channels.naming import Outside
from steelyard.web.jobs.kinds import routine
from steelyard.web.messages.models import Delivery, Letter, Line, Message
from steelyard.web.messages.outside.wishing import Wish, wishes

MANY = 500
"""Accounts in one transaction."""
ONE_AT_A_TIME = "-"
"""The line that whoever merges holds; no channel is called so."""


@dataclass(frozen=True)
class Waiting:
    """What waits for an account: since when, and whether some of it is urgent."""

    account: int
    since: datetime
    urgent: bool


@routine
def merge(now: datetime) -> None:
    """Accounts one lot after the other; whoever has to wait is looked at again with the next round."""
    outside = settings.STEELYARD.messages
    if outside is None or not outside.channels:
        Message.objects.filter(outside=True).update(outside=False)
        return
    last: int | None = 0
    while last is not None:
        last = merged_after(last, outside, now)


def merged_after(after: int, outside: Outside, now: datetime) -> int | None:
    """The number of the last account of a lot, None after the last lot, or while another worker merges."""
    Line.objects.get_or_create(name=ONE_AT_A_TIME)
    with transaction.atomic():
        if not list(Line.objects.select_for_update(skip_locked=True, no_key=True).filter(name=ONE_AT_A_TIME)):
            return None
        lot = waiting(after)
        known = wishes([one.account for one in lot], outside)
        out = [one.account for one in lot if one.account not in known or not known[one.account].channels]
        Message.objects.filter(account__in=out, outside=True).update(outside=False)
        ready = [one for one in lot if one.account not in set(out) and _ripe(one, known[one.account], now)]
        write(ready, known, now)
    return lot[-1].account if len(lot) == MANY else None


def waiting(after: int) -> list[Waiting]:
    urgent = Max(Case(When(urgent=True, then=Value(1)), default=Value(0)))
    rows = Message.objects.filter(outside=True, account__gt=after).order_by("account").values_list("account")
    found = rows.annotate(since=Min("at"), pressing=urgent)[:MANY]
    return [Waiting(account, since, bool(pressing)) for account, since, pressing in found]


def _ripe(one: Waiting, wish: Wish, now: datetime) -> bool:
    """Nobody is woken; what is urgent does not wait for other messages."""
    gathered = one.urgent or now - one.since >= timedelta(minutes=wish.outside.gather)
    return gathered and not wish.disturbed(now)


def write(ready: Sequence[Waiting], known: Mapping[int, Wish], now: datetime) -> list[Letter]:
    """A letter for each of those who may get one more today."""
    day, accounts = timezone.localdate(now), [one.account for one in ready]
    got = _got(accounts, day)
    able = [one for one in ready if got.get(one.account, 0) < known[one.account].room(urgent=one.urgent)]
    kinds = _kinds([one.account for one in able])
    letters = [
        Letter(account_id=one.account, day=day, number=got.get(one.account, 0) + 1, urgent=one.urgent, at=now,
               many=sum(kinds[one.account].values()), kinds=kinds[one.account])
        for one in able if one.account in kinds
    ]  # fmt: skip
    Letter.objects.bulk_create(letters)
    mine = Letter.objects.filter(account=OuterRef("account"), day=day, number__isnull=False).order_by("-number")
    gone = Message.objects.filter(account__in=[one.account_id for one in letters], outside=True)
    gone.update(outside=False, letter=Subquery(mine.values("pk")[:1]))
    Delivery.objects.bulk_create(
        Delivery(letter=one, channel=channel.name, due=now)
        for one in letters
        for channel in known[one.account_id].channels
    )
    return letters


def _got(accounts: Iterable[int], day: date) -> dict[int, int]:
    """How many letters of a day there are."""
    rows = Letter.objects.filter(account__in=list(accounts), day=day).order_by()
    return dict(rows.values_list("account").annotate(last=Max("number", default=0)))


def _kinds(accounts: Sequence[int]) -> dict[int, dict[str, int]]:
    """What is unread, of each kind: also what a letter told of before, as the reader will find it."""
    rows = Message.objects.filter(account__in=accounts, read_at=None).order_by()
    found: dict[int, dict[str, int]] = {}
    for account, kind, many in rows.values_list("account", "kind").annotate(many=Count("pk")).order_by("-many", "kind"):
        found.setdefault(account, {})[kind] = many
    return found
