"""Letters through channels: each is taken by comparing and setting before it is sent, so that of two workers one sends
it; what its sender did not live to say is sent again only where the other side knows it again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from steelyard.engine.problems import Language
from steelyard.web.channels.letters import Note, Rejected
from steelyard.web.channels.naming import Channel, Outside
from steelyard.web.channels.opening import Door, opened
from steelyard.web.identities.outage import NoAnswer
from steelyard.web.jobs.kinds import routine
from steelyard.web.messages.kinds import named
from steelyard.web.messages.models import Delivery, Message, State
from steelyard.web.messages.outside.lines import failed, rests, went_well
from steelyard.web.messages.outside.wishing import Wish, wishes

BUDGET = 8.0
"""Seconds of one round that go to letters: jobs wait for it."""
LEASE = timedelta(seconds=90)
"""Longer than a letter may take; who has not said by then what became of it is believed to be gone."""
TRIES = 8
UNSURE = "发送途中进程中断，不知是否发出，不再重发 the process went away while sending; not sent again"


@dataclass
class Round:
    """``now`` goes on with the clock of the machine."""

    began: datetime
    outside: Outside
    clock: Callable[[], float] = monotonic
    budget: float = BUDGET
    _from: float = field(default=0.0)

    def __post_init__(self) -> None:
        self._from = self.clock()

    @property
    def now(self) -> datetime:
        return self.began + timedelta(seconds=self.clock() - self._from)

    @property
    def over(self) -> bool:
        return self.clock() - self._from > self.budget


@routine
def deliver(now: datetime) -> None:
    outside = settings.STEELYARD.messages
    if outside is not None:
        for channel in outside.channels:
            through(channel, Round(now, outside, budget=BUDGET / len(outside.channels)))


def through(channel: Channel, this: Round) -> int:
    """How many letters went; ends with the time, with the letters, or with the first failure of the channel."""
    many = 0
    if rests(channel.name, this.now) or not _due(channel, this.now).exists():
        return many
    with opened(channel) as door:
        while not this.over:
            one = taken(channel, this.now)
            if one is None or not _sent(one, channel, door, this):
                break
            many += 1
    if many:
        went_well(channel.name, this.now)
    return many


def _due(channel: Channel, now: datetime) -> QuerySet[Delivery]:
    return Delivery.objects.filter(channel=channel.name, due__lte=now, state__in=(State.WAITING, State.SENDING))


def taken(channel: Channel, now: datetime) -> Delivery | None:
    """The one that has waited longest, from now on ours; None where there is none."""
    for one in _due(channel, now).order_by("due", "pk")[:20]:
        same = Delivery.objects.filter(pk=one.pk, state=one.state, attempts=one.attempts)
        if one.state == State.SENDING and not channel.again:
            same.update(state=State.UNSURE, ended=now, problem=UNSURE)
        elif same.update(state=State.SENDING, attempts=F("attempts") + 1, due=now + LEASE):
            return Delivery.objects.select_related("letter").get(pk=one.pk)
    return None


def _sent(one: Delivery, channel: Channel, door: Door, this: Round) -> bool:
    """Whether the channel is in order; what becomes of the letter stands in its row."""
    wish = wishes([one.letter.account_id], this.outside).get(one.letter.account_id)
    address = "" if wish is None else wish.address(channel)
    if wish is None or not address or _needless(one):
        _ended(one, State.NEEDLESS, this.now)
        return True
    if wait := _not_yet(one, wish, this.now):
        _again(one, wait, "")
        return True
    try:
        door.send(_note(one, wish, address, this))
    except Rejected as rejected:
        _ended(one, State.GIVEN_UP, this.now, rejected.reason)
        return True
    except (NoAnswer, OSError, ValueError) as silent:
        reason = silent.reason if isinstance(silent, NoAnswer) else type(silent).__name__
        _failed(one, channel, reason, this.now)
        return False
    _ended(one, State.SENT, this.now)
    return True


def _needless(one: Delivery) -> bool:
    """Whoever has read everything in the site meanwhile needs no letter; a trial is always sent."""
    unread = Message.objects.filter(account=one.letter.account_id, read_at=None)
    return one.letter.number is not None and not unread.exists()


def _not_yet(one: Delivery, wish: Wish, now: datetime) -> datetime | None:
    """When it may go that may not go now: at night, or after as many of this day as he wants, also of letters that
    were written on another day and held up. A trial goes at once."""
    if one.letter.number is None:
        return None
    if wish.disturbed(now):
        return wish.awake(now)
    day = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    today = Delivery.objects.filter(letter__account=wish.account, letter__number__isnull=False, channel=one.channel)
    went = today.filter(Q(state=State.SENT) | Q(state=State.UNSURE), ended__gte=day).count()
    return wish.awake(now, tomorrow=True) if went >= wish.most else None


def _note(one: Delivery, wish: Wish, address: str, this: Round) -> Note:
    letter, language = one.letter, _language(wish)
    kinds = tuple((name, named(name), many) for name, many in letter.kinds.items())
    return Note(
        to=address, reference=str(one.reference), site=settings.STEELYARD.name, page=f"{this.outside.site}/messages",
        many=letter.many, kinds=kinds, urgent=letter.urgent, at=timezone.localtime(letter.at), language=language,
    )  # fmt: skip


def _language(wish: Wish) -> Language:
    return "en" if wish.account.language.startswith("en") else "zh"


def _failed(one: Delivery, channel: Channel, reason: str, now: datetime) -> None:
    """Tried again later, each time after twice as long, and not for ever: the messages stand in the site."""
    if one.attempts >= TRIES:
        _ended(one, State.GIVEN_UP, now, reason)
    else:
        _again(one, now + timedelta(minutes=2 ** (one.attempts - 1)), reason)
    failed(channel, reason, now)


def _again(one: Delivery, due: datetime, reason: str) -> None:
    """Waiting for the hour is no attempt."""
    attempts = one.attempts if reason else one.attempts - 1
    rows = Delivery.objects.filter(pk=one.pk, state=State.SENDING, attempts=one.attempts)
    rows.update(state=State.WAITING, due=due, problem=reason[:300], attempts=attempts)


def _ended(one: Delivery, state: State, now: datetime, reason: str = "") -> None:
    rows = Delivery.objects.filter(pk=one.pk, state=State.SENDING, attempts=one.attempts)
    rows.update(state=state, ended=now, problem=reason[:300])
