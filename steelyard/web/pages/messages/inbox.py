"""消息: what somebody was told, newest first, with what is unread; opening one marks it as read and goes there."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from steelyard.reports.sheet import Words
from steelyard.web.messages import reading
from steelyard.web.messages.kinds import named
from steelyard.web.messages.models import Message
from steelyard.web.messages.sending import inside
from steelyard.web.pages.answering import done, me, paged
from steelyard.web.pages.messages.closing import opens
from steelyard.web.people.asking import Asker, asker, permitted
from steelyard.web.typed import number_in


@require_safe
@permitted("messages")
def inbox(request: HttpRequest) -> HttpResponse:
    """``?kind=``, ``?unread=1``."""
    account, kind = me(request), request.GET.get("kind", "")
    rows = reading.of(account)
    rows = rows.filter(kind=kind) if kind else rows
    rows = rows.filter(read_at=None) if request.GET.get("unread") else rows
    page, kinds = paged(request, rows), reading.by_kind(account)
    who = asker(request)
    context: dict[str, Any] = {
        "page": page, "rows": [_row(who, one) for one in page], "kind": kind, "only": bool(request.GET.get("unread")),
        "kinds": sorted(((name, named(name), many) for name, many in kinds.items()), key=lambda one: -one[2]),
        "open": kinds.get(kind, 0) if kind else sum(kinds.values()),
        "last": reading.of(account).values_list("pk", flat=True).first(), "any": bool(kinds),
    }  # fmt: skip
    return render(request, "messages/inbox.html", context)


def _row(who: Asker, one: Message) -> dict[str, Any]:
    """What its page shows to nobody but others by now is not shown here either."""
    return {"one": one, "kind": named(one.kind), "words": Words(one.zh, one.en), "open": opens(who, one.address)}


@require_POST
@permitted("message-open")
def opened(request: HttpRequest, pk: int) -> HttpResponse:
    """To the page that it is about; back to the list where that page is open to him no more."""
    found = reading.read(pk, by=me(request), now=timezone.now())
    if found is None:
        raise Http404
    there = inside(found.address) and opens(asker(request), found.address)
    return redirect(found.address if there else "messages")


@require_POST
@permitted("messages-read")
def read(request: HttpRequest) -> HttpResponse:
    kind, last = request.POST.get("kind", ""), number_in(request.POST.get("last", "")) or 0

    def act() -> None:
        reading.read_all(kind, last, by=me(request), now=timezone.now())

    return done(request, "messages", act, Words("已标为已读", "Marked as read"))
