"""One meeting: its pack, as it stands or as it lay on the table, what it decided, and the acts on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from steelyard.web.meetings import preparing
from steelyard.web.meetings.models import Meeting, State
from steelyard.web.meetings.moves import MOVES, Move
from steelyard.web.meetings.pack import pack
from steelyard.web.meetings.promises import FATES
from steelyard.web.pages.answering import done, me
from steelyard.web.pages.meetings.listing import KINDS, STATES
from steelyard.web.people.asking import asker, permitted
from steelyard.web.people.deciding import Target
from steelyard.web.tasks.models import Source, Task


def of_meeting(pk: int) -> Target:
    found = Meeting.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found.target


@require_safe
@permitted("meeting", of_meeting)
def meeting(request: HttpRequest, pk: int) -> HttpResponse:
    found, who = get_object_or_404(Meeting, pk=pk), asker(request)
    told = found.pack or pack(found, timezone.now())
    context: dict[str, Any] = {
        "one": found, "state": STATES[State(found.state)], "pack": told, "stands": found.pack is not None,
        "as_of": datetime.fromisoformat(told["as_of"]), "since": datetime.fromisoformat(told["since"]),
        "rate": _number(told["rate"]), "rate_before": _number(told["rate_before"]),
        "promises": [_promise(one) for one in told["promises"]],
        "decided": Task.objects.filter(source=Source.MEETING, document=found.document).select_related("unit"),
        "moves": [move for move in MOVES if found.state in move.begins and who.may(move.address, found.target)],
        "may_task": found.state == State.HELD and who.may("task-new"),
    }  # fmt: skip
    return render(request, "meetings/meeting.html", context)


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _promise(one: dict[str, Any]) -> dict[str, Any]:
    return {**one, "due": datetime.fromisoformat(one["due"]), "words": FATES[one["fate"]], "kind": KINDS[one["fate"]]}


def moving(move: Move) -> Callable[..., HttpResponse]:
    """The view that makes one move."""

    @require_POST
    @permitted(move.address, of_meeting)
    def made(request: HttpRequest, pk: int) -> HttpResponse:
        found = get_object_or_404(Meeting, pk=pk)

        def act() -> None:
            preparing.move(found, move.name, request.POST.get("reason", ""), by=me(request), now=timezone.localtime())

        return done(request, reverse("meeting", args=[pk]), act, move.words)

    return made
