"""一项督办任务: what is asked, how far it is, every step, and the moves that are open to whoever looks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from steelyard.engine.problems import Place, refuse
from steelyard.reports.sheet import Words
from steelyard.web.cycles.data.evidence import KINDS
from steelyard.web.cycles.models import Arrival
from steelyard.web.pages.answering import done, me
from steelyard.web.pages.tasks.shown import calendar, line
from steelyard.web.people.asking import Asker, asker, permitted
from steelyard.web.people.deciding import Target
from steelyard.web.people.models import Person
from steelyard.web.tasks.ladder import LADDER, of_step
from steelyard.web.tasks.models import Assist, Evidence, State, Step, Task
from steelyard.web.tasks.moves import BEGUN, BY_NAME, MOVES, OF_ITSELF, Move
from steelyard.web.tasks.moving import Said
from steelyard.web.tasks.moving import move as moved
from steelyard.web.tasks.showing import show
from steelyard.web.trail.recording import seen as read
from steelyard.web.typed import number_in


def of_task(pk: int, **_: object) -> Target:
    found: Task = get_object_or_404(Task.objects.select_related("unit"), pk=pk)
    return found.target


def of_assist(pk: int, code: str) -> Target:
    found = Assist.objects.filter(task=pk, unit=code).select_related("unit").first()
    if found is None:
        raise Http404
    return Target(path=found.unit.path)


def of_showing(pk: int) -> Target:
    """By the right alone; that its state has gone on is told by the act, in words."""
    found = of_task(pk)
    return Target(path=found.path, person=found.person, state=State.WORKING)


@require_safe
@permitted("task", of_task)
def task(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Task.objects.select_related("unit", "by", "handed_by", "sent"), pk=pk)
    who = asker(request)
    context = {
        **_shown(found), "moves": [one for one in MOVES if found.state in one.begins and _may(who, one, found)],
        "may_show": found.state == State.WORKING and who.may("task-show", found.target),
        "kinds": " ".join(kind.lstrip(".") for kind in KINDS),
    }  # fmt: skip
    return render(request, "tasks/task.html", context)


@require_safe
@permitted("task-assisted", of_assist)
def assisted(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """As the units see it that help: without its evidence, and without a move."""
    found = get_object_or_404(Task.objects.select_related("unit", "by", "handed_by"), pk=pk)
    return render(request, "tasks/task.html", {**_shown(found), "files": (), "assisting": code})


def _may(who: Asker, move: Move, found: Task) -> bool:
    """Nobody is offered to accept what he handed in himself."""
    own = move.name == "close" and who.account is not None and found.handed_by_id == who.account.pk
    return not own and who.may(move.address, found.target)


def _shown(found: Task) -> dict[str, Any]:
    now = timezone.now()
    person = Person.objects.filter(code=found.person).first() if found.person else None
    return {
        "one": found, "line": line(found, calendar(), now), "person": person, "now": now,
        "assists": found.assists.select_related("unit"), "milestones": found.milestones.all(),
        "files": found.evidence.select_related("by"),
        "steps": [(step, _words(step)) for step in found.steps.select_related("by").order_by("-pk")],
        "rungs": [(rung.words, at < found.rung, at == found.rung) for at, rung in enumerate(LADDER)],
        "open_milestones": [one for one in found.milestones.all() if one.done_at is None],
        "carried": found.sent is not None and found.sent.state == Arrival.LOADED and not found.to_carry,
        "on_its_way": found.to_carry or (found.sent is not None and found.sent.state != Arrival.LOADED),
    }  # fmt: skip


def _words(step: Step) -> Words:
    return BY_NAME[step.move].words if step.move in BY_NAME else of_step(step.move) or OF_ITSELF.get(step.move, BEGUN)


@require_POST
@permitted("task-show", of_showing)
def showing(request: HttpRequest, pk: int) -> HttpResponse:
    def act() -> None:
        file = request.FILES.get("file")
        if file is None:
            raise refuse("file-none", Place("file"))
        show(
            pk, file, request.POST.get("about", ""), by=me(request), now=timezone.now(), media=settings.STEELYARD.media
        )

    return done(request, reverse("task", args=[pk]), act, Words("佐证已收下", "The evidence is kept"))


@require_safe
@permitted("task-evidence", of_task)
def evidence(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Handed out as it came, never shown inside a page of ours; who took it is on record."""
    found = get_object_or_404(Evidence, pk=number, task=pk)
    by = asker(request).by("task-evidence", of_task(pk))
    read("task-evidence", at=timezone.now(), by=by, target=f"task:{pk}")
    content = (settings.STEELYARD.media / found.stored).read_bytes()
    answer = HttpResponse(content, content_type="application/octet-stream")
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=found.name) or "attachment"
    return answer


def moving(move: Move) -> Callable[..., HttpResponse]:
    """The view of one move."""

    def held(pk: int) -> Target:
        """By the right alone: whether the task still is where the move begins is told by the act, in words."""
        found = of_task(pk)
        return Target(path=found.path, person=found.person, state=move.begins[0])

    def view(request: HttpRequest, pk: int) -> HttpResponse:
        form = request.POST
        said = Said(form.get("reason", ""), number_in(form.get("days", "")), number_in(form.get("milestone", "")))

        def act() -> None:
            moved(pk, move.name, number_in(form.get("version", "")) or 0, said, by=me(request), now=timezone.now())

        words = Words(f"已{move.words.zh}", f"done: {move.words.en}")
        return done(request, reverse("task", args=[pk]), act, words)

    return require_POST(permitted(move.address, held)(view))
