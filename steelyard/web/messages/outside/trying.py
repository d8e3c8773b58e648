"""A system administrator tries a channel: a letter to himself, sent by the worker like every other."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from steelyard.engine.problems import CATALOGUE, refuse
from steelyard.web.messages.models import UNDER_WAY, Delivery, Letter, Line
from steelyard.web.messages.outside.wishing import wishes
from steelyard.web.people.acting import allowed, hold
from steelyard.web.people.models import Account
from steelyard.web.trail.recording import record

CATALOGUE.add(
    {
        "channel-unknown": ("site.toml 没有声明这个通道", "site.toml declares no such channel"),
        "channel-no-address": (
            "{channel}不知道往哪里发给您：请先在“我的账号 › 消息提醒”里填写{what}",
            "{channel} does not know where you are: state {what} at 'My account › Reminders' first",
        ),
        "channel-under-way": (
            "上一封试发的信还没有发完；请等它有结果",
            "the last trial is still under way; wait for what becomes of it",
        ),
    }
)


def try_channel(name: str, *, by: Account, now: datetime) -> Delivery:
    """Raises `Refused`."""
    outside = settings.STEELYARD.messages
    channel = None if outside is None else outside.of(name)
    if outside is None or channel is None:
        raise refuse("channel-unknown")
    with transaction.atomic():
        (by,) = hold(by)
        said = allowed("channel-try", by, now)
        if not wishes([by.pk], outside)[by.pk].address(channel):
            raise refuse("channel-no-address", channel=channel.words, what=channel.asks)
        under_way = Delivery.objects.filter(channel=name, letter__number=None, state__in=UNDER_WAY)
        if under_way.filter(letter__account=by).exists():
            raise refuse("channel-under-way")
        letter = Letter.objects.create(account=by, day=timezone.localdate(now), many=0, kinds={}, at=now)
        made = Delivery.objects.create(letter=letter, channel=name, due=now)
        Line.objects.filter(name=name).update(until=None)  # whoever tries it wants to know now
        record("channel-try", at=now, target=f"channel:{name}", **said)
    return made
