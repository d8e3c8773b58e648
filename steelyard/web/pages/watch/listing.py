"""预警列表: every issue that watching found, the gravest first; units see what was pushed to them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from steelyard.bureau.watching.watched import RULES
from steelyard.reports import formats
from steelyard.reports.sheet import Words
from steelyard.web.cycles.models import Version
from steelyard.web.look.exporting import Column, exported
from steelyard.web.look.reading import language
from steelyard.web.pages.answering import done, paged
from steelyard.web.people.asking import Asker, asker, permitted
from steelyard.web.people.seeing import filter_of
from steelyard.web.trail.recording import seen
from steelyard.web.watch import looking
from steelyard.web.watch.models import OPEN, Alert, Asked, Colour, Look, State
from steelyard.web.watch.precision import precision

STATES = {
    State.RAISED: ("bad", Words("待核实", "To verify")),
    State.VERIFIED: ("warn", Words("属实，待推送", "Verified, to push")),
    State.DISMISSED: ("", Words("不成立", "Dismissed")),
    State.PUSHED: ("warn", Words("已推送，待答复", "Pushed, to answer")),
    State.ANSWERED: ("warn", Words("已答复，待办结", "Answered, to close")),
    State.CLOSED: ("good", Words("已办结", "Closed")),
}
COLOURS = {Colour.RED: Words("红", "red"), Colour.YELLOW: Words("黄", "yellow"), Colour.NONE: Words("—", "—")}
SHOWN = (State.PUSHED, State.ANSWERED, State.CLOSED)
"""When units see their part: never before somebody verified it."""
MANY = 60
COLUMNS = (
    Column(Words("预警", "Alert"), width=40), Column(Words("色卡", "Colour"), width=8),
    Column(Words("状态", "State"), width=18), Column(Words("范围", "Under"), width=28),
    Column(Words("责任部门", "Departments"), width=40), Column(Words("单位数", "Units"), "number", 8),
    Column(Words("指标数", "Indicators"), "number", 8), Column(Words("触发", "Rules"), width=40),
    Column(Words("最早", "First seen"), width=12), Column(Words("最近", "Last seen"), width=12),
    Column(Words("办理期限", "Due"), "day", 12),
)  # fmt: skip


@require_safe
@permitted("alerts")
def alerts(request: HttpRequest) -> HttpResponse:
    """``?state=``, ``?colour=``, ``?q=``: of an alert or a department."""
    who = asker(request)
    page = paged(request, _ordered(_chosen(request, _seen(who))))
    context: dict[str, Any] = {
        "page": page, "rows": [(one, STATES[State(one.state)], rules_of(one)) for one in page], "asked": request.GET,
        "states": [(str(state), words) for state, (_, words) in STATES.items()],
        "tiles": _tiles(who), "today": who.today, **_newest(), "may_file": who.may("alerts-file"),
        "precision": precision() if who.may("alerts-file") else (),
        "parts": _parts(who),
        "plans": _plans() if who.may("alerts-look") else (),
    }  # fmt: skip
    return render(request, "watch/alerts.html", context)


def _parts(who: Asker) -> list[tuple[Asked, tuple[str, Words]]]:
    """What units are asked, for whoever does not handle whole alerts."""
    if who.may("alerts-file"):
        return []
    rows = Asked.objects.filter(filter_of(who, "alert-part", "unit__path"), alert__state__in=SHOWN)
    newest = rows.select_related("alert", "unit").order_by("-alert", "unit")[:MANY]
    return [(one, STATES[State(one.alert.state)]) for one in newest]


def _newest() -> dict[str, Any]:
    """The look that was done last, with its rates of false alarms."""
    found = Look.objects.first()
    rates = () if found is None else (found.chance, found.measured)
    return {"newest": found, "rates": ["—" if one is None else formats.percent(exact(one), 1) for one in rates]}


def exact(value: float) -> Decimal:
    """Of what was estimated, as it was kept."""
    return Decimal(repr(value))


def _plans() -> list[str]:
    return list(Version.objects.order_by("plan").values_list("plan", flat=True).distinct())


def _seen(who: Asker) -> QuerySet[Alert]:
    return Alert.objects.filter(filter_of(who, "alert", "under__path")).select_related("under")


def _tiles(who: Asker) -> list[tuple[Words, int, bool]]:
    """What is open, by state; whether anything there is red."""
    rows = _seen(who).filter(state__in=OPEN).order_by().values_list("state")
    counted = {state: (many, red) for state, many, red in rows.annotate(
        many=Count("pk"), red=Count("pk", filter=Q(colour=Colour.RED)))}  # fmt: skip
    return [(STATES[state][1], counted.get(state, (0, 0))[0], bool(counted.get(state, (0, 0))[1])) for state in OPEN]


def _chosen(request: HttpRequest, rows: QuerySet[Alert]) -> QuerySet[Alert]:
    asked = request.GET
    state, colour, q = asked.get("state", "open"), asked.get("colour", ""), asked.get("q", "").strip()
    if q:
        rows = rows.filter(Q(zh__icontains=q) | Q(en__icontains=q) | Q(under__name__icontains=q))
    rows = rows.filter(colour=colour) if colour in Colour.values else rows
    if state == "open":
        return rows.filter(state__in=OPEN)
    return rows.filter(state=state) if state in State.values else rows


def _ordered(rows: QuerySet[Alert]) -> QuerySet[Alert]:
    """Red first, then yellow, then what comes first."""
    grave = [When(colour=colour, then=Value(at)) for at, colour in enumerate((Colour.RED, Colour.YELLOW))]
    return rows.order_by(Case(*grave, default=Value(2), output_field=IntegerField()), "due", "-units", "-pk")


def rules_of(one: Alert) -> list[tuple[Words, int]]:
    """Which rules fired how often."""
    return [(words, one.rules[rule]) for rule, words in RULES.items() if rule in one.rules]


@require_safe
@permitted("alerts-file")
def file(request: HttpRequest) -> HttpResponse:
    """The same choice as the list."""
    who = asker(request)
    seen("alerts-export", at=timezone.now(), by=who.by("alerts-file"), target="alerts",
         address=request.META.get("REMOTE_ADDR", ""))  # fmt: skip
    rows = _ordered(_chosen(request, _seen(who)))
    return exported(Words("预警", "Alerts").of(language()), COLUMNS, _cells(rows))


def _cells(rows: QuerySet[Alert]) -> Iterator[tuple[Any, ...]]:
    reader = language()
    for one in rows.iterator(chunk_size=2000):
        fired = "；".join(f"{words.of(reader)} {many}" for words, many in rules_of(one))
        yield (
            Words(one.zh, one.en).of(reader), COLOURS[Colour(one.colour)].of(reader),
            STATES[State(one.state)][1].of(reader), one.under.name, "、".join(one.owners), one.units, one.indicators,
            fired, one.first, one.last, one.due,
        )  # fmt: skip


@require_POST
@permitted("alerts-look")
def look(request: HttpRequest) -> HttpResponse:
    """Now rather than in the night; the page of the job tells how far it has come."""

    def ask() -> str:
        given = request.POST
        job = looking.start(given.get("plan", ""), given.get("month", ""), by=asker(request), now=timezone.now(),
                            key=given.get("key", ""))  # fmt: skip
        return reverse("job", args=[job.pk])

    return done(request, "alerts", ask)
