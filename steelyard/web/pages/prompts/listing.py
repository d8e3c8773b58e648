"""触发式提示: every step that a business system asked about, what is late first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from steelyard.reports.sheet import Words
from steelyard.web.entries.periods import whole_book
from steelyard.web.library import rules
from steelyard.web.look.exporting import Column, exported
from steelyard.web.look.reading import language
from steelyard.web.pages.answering import paged
from steelyard.web.people.asking import Asker, asker, permitted
from steelyard.web.people.deciding import Target
from steelyard.web.people.seeing import filter_of
from steelyard.web.prompts.lateness import lateness
from steelyard.web.prompts.models import Prompt, State
from steelyard.web.prompts.staking import ended
from steelyard.web.trail.recording import seen

STATES = {
    State.OPEN: ("", Words("办理中", "Open")),
    State.DONE: ("good", Words("按时办结", "Done in time")),
    State.LATE: ("bad", Words("逾期未办", "Overdue")),
    State.DONE_LATE: ("warn", Words("逾期办结", "Done late")),
}
COLUMNS = (
    Column(Words("单位代码", "Unit"), width=16), Column(Words("单位", "Name"), width=30),
    Column(Words("流程", "Process"), width=18), Column(Words("环节", "Step"), width=12),
    Column(Words("办件编号", "Case"), width=22), Column(Words("岗位", "Post"), width=22),
    Column(Words("接收时间", "Received"), width=18), Column(Words("时限届满", "Due"), width=18),
    Column(Words("办结时间", "Finished"), width=18), Column(Words("状态", "State"), width=14),
)  # fmt: skip


@require_safe
@permitted("prompts")
def prompts(request: HttpRequest) -> HttpResponse:
    """``?state=``, ``?process=``, ``?q=``: of a case or a unit."""
    who = asker(request)
    page = paged(request, _ordered(_chosen(request, who)))
    counts = _seen(who).order_by().values_list("state").annotate(many=Count("pk"))
    context: dict[str, Any] = {
        "page": page, "rows": [(one, STATES[State(one.state)]) for one in page], "asked": request.GET,
        "states": [(str(state), words) for state, (_, words) in STATES.items()],
        "tiles": [(STATES[state], dict(counts).get(state, 0)) for state in State],
        "processes": list(_seen(who).order_by("process").values_list("process", flat=True).distinct()),
        "may_file": who.may("prompts-file"), "may_try": who.may("prompt-door"), "staked": ended(),
    }  # fmt: skip
    return render(request, "prompts/prompts.html", context)


def _seen(who: Asker) -> QuerySet[Prompt]:
    return Prompt.objects.filter(filter_of(who, "prompt", "unit__path", "officer"))


def _chosen(request: HttpRequest, who: Asker) -> QuerySet[Prompt]:
    asked, rows = request.GET, _seen(who).select_related("unit")
    state, process, q = asked.get("state", ""), asked.get("process", ""), asked.get("q", "").strip()
    if q:
        rows = rows.filter(Q(object__icontains=q) | Q(unit__name__icontains=q) | Q(unit=q))
    rows = rows.filter(process=process) if process else rows
    return rows.filter(state=state) if state in State.values else rows


def _ordered(rows: QuerySet[Prompt]) -> QuerySet[Prompt]:
    """What is late, then what comes first."""
    late, waits = When(state=State.LATE, then=Value(0)), When(state=State.OPEN, then=Value(1))
    first = Case(late, waits, default=Value(2), output_field=IntegerField())
    return rows.order_by(first, "due", "-pk")


def of_prompt(pk: int) -> Target:
    one = get_object_or_404(Prompt.objects.select_related("unit"), pk=pk)
    return Target(path=one.unit.path, person=one.officer)


@require_safe
@permitted("prompt", of_prompt)
def prompt(request: HttpRequest, pk: int) -> HttpResponse:
    """What was told, and the moments that prove whether it was done in time."""
    one = get_object_or_404(Prompt.objects.select_related("unit", "token", "sent"), pk=pk)
    context = {"one": one, "state": STATES[State(one.state)], "late": lateness(one), **_duty(one)}
    return render(request, "prompts/prompt.html", context)


def _duty(one: Prompt) -> dict[str, Any]:
    """As the rules have it now; nothing where they have it no more."""
    here = rules.bureau()
    duty = whole_book(here, here.rules_stamp()).duties.get(one.duty)
    items = [] if duty is None else [item for item in duty.items if item.item == one.item]
    return {"duty": duty, "item": items[0] if items else None}


@require_safe
@permitted("prompts-file")
def file(request: HttpRequest) -> HttpResponse:
    """The same choice as the list."""
    who = asker(request)
    seen("prompts-export", at=timezone.now(), by=who.by("prompts-file"), target="prompts",
         address=request.META.get("REMOTE_ADDR", ""))  # fmt: skip
    return exported(Words("触发式提示", "Prompts").of(language()), COLUMNS, _cells(_ordered(_chosen(request, who))))


def _cells(rows: QuerySet[Prompt]) -> Iterator[tuple[Any, ...]]:
    for one in rows.iterator(chunk_size=2000):
        moments = (f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else None for at in
                   (one.received, one.due, one.finished))  # fmt: skip
        where = (one.unit_id, one.unit.name, one.process, one.step, one.object, one.post)
        yield (*where, *moments, STATES[State(one.state)][1].of(language()))
