"""审计: who did what, to whom, when; as a file for others; and whether all of it is still as it was written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import cast

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from steelyard.engine.proof.canonical import canonical
from steelyard.reports.sheet import Words
from steelyard.web.look.exporting import Column, exported
from steelyard.web.look.reading import language
from steelyard.web.pages.administration.accounts import ROWS
from steelyard.web.pages.administration.doing import may
from steelyard.web.pages.administration.forms import Searched
from steelyard.web.pages.answering import done
from steelyard.web.people.asking import asker, permitted
from steelyard.web.people.deciding import NOWHERE, Target
from steelyard.web.people.login.attempts import address_of
from steelyard.web.trail import checkpoints as signing
from steelyard.web.trail.models import Event, Head
from steelyard.web.trail.recording import said, seen
from steelyard.web.trail.verifying import events

SHEET = 100_000
"""A workbook holds so many of the latest events; JSON lines hold all."""
FIRST, LAST = date(2, 1, 1), date(9998, 12, 31)
"""Days that can be told in every time zone, whatever somebody types; nothing was done before or after."""
COLUMNS = (
    Column(Words("序号", "Number"), "number", 10), Column(Words("时间", "Time"), "text", 24),
    Column(Words("账号", "Account")), Column(Words("代", "On behalf of")), Column(Words("角色", "Role")),
    Column(Words("行为", "Act"), "text", 22), Column(Words("对象", "Target"), "text", 24),
    Column(Words("结果", "Outcome"), "text", 10), Column(Words("地址", "Address")),
    Column(Words("内容", "Detail"), "text", 60), Column(Words("摘要", "Digest"), "text", 66),
)  # fmt: skip


def found(request: HttpRequest) -> tuple[QuerySet[Event], Searched]:
    form = Searched(request.GET or None)
    rows = Event.objects.order_by("-number")
    if not form.is_valid():
        return rows, form
    given = form.cleaned_data
    exact = {name: given[name].strip() for name in ("actor", "act", "target") if given[name].strip()}
    rows = rows.filter(**exact)
    if given["since"]:
        rows = rows.filter(at__gte=_midnight(given["since"]))
    return (rows.filter(at__lt=_midnight(given["until"]) + timedelta(days=1)) if given["until"] else rows), form


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(min(max(day, FIRST), LAST), time()))


@permitted("trail")
@require_safe
def trail(request: HttpRequest) -> HttpResponse:
    rows, form = found(request)
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    return render(request, "administration/trail.html", {"page": page, "form": form, "asked": request.GET.urlencode()})


def existing(number: int) -> Target:
    if not Event.objects.filter(number=number).exists():
        raise Http404
    return NOWHERE


@permitted("trail-event", find=existing)
@require_safe
def event(request: HttpRequest, number: int) -> HttpResponse:
    row = get_object_or_404(Event, number=number)
    detail = canonical(row.detail).decode()
    return render(request, "administration/event.html", {"event": row, "detail": detail, "said": said(row)})


@permitted("trail-export")
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """XLSX of what is asked for, or all as JSON lines, which `verifier/trail.py` verifies. Leaves an event."""
    by, whole = asker(request).by("trail-export"), request.GET.get("as") == "jsonl"
    note = partial(seen, "trail-export", at=timezone.now(), by=by, target="trail", address=address_of(request))
    if whole:
        note(format="jsonl")
        head = Head.objects.filter(pk=1).first()
        lines: Iterator[bytes] = (canonical(one) + b"\n" for one in events(up_to=head.number if head else 0))
        headers = {"Content-Disposition": 'attachment; filename="trail.jsonl"'}
        streamed = StreamingHttpResponse(lines, content_type="application/x-ndjson", headers=headers)
        return cast(HttpResponse, streamed)  # the door in front needs only what both share
    rows, _ = found(request)
    note(format="xlsx", asked=request.GET.urlencode()[:500])
    return exported("审计记录", COLUMNS, map(_cells, rows[:SHEET].iterator(chunk_size=2000)))


def _cells(row: Event) -> tuple[str | int, ...]:
    at = timezone.localtime(row.at).isoformat(sep=" ", timespec="seconds")
    who = (row.actor, row.behalf, row.role, row.act, row.target, row.outcome, row.address)
    return (row.number, at, *who, canonical(row.detail).decode(), row.digest)


@permitted("trail-verify")
@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    found_out = signing.verdict(settings.STEELYARD.home)
    outcome = "refused" if found_out.problems else "done"
    by = asker(request).by("trail-verify")
    count = len(found_out.problems)
    seen("trail-verify", at=now, by=by, target="trail", address=address_of(request), result=outcome, problems=count)
    return render(
        request,
        "administration/verdict.html",
        {"verdict": found_out, "at": now, "told": [one.text(language()) for one in found_out.problems]},
    )


@permitted("checkpoints")
@require_safe
def checkpoints(request: HttpRequest) -> HttpResponse:
    home = settings.STEELYARD.home
    kept = sorted((home / signing.FOLDER).glob("*.json"), reverse=True)
    page = Paginator(kept, ROWS).get_page(request.GET.get("page"))
    rows = [_kept(path.name) for path in page.object_list]
    key = home / signing.KEY
    shown = {
        "may": may(request, sign="checkpoint-new"),
        "page": page,
        "rows": rows,
        "public": signing.public(home) if key.is_file() else "",
        "head": Head.objects.first(),
    }
    return render(request, "administration/checkpoints.html", shown)


def _kept(name: str) -> signing.Checkpoint | None:
    path = settings.STEELYARD.home / signing.FOLDER / name
    return next((one for one in signing.kept_in([path]) if isinstance(one, signing.Checkpoint)), None)


@permitted("checkpoint-new")
@require_POST
def checkpoint_new(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    by = asker(request).by("checkpoint-new")

    def act() -> None:
        seen("checkpoint-new", at=now, by=by, target="trail", address=address_of(request))
        signing.checkpoint(settings.STEELYARD.home, now)

    return done(request, "checkpoints", act, Words("检查点已签署", "Signed"))


def signed(number: int) -> Target:
    if not (settings.STEELYARD.home / signing.FOLDER / f"{number:012}.json").is_file():
        raise Http404
    return NOWHERE


@permitted("checkpoint", find=signed)
@require_safe
def checkpoint(request: HttpRequest, number: int) -> HttpResponse:
    """For a witness outside, who keeps it where nobody here can reach it."""
    del request
    name = f"{number:012}.json"
    text = (settings.STEELYARD.home / signing.FOLDER / name).read_bytes()
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text, content_type="application/json", headers=headers)
