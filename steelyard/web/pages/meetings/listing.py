"""推进会: every meeting, and the ledger of all that was decided: kept, late, overdue, open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from steelyard.engine.problems import Refused
from steelyard.reports.sheet import Words
from steelyard.web.look.exporting import Column, exported
from steelyard.web.look.reading import language
from steelyard.web.meetings.models import Meeting, State
from steelyard.web.meetings.preparing import prepare
from steelyard.web.meetings.promises import FATES, Promise, promises, rate, since
from steelyard.web.pages.answering import me, paged, told
from steelyard.web.people.asking import asker, permitted
from steelyard.web.trail.recording import seen

STATES = {
    State.PREPARING: ("warn", Words("筹备中", "Preparing")),
    State.HELD: ("good", Words("已召开", "Held")),
    State.DROPPED: ("", Words("已取消", "Dropped")),
}
KINDS = {"kept": "good", "late": "warn", "overdue": "bad", "open": ""}
RECENT = timedelta(days=92)
"""What was done earlier is in the file."""
COLUMNS = (
    Column(Words("会议", "Meeting"), width=30), Column(Words("议定事项", "Decision"), width=50),
    Column(Words("责任单位", "Unit"), width=28), Column(Words("期限", "Due"), "day", 14),
    Column(Words("兑现", "Fate"), width=14),
)  # fmt: skip


@require_safe
@permitted("meetings")
def meetings(request: HttpRequest) -> HttpResponse:
    now, who = timezone.now(), asker(request)
    ledger = promises(now)
    counts = Counter(one.fate for one in ledger)
    context: dict[str, Any] = {
        "page": (page := paged(request, Meeting.objects.all())),
        "rows": [(one, STATES[State(one.state)]) for one in page],
        "tiles": [(words, counts[fate], KINDS[fate]) for fate, words in FATES.items()], "rate": rate(ledger),
        "ledger": [(one, KINDS[one.fate]) for one in since(ledger, now - RECENT)], "may_new": who.may("meeting-new"),
        "may_file": who.may("promises-file"), "may_task": who.may("task-new"),
    }  # fmt: skip
    return render(request, "meetings/meetings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("meeting-new")
def new(request: HttpRequest) -> HttpResponse:
    problems: Sequence[Words] = ()
    typed = request.POST
    if request.method == "POST":
        try:
            given = (typed.get("name", ""), typed.get("document", ""), _day(typed.get("on", "")))
            return redirect("meeting", prepare(*given, by=me(request), now=timezone.localtime()).pk)
        except Refused as refused:
            problems = told(refused)
    return render(request, "meetings/new.html", {"typed": typed, "problems": problems}, status=422 if problems else 200)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@require_safe
@permitted("promises-file")
def file(request: HttpRequest) -> HttpResponse:
    seen("promises-export", at=timezone.now(), by=asker(request).by("promises-file"), target="promises",
         address=request.META.get("REMOTE_ADDR", ""))  # fmt: skip
    return exported(Words("议定事项台账", "Promises").of(language()), COLUMNS, _cells(promises(timezone.now())))


def _cells(rows: Sequence[Promise]) -> Iterator[tuple[Any, ...]]:
    for one in rows:
        yield one.meeting, one.title, one.unit, timezone.localtime(one.due), one.words.of(language())
