"""How somebody is told outside the site: by which channels, under which address, and when not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils import timezone

from steelyard.web.channels.naming import Channel, Mail, Outside, Sms
from steelyard.web.messages.models import Preference
from steelyard.web.people.login.sealing import unseal
from steelyard.web.people.models import Account


@dataclass(frozen=True)
class Wish:
    """What holds for an account: what it chose, else what the site has."""

    account: Account
    chosen: Preference | None
    outside: Outside

    @property
    def channels(self) -> Sequence[Channel]:
        """Those by which he can be reached and is to be."""
        return [one for one in self.outside.channels if self._wanted(one) and self.address(one)]

    def _wanted(self, channel: Channel) -> bool:
        if self.chosen is None or self.chosen.channels is None:
            return channel.everybody
        return channel.name in self.chosen.channels

    def address(self, channel: Channel) -> str:
        """As the channel knows him; empty where it does not."""
        if isinstance(channel, Mail):
            own = unseal(self.chosen.mail) if self.chosen and self.chosen.mail else ""
            return own or (f"{self.account.username}@{channel.domain}" if channel.domain else "")
        if isinstance(channel, Sms):
            return unseal(self.chosen.mobile) if self.chosen and self.chosen.mobile else ""
        return self.account.person if channel.matches == "person" else self.account.username

    @property
    def quiet(self) -> tuple[time, time]:
        if self.chosen is None or self.chosen.quiet_from is None or self.chosen.quiet_to is None:
            return self.outside.quiet
        return self.chosen.quiet_from, self.chosen.quiet_to

    @property
    def most(self) -> int:
        """Letters a day: a person may want fewer than the site allows, never more."""
        own = None if self.chosen is None else self.chosen.most
        return self.outside.most if own is None else min(own, self.outside.most)

    def room(self, *, urgent: bool) -> int:
        """How many of a day there may be; the last one is kept for what is urgent."""
        return self.most if urgent or self.most < 2 else self.most - 1

    def disturbed(self, now: datetime) -> bool:
        """Whether he would be at this hour, by the clock of the site."""
        return within(self.quiet, timezone.localtime(now).time())

    def awake(self, now: datetime, *, tomorrow: bool = False) -> datetime:
        """The next moment at which he may be told; ``tomorrow``: not today any more."""
        local = timezone.localtime(now)
        if tomorrow:
            local = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        if not within(self.quiet, local.time()):
            return local
        ends = self.quiet[1]
        wakes = local.replace(hour=ends.hour, minute=ends.minute, second=0, microsecond=0)
        return wakes if wakes > local else wakes + timedelta(days=1)


def within(quiet: tuple[time, time], at: time) -> bool:
    """Over midnight, too; from and to the same minute: never."""
    first, last = quiet
    if first <= last:
        return first <= at < last
    return at >= first or at < last


def wishes(accounts: Sequence[int], outside: Outside) -> dict[int, Wish]:
    """Of those accounts that may still be told something."""
    chosen = {one.account_id: one for one in Preference.objects.filter(account__in=accounts)}
    rows = Account.objects.filter(pk__in=accounts, is_active=True)
    return {one.pk: Wish(one, chosen.get(one.pk), outside) for one in rows}
