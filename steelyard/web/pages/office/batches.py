"""数据: batches of the record with their grades, what was rejected and why, and the files that people brought."""

from __future__ import annotations

from decimal import Decimal
from urllib.parse import quote
from uuid import uuid4

from django.conf import settings
from django.db.models import Q, QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from steelyard.engine.problems import Refused, refuse
from steelyard.engine.wording.vocabulary import titles
from steelyard.reports.sheet import Words
from steelyard.web.cycles.data.grading import BOUNDS, share
from steelyard.web.cycles.data.receiving import MOST, Brought
from steelyard.web.cycles.data.receiving import deliver as keep_and_load
from steelyard.web.cycles.data.rejects import batch_of, mend, page_of, reasons_csv
from steelyard.web.cycles.data.watching import database_tables, fetch
from steelyard.web.cycles.models import Arrival, Delivery, Loaded, Source
from steelyard.web.jobs.models import OPEN
from steelyard.web.library import rules
from steelyard.web.pages.answering import done, paged, told
from steelyard.web.people.asking import asker, permitted
from steelyard.web.people.deciding import NOWHERE, Target
from steelyard.web.trail.models import Event
from steelyard.web.trail.recording import seen
from steelyard.web.typed import number_in

MOODS = {"A": "green", "B": "", "C": "gold", "D": "red"}


def of_batch(number: int) -> Target:
    if not Loaded.objects.filter(pk=number).exists():
        raise Http404
    return NOWHERE


@require_safe
@permitted("batches")
def batches(request: HttpRequest) -> HttpResponse:
    """The latest first; ``?table=``, ``?grade=``, ``?rejected=1``, ``?file=``."""
    rows = Loaded.objects.order_by("-number")
    asked = {name: request.GET.get(name, "").strip() for name in ("table", "grade", "rejected", "file")}
    rows = rows.filter(table=asked["table"]) if asked["table"] else rows
    rows = rows.filter(grade=asked["grade"]) if asked["grade"] else rows
    rows = rows.filter(rejected__gt=0) if asked["rejected"] else rows
    rows = rows.filter(file__icontains=asked["file"]) if asked["file"] else rows
    page = paged(request, rows)
    sums = rows.aggregate(rows=Sum("rows"), accepted=Sum("accepted"), rejected=Sum("rejected"), late=Sum("late"))
    context = {
        "page": page, "rows": [(one, MOODS[one.grade], _shares(one)) for one in page], "asked": asked,
        "tables": Loaded.objects.order_by("table").values_list("table", "table_name").distinct(),
        "grades": [*(bound.grade for bound in BOUNDS), "D"], "sums": sums, "bounds": BOUNDS,
    }  # fmt: skip
    return render(request, "office/batches.html", context)


def _shares(one: Loaded) -> dict[str, Decimal]:
    return {
        "accepted": share(one.accepted, one.rows - one.skipped, 1), "late": share(one.late, one.accepted),
        "revised": share(one.revised, one.accepted), "rejected": share(one.rejected, one.rows - one.skipped),
    }  # fmt: skip


def _brought(row: Loaded) -> Words:
    """Who brought a batch: a person by the site, the site itself, another system with a token, or the command line.
    Tables of a database have no file before they are loaded, so these are found by the batch that came of them."""
    loaded = Delivery.objects.filter(state=Arrival.LOADED).order_by("pk")
    found = loaded.filter(sha256=row.sha256).first() or next(
        (one for one in loaded.filter(source=Source.DATABASE, name=row.file) if _made(one, row.number)), None
    )
    if found is not None:
        return Words(found.by) if found.by else _SOURCES[Source(found.source)]
    pushed = Event.objects.filter(target=f"table:{row.table}", act="api-facts", detail__batch=row.number).first()
    if pushed is not None:
        return Words(f"{pushed.actor}（接口）", f"{pushed.actor} (API)")
    return Words("命令行", "the command line")


def _made(delivery: Delivery, batch: int) -> bool:
    return any(report["batch"] == batch and report["new"] for report in delivery.reports)


@require_safe
@permitted("batch", of_batch)
def batch(request: HttpRequest, number: int) -> HttpResponse:
    """The report: where every row went, control totals, what was rejected and why, the grade and its rule."""
    row = get_object_or_404(Loaded, pk=number)
    bureau = rules.bureau()
    try:
        found = page_of(bureau, number)
    except Refused as refused:
        return render(request, "office/broken.html", {"problems": told(refused)}, status=409)
    table = bureau.tables().get(row.table)
    names = {} if table is None else titles(table)
    context = {
        "row": row, "found": found, "mood": MOODS[row.grade], "shares": _shares(row), "bounds": BOUNDS,
        "counts": found.batch.counts,
        "totals": [(names.get(id, id), value) for id, value in found.batch.totals.items()],
        "brought": _brought(row),
        "may_mend": asker(request).may("batch-mend") and found.mendable and row.rejected,
    }  # fmt: skip
    return render(request, "office/batch.html", context)


@require_safe
@permitted("batch-reasons", of_batch)
def reasons(request: HttpRequest, number: int) -> HttpResponse:
    bureau = rules.bureau()
    content = reasons_csv(bureau, batch_of(bureau, get_object_or_404(Loaded, pk=number).number))
    _told(request, "batch-reasons", number)
    return _file(HttpResponse(content, content_type="text/csv; charset=utf-8"), f"第{number}批拒收原因.csv")


