"""What was handed down, how far it has come by city and unit, what is overdue, and what a new proposal changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import FilteredRelation, Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from steelyard.engine.problems import Refused, refuse
from steelyard.reports.sheet import Words
from steelyard.web.cascade.carrying import carry
from steelyard.web.cascade.figures import Progress, by_city, by_unit, overall, overdue
from steelyard.web.cascade.making import Wanted, begin, look, propose
from steelyard.web.cascade.models import LIVING, UNWRITTEN, Assignment, Carrier, Cascade, Part, Post, Seat, State
from steelyard.web.jobs.models import OPEN, Job
from steelyard.web.library import rules
from steelyard.web.library.writing import target_of
from steelyard.web.look.exporting import Column, exported
from steelyard.web.pages.answering import done, me, paged, told
from steelyard.web.people.asking import Asker, asker, permitted
from steelyard.web.people.deciding import Target
from steelyard.web.people.models import Unit
from steelyard.web.people.seeing import filter_of
from steelyard.web.typed import decimal_in

STATES = {
    State.PROPOSED: ("warn", Words("待确认", "To confirm")), State.CONFIRMED: ("good", Words("已确认", "Confirmed")),
    State.RETURNED: ("bad", Words("已退回", "Returned")), State.WITHDRAWN: ("", Words("已撤回", "Withdrawn")),
}  # fmt: skip
PARTS = {Part.LEAD: Words("主办", "Lead"), Part.ASSIST: Words("协办", "Assist")}
KINDS = {
    "new": Words("新增", "New"), "other": Words("岗位有变，重新下发", "Other posts, proposed again"),
    "reopened": Words("已确认，但岗位已撤销，须重新确认", "Confirmed, but the post is gone: to be confirmed again"),
    "gone": Words("不再承担，撤回", "Carried no longer, withdrawn"), "kept": Words("保持不变", "Kept as they are"),
}  # fmt: skip
LATE = "late"
"""Not a state, but looked for like one: not answered by the day."""
COLUMNS = (
    Column(Words("上级", "Above"), width=18), Column(Words("单位", "Unit"), width=26),
    Column(Words("指标编号", "Indicator"), width=22), Column(Words("指标", "Name"), width=30),
    Column(Words("状态", "State"), width=10), Column(Words("截止", "Due"), "day", 12),
    Column(Words("角色", "Part"), width=8), Column(Words("部门", "Department"), width=16),
    Column(Words("岗位代码", "Post"), width=16),
    Column(Words("岗位", "Name of the post"), width=20), Column(Words("份额", "Share"), "number", 10),
    Column(Words("岗责", "Duty"), width=18), Column(Words("职责条款", "Clause"), width=50),
    Column(Words("依据", "Basis"), width=40), Column(Words("匹配度", "Score"), "number", 8),
    Column(Words("理由", "Reason"), width=40),
)  # fmt: skip


DOINGS = "look", "propose", "carry", "tracing", "file"


def of_whole() -> Target:
    return target_of(None)


def of_cascade(pk: int, **_: object) -> Target:
    if not Cascade.objects.filter(pk=pk).exists():
        raise Http404
    return target_of(None)


def sees_all(who: Asker) -> bool:
    """Whether nothing of what a cascade says of single units or posts is beyond him."""
    return who.may("cascade-unit", of_whole())


def seen(who: Asker) -> Q:
    """The assignments of the units that somebody sees."""
    return filter_of(who, "cascade-unit", "unit__path")


@require_safe
@permitted("cascades")
def cascades(request: HttpRequest) -> HttpResponse:
    who = asker(request)
    page = paged(request, Cascade.objects.all(), 20)
    rows = [(one, overall(by_unit(one, seen(who), who.today))) for one in page]
    context = {
        "rows": rows,
        "page": page,
        "may_begin": who.may("cascade-new", of_whole()),
        "late": overdue(who.today).filter(seen(who)).count(),
    }
    return render(request, "cascade/cascades.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("cascade-new", of_whole)
def new(request: HttpRequest) -> HttpResponse:
    problems: Sequence[Words] = ()
    if request.method == "POST":
        try:
            made = begin(_wanted(request), by=me(request), now=timezone.now())
            words = Words("已开始；请先比对，再下发", "Begun; look at the proposal first, then hand it down")
            return done(request, reverse("cascade", args=[made.pk]), lambda: None, words)
        except Refused as refused:
            problems = told(refused)
    context = {"problems": problems, "typed": request.POST, **_offered(asker(request).today)}
    return render(request, "cascade/new.html", context, status=422 if problems else 200)


def _offered(today: date) -> dict[str, object]:
    try:
        book = rules.bureau().book()
    except Refused as refused:
        return {"problems": told(refused), "plans": (), "duties": ()}
    there = set(Cascade.objects.filter(within="").values_list("plan", "year"))
    parts = Unit.objects.filter(ended=None, parent__parent=None, parent__isnull=False).order_by("code")
    plans = [plan for plan in book.plans.values() if (plan.id, plan.year[-4:]) not in there]
    return {"plans": plans, "parts": parts, "duties": sorted(duty.name for duty in book.duties.values()),
            "due": today + timedelta(days=15)}  # fmt: skip


def _wanted(request: HttpRequest) -> Wanted:
    form = request.POST
    share = decimal_in(form.get("lead_share", "")) or Decimal(0)  # what is no number is no share either
    return Wanted(
        form.get("plan", ""), _day(form.get("due", "")), share, tuple(form.getlist("heads")), form.get("within", "")
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise refuse("cascade-due") from None


@require_safe
@permitted("cascade", of_cascade)
def cascade(request: HttpRequest, pk: int) -> HttpResponse:
    """``?city=``: its units one by one."""
    found, who = get_object_or_404(Cascade.objects.select_related("job", "begun_by"), pk=pk), asker(request)
    units = by_unit(found, seen(who), who.today)
    city = request.GET.get("city", "")
    context: dict[str, Any] = {
        "cascade": found, "whole": overall(units), "cities": by_city(units), "city": city,
        "units": _of_city(units, city), "working": found.job is not None and found.job.state in OPEN,
        "to_carry": Assignment.objects.filter(UNWRITTEN, cascade=found).count(),
        "may": {name: who.may(f"cascade-{name}", of_whole()) for name in DOINGS},
        "looked": _looked(found) if sees_all(who) else None, "today": who.today,
    }  # fmt: skip
    return render(request, "cascade/cascade.html", context)


def _of_city(units: Sequence[Progress], city: str) -> list[Progress]:
    if not city:
        return sorted((one for one in units if one.overdue or one.returned), key=lambda one: -one.overdue)[:20]
    return [one for one in units if f"/{city}/" in one.above]


def _looked(found: Cascade) -> dict[str, object] | None:
    """What the next proposal would change, with names in place of codes."""
    told = found.looked
    if told is None:
        return None
    lines = [line for shown in told["shown"].values() for line in shown]
    units = dict(Unit.objects.filter(pk__in={line[0] for line in lines}).values_list("code", "name"))
    codes = {code for line in lines for code in (*line[2], *line[3])}
    indicators = _indicators(found, {line[1] for line in lines})
    posts = {one.pk: str(one) for one in Post.objects.filter(pk__in=codes)}
    shown = {kind: [_named(line, units, indicators, posts) for line in these] for kind, these in told["shown"].items()}
    kinds = [
        (KINDS[kind], told["counts"][kind], shown.get(kind, []))
        for kind in KINDS if told["counts"].get(kind)
    ]  # fmt: skip
    changes = sum(count for kind, count in told["counts"].items() if kind != "kept")
    return {"at": datetime.fromisoformat(told["at"]), "kinds": kinds, "changes": changes, "nobody": told["nobody"]}


def _indicators(found: Cascade, wanted: set[str]) -> dict[str, str]:
    """By the rules as they stand; those that left them by what they were called when they were handed down."""
    try:
        now = {id: rule.name for id, rule in rules.bureau().book().indicators.items()}
    except Refused:
        now = {}
    gone = found.assignments.filter(indicator__in=wanted - now.keys()).order_by()
    return {**now, **dict(gone.values_list("indicator", "name").distinct())}


def _named(
    line: Sequence[Any], units: dict[str, str], indicators: dict[str, str], posts: dict[str, str]
) -> tuple[str, str, str, str]:
    before, after = ("、".join(posts.get(code, code) for code in line[at]) for at in (2, 3))
    return units.get(line[0], line[0]), indicators.get(line[1], line[1]), before, after


def to_job(job: Job) -> str:
    """Its page tells how far it has come, and leads back."""
    return reverse("job", args=[job.pk])


def _ask(request: HttpRequest, pk: int, words: Words, act: Callable[[datetime], Job]) -> HttpResponse:
    """To the page of the job, or back with what keeps it from being asked for."""
    return done(request, reverse("cascade", args=[pk]), lambda: to_job(act(timezone.now())), words)


@require_POST
@permitted("cascade-look", of_cascade)
def looking(request: HttpRequest, pk: int) -> HttpResponse:
    words = Words("正在比对，完成后回到分解页看会改变什么", "Being compared; then see on its page what changes")
    return _ask(request, pk, words, lambda now: look(pk, by=asker(request), now=now))


@require_POST
@permitted("cascade-propose", of_cascade)
def proposing(request: HttpRequest, pk: int) -> HttpResponse:
    words = Words("正在下发", "Being handed down")
    return _ask(request, pk, words, lambda now: propose(pk, by=asker(request), now=now))


@require_POST
@permitted("cascade-carry", of_cascade)
def carrying(request: HttpRequest, pk: int) -> HttpResponse:
    words = Words("已确认的正在写入数据，装载后运行即按此计分", "What is confirmed is being loaded; runs see it then")
    return _ask(request, pk, words, lambda now: carry(pk, by=me(request), now=now))


@require_safe
@permitted("cascade-assignments", of_cascade)
def assignments(request: HttpRequest, pk: int) -> HttpResponse:
    """``?q=``, ``?state=``, ``?city=``."""
    found, who = get_object_or_404(Cascade, pk=pk), asker(request)
    page = paged(request, with_carriers(_chosen(request, found).order_by("unit", "indicator")))
    held(page, who)
    cities = Unit.objects.filter(filter_of(who, "cascade-unit", "path"), parent__parent=None, parent__isnull=False)
    context = {
        "cascade": found, "page": page, "rows": [(one, STATES[State(one.state)]) for one in page],
        "asked": request.GET, "states": _states(), "cities": cities.order_by("code"), "today": who.today,
        "may_file": who.may("cascade-file"),
    }  # fmt: skip
    return render(request, "cascade/assignments.html", context)


def _states() -> list[tuple[str, Words]]:
    return [*((str(state.value), words) for state, (_, words) in STATES.items()), (LATE, Words("逾期", "Overdue"))]


def _chosen(request: HttpRequest, found: Cascade) -> QuerySet[Assignment]:
    who, asked = asker(request), request.GET
    rows = Assignment.objects.filter(seen(who), cascade=found)
    q, state, city = asked.get("q", "").strip(), asked.get("state", ""), asked.get("city", "")
    if q:
        within = Carrier.objects.filter(post__department__icontains=q, until=None).values("assignment")
        rows = rows.filter(Q(unit__name__icontains=q) | Q(name__icontains=q) | Q(indicator=q) | Q(pk__in=within))
    if state == LATE:
        rows = rows.filter(state=State.PROPOSED, due__lt=who.today)
    else:
        rows = rows.filter(state=state) if state in State.values else rows.filter(state__in=LIVING)
    above = Unit.objects.filter(pk=city).values_list("path", flat=True).first() if city else None
    return rows if above is None else rows.filter(unit__path__startswith=above)


def with_carriers(rows: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """With the posts that carry them now, and why, in three questions whatever the number."""
    carriers = Carrier.objects.filter(until=None).select_related("post", "cause")
    return rows.select_related("unit", "by").prefetch_related(Prefetch("carriers", carriers, to_attr="now"))


def held(rows: Iterable[Assignment], who: Asker) -> None:
    """Every carrier is told how many hold its post, and where whoever asks may know them, their names and plans."""
    carriers = [(carrier, one.unit) for one in rows for carrier in one.now]  # type: ignore[attr-defined]
    seats: dict[str, list[tuple[str, str]]] = {}
    named = ("post", "name", "person")
    for post, name, person in Seat.objects.filter(post__in={one.post_id for one, _ in carriers}).values_list(*named):
        seats.setdefault(post, []).append((name, person))
    for one, at in carriers:
        found = seats.get(one.post_id, [])
        one.holding = len(found)
        one.held = [(name, _plan_of(who, at, person)) for name, person in found] if names_of(who, at) else []


def _plan_of(who: Asker, at: Unit, person: str) -> str:
    """The address of somebody's personal plan; empty for who may not see it."""
    may = who.may("personal-plan", Target(path=at.path, person=person, label=3))
    return reverse("personal-plan", args=[person]) if may else ""


