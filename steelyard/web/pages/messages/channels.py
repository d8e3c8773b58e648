"""消息通道: how each channel is doing, what becomes of letters, and a letter to oneself to try one. For the system
administrator, who sees that somebody was told, and never of what."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from steelyard.reports.sheet import Words
from steelyard.web.channels.naming import Channel
from steelyard.web.messages.models import Delivery, Line, State
from steelyard.web.messages.outside.trying import try_channel
from steelyard.web.pages.answering import done, me, paged
from steelyard.web.people.asking import permitted

STATES = {
    State.WAITING: ("", Words("待发送", "Waiting")), State.SENDING: ("busy", Words("发送中", "Sending")),
    State.SENT: ("good", Words("已交通道", "Sent")), State.UNSURE: ("warn", Words("不确定", "Unsure")),
    State.GIVEN_UP: ("bad", Words("已放弃", "Given up")), State.NEEDLESS: ("", Words("不必再发", "Needless")),
}  # fmt: skip
DAY = timedelta(days=1)


@require_safe
@permitted("channels")
def channels(request: HttpRequest) -> HttpResponse:
    """``?channel=``, ``?state=``."""
    asked, outside = request.GET, settings.STEELYARD.messages
    rows = Delivery.objects.select_related("letter__account")
    rows = rows.filter(channel=asked["channel"]) if asked.get("channel") else rows
    rows = rows.filter(state=asked["state"]) if asked.get("state") in State.values else rows
    page = paged(request, rows)
    context: dict[str, Any] = {
        "page": page, "rows": [(one, STATES[State(one.state)], _words(one.channel)) for one in page], "asked": asked,
        "lines": _lines(timezone.now()), "outside": outside,
        "states": [(str(state), words) for state, (_, words) in STATES.items()],
    }  # fmt: skip
    return render(request, "messages/channels.html", context)


def _lines(now: datetime) -> list[dict[str, Any]]:
    outside = settings.STEELYARD.messages
    lines = Line.objects.in_bulk()
    recent = Q(ended__gte=now - DAY)
    rows = Delivery.objects.order_by().values_list("channel")
    counted = rows.annotate(
        waiting=Count("pk", filter=Q(state__in=(State.WAITING, State.SENDING))),
        sent=Count("pk", filter=recent & Q(state=State.SENT)),
        lost=Count("pk", filter=recent & Q(state__in=(State.GIVEN_UP, State.UNSURE))),
    )
    counts = {name: more for name, *more in counted}
    channels = () if outside is None else outside.channels
    return [_line(one, lines.get(one.name), counts.get(one.name, [0, 0, 0]), now) for one in channels]


def _line(channel: Channel, line: Line | None, counts: list[int], now: datetime) -> dict[str, Any]:
    if line is None or (line.good_at is None and not line.failures):
        state = ("", Words("还没有用过", "Never used"))
    elif line.failures:
        state = ("bad", Words(f"连续 {line.failures} 次失败", f"{line.failures} failures in a row"))
    else:
        state = ("good", Words("正常", "In order"))
    waiting, sent, lost = counts
    rests = line is not None and line.until is not None and line.until > now
    counted = {"waiting": waiting, "sent": sent, "lost": lost}
    return {"one": channel, "line": line, "state": state, "rests": rests, **counted}


def _words(name: str) -> Words:
    outside = settings.STEELYARD.messages
    channel = None if outside is None else outside.of(name)
    return Words(name) if channel is None else channel.words


@require_POST
@permitted("channel-try")
def trying(request: HttpRequest, name: str) -> HttpResponse:
    """What becomes of it stands in the list below, as soon as the worker has been there."""

    def act() -> None:
        try_channel(name, by=me(request), now=timezone.now())

    return done(
        request, "channels", act, Words("已交给任务进程，稍后刷新看结果", "The worker has it; load the page again")
    )