@require_safe
@permitted("batch-mend", of_batch)
def mendable(request: HttpRequest, number: int) -> HttpResponse:
    """The rejected lines as they came, under the heading of their file."""
    bureau, row = rules.bureau(), get_object_or_404(Loaded, pk=number)
    _told(request, "batch-mend", number)
    lines = b"".join(mend(bureau, batch_of(bureau, number)))
    return _file(HttpResponse(lines, content_type="application/octet-stream"), row.file)


def _told(request: HttpRequest, name: str, number: int) -> None:
    seen(name, at=timezone.now(), by=asker(request).by(name), target=f"batch:{number}")


def _file(response: HttpResponse, name: str) -> HttpResponse:
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response


@require_safe
@permitted("deliveries")
def deliveries(request: HttpRequest) -> HttpResponse:
    """Files that came, the latest first, with what became of them; ``?job=``, ``?state=``."""
    rows = Delivery.objects.order_by("-pk").select_related("job")
    job, state = request.GET.get("job", ""), request.GET.get("state", "")
    number = number_in(job)
    rows = rows if number is None else rows.filter(job=number)
    page = paged(request, _in_state(rows, state))
    states = [*((one.value, words) for one, (_, words) in _STATES.items()), (LEFT, Words("未装载", "Not loaded"))]
    context = {"page": page, "rows": [_delivery(one) for one in page], "states": states, "state": state}
    return render(request, "office/deliveries.html", context)


def _in_state(rows: QuerySet[Delivery], state: str) -> QuerySet[Delivery]:
    """All of them for a state that does not exist. Those whose job ended without them wait no more."""
    left = Q(state=Arrival.WAITING, job__isnull=False) & ~Q(job__state__in=OPEN)
    if state in (LEFT, Arrival.WAITING):
        return rows.filter(left if state == LEFT else Q(state=Arrival.WAITING) & ~left)
    return rows.filter(state=state) if state in Arrival.values else rows


def _delivery(one: Delivery) -> dict[str, object]:
    reports = [
        {**report, "problems": [Words(found["zh"], found["en"]) for found in report["problems"]]}
        for report in one.reports
    ]
    return {
        "one": one,
        "source": _SOURCES[Source(one.source)],
        "state": ("bad", _LEFT[Source(one.source)])
        if one.state == Arrival.WAITING and one.job and not one.job.open
        else _STATES[Arrival(one.state)],
        "reports": reports,
    }


LEFT = "left"
_SOURCES = {
    Source.UPLOAD: Words("上传", "Upload"), Source.WATCHED: Words("收件文件夹", "Watched folder"),
    Source.DATABASE: Words("数据库", "Database"), Source.API: Words("接口", "API"),
}  # fmt: skip
_AGAIN = Words("未装载：任务没有完成，请重新上传", "Not loaded: its job did not finish; upload it again")
_LEFT = {
    Source.UPLOAD: _AGAIN, Source.API: _AGAIN,
    # One with its old name, time and size is known already, so that it is not taken again and again.
    Source.WATCHED: Words(
        "未装载：任务没有完成，请上传，或重新保存后再放入（修改时间不变的不会再收）",
        "Not loaded: its job did not finish; upload it, or save it anew and put it in (never with its old time)",
    ),
    Source.DATABASE: Words("未装载：任务没有完成，请重新取数", "Not loaded: its job did not finish; fetch it again"),
}  # fmt: skip
_STATES = {
    Arrival.WAITING: ("busy", Words("待装载", "Waiting")), Arrival.LOADED: ("good", Words("已装载", "Loaded")),
    Arrival.REFUSED: ("bad", Words("整份未收", "Refused")),
}  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("deliver")
def deliver(request: HttpRequest) -> HttpResponse:
    """The form; by POST, the files are kept and their intake is asked for."""
    context = {"key": uuid4().hex, "most": MOST, "feeds": _feeds(), "sources": _tables(), "here": settings.STEELYARD}
    if request.method != "POST":
        return render(request, "office/deliver.html", context)
    files = [Brought(file.name or "", file.chunks()) for file in request.FILES.getlist("files")]
    try:
        job = keep_and_load(files, by=asker(request), now=timezone.now(), key=request.POST.get("key", "")[:40])
    except Refused as refused:
        return render(request, "office/deliver.html", {**context, "problems": told(refused)}, status=422)
    return done(request, reverse("job", args=[job.pk]), lambda: None)


def _feeds() -> list[tuple[str, str, list[str]]]:
    """Table, source and expected names of files; nothing where declarations cannot be read, which intake will say."""
    try:
        tables = rules.bureau().tables().values()
    except Refused:
        return []
    return [(table.name, table.source, [feed.match for feed in table.files]) for table in tables]


def _tables() -> list[str]:
    try:
        return database_tables(list(rules.bureau().tables().values())) if settings.STEELYARD.source else []
    except Refused:
        return []


@require_POST
@permitted("fetch")
def fetched(request: HttpRequest) -> HttpResponse:
    """Tables of the declared database."""

    def act() -> str:
        chosen = [one for one in _tables() if one in request.POST.getlist("tables")]
        if not chosen:
            raise refuse("upload-none")
        key = request.POST.get("key", "")[:40]
        job = fetch(chosen, by=asker(request), now=timezone.now(), key=key)
        return reverse("job", args=[job.pk])

    return done(request, reverse("deliver"), act)