def names_of(who: Asker, at: Unit) -> bool:
    """Whether somebody may know who holds the posts of a unit."""
    return who.may("cascade-names", Target(path=at.path, label=3))


@require_safe
@permitted("cascade-file", of_cascade)
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """The same choice as the list, a row a post."""
    found = get_object_or_404(Cascade, pk=pk)
    return exported(f"{found.name}分解", COLUMNS, _cells(_chosen(request, found)))


def _cells(rows: QuerySet[Assignment]) -> Iterator[tuple[Any, ...]]:
    """Also those that no post carries, now or any more."""
    named = (
        "unit__parent__name", "unit__name", "indicator", "name", "state", "due", "now__part", "now__post__department",
        "now__post", "now__post__name", "now__share", "now__cause__duty", "now__cause__does", "now__cause__basis",
        "now__cause__score", "reason",
    )  # fmt: skip
    rows = rows.annotate(now=FilteredRelation("carriers", condition=Q(carriers__until=None)))
    for row in rows.order_by("unit", "indicator", "-now__part").values_list(*named).iterator(2000):
        cells = list(row)
        cells[4] = State(cells[4]).label
        cells[6] = Part(cells[6]).label if cells[6] else ""
        yield tuple("" if cell is None else cell for cell in cells)


@require_safe
@permitted("cascade-overdue")
def overdue_list(request: HttpRequest) -> HttpResponse:
    """Everything that nobody has answered by its day, in one list; the oldest first."""
    who = asker(request)
    page = paged(request, with_carriers(overdue(who.today).filter(seen(who)).order_by("due", "unit", "indicator")))
    held(page, who)
    return render(request, "cascade/overdue.html", {"page": page, "rows": list(page), "today": who.today})
