"""评定的页面: what is being judged, one's own ratings, and everybody's once all are in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from steelyard.analysis.raters.agreement import nearness
from steelyard.bureau.entered import Item, assessed, cut, items
from steelyard.engine.problems import CATALOGUE, Refused, refuse
from steelyard.reports import formats
from steelyard.reports.sheet import Words
from steelyard.web.cycles.runs.choosing import choices
from steelyard.web.entries import judging
from steelyard.web.entries.judging import Given
from steelyard.web.entries.models import ALL_IN, Panel, Rater, Stage
from steelyard.web.entries.moves import MOVES, RATERS, Move
from steelyard.web.entries.opening import Wanted, open_panel, stands_back
from steelyard.web.entries.periods import days, whole_book
from steelyard.web.entries.recusal import Raters
from steelyard.web.library import rules
from steelyard.web.pages.answering import done, me, told
from steelyard.web.people.asking import Asker, asker, permitted
from steelyard.web.people.deciding import Target
from steelyard.web.people.models import Account, Grant, GrantState, Unit
from steelyard.web.typed import number_in, numbers_in

CATALOGUE.add(
    {
        "panel-choice": ("请选择评定项目、周期和截止日期", "choose the item, the period and the last day"),
    }
)
MANY = 30
STAGES = {
    Stage.OPEN: ("busy", Words("评分中", "Being rated")), Stage.HELD: ("bad", Words("一致度不足，暂缓", "Held back")),
    Stage.AGREED: ("warn", Words("已交齐，待计入", "All in, to be counted")),
    Stage.COUNTED: ("good", Words("已计入", "Counted")), Stage.WITHDRAWN: ("", Words("已撤销", "Withdrawn")),
}  # fmt: skip


def of_panel(pk: int) -> Target:
    stage = Panel.objects.filter(pk=pk).values_list("stage", flat=True).first()
    if stage is None:
        raise Http404
    return Target(state=stage)


def visible(who: Asker) -> Any:
    """All of them to those who work on results; to those who only rate, their own until they are released."""
    every = who.may("panel-all")
    return Panel.objects.all() if every else Panel.objects.filter(raters__account=who.account, raters__released=None)


@require_safe
@permitted("panels")
def panels(request: HttpRequest) -> HttpResponse:
    who = asker(request)
    rows = [
        {"panel": one, "state": STAGES[Stage(one.stage)], "raters": (raters := list(one.raters.all())),
         "in": sum(rater.handed_in is not None for rater in raters),
         "mine": next((rater for rater in raters if rater.account_id == getattr(who.account, "pk", None)), None)}
        for one in visible(who).prefetch_related("raters")[:200]
    ]  # fmt: skip
    context = {"rows": rows, "may_open": who.may("panel-open"), "today": who.today}
    return render(request, "entries/panels.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("panel-open")
def opening(request: HttpRequest) -> HttpResponse:
    """The form; by POST, the item is opened."""
    bureau = rules.bureau()
    try:
        book = whole_book(bureau, bureau.rules_stamp())
        found, plans = items(bureau, book), choices(bureau)
    except Refused as refused:
        return render(request, "office/broken.html", {"problems": told(refused)}, status=409)
    offered = [(plan, one) for one in found for plan in plans if assessed(book.plans[plan.plan], one.indicator)]
    if request.method == "POST":
        opened = list[Panel]()
        words = Words("评定已开始，评委的首页上有提示", "The item is open; its raters see it on their first page")
        answer = done(request, reverse("panel-open"), lambda: opened.append(_opened(request, offered)), words)
        if opened:
            answer["Location"] = reverse("panel", args=[opened[0].pk])
        return answer
    context = {
        "offered": [(f"{plan.plan}|{one.indicator}", plan.name, one) for plan, one in offered],
        "periods": list(dict.fromkeys(period for plan, _ in offered for period in plan.periods)),
        "raters": _raters(asker(request).today), "due": asker(request).today + timedelta(days=14),
    }  # fmt: skip
    return render(request, "entries/panel_new.html", context)


def _raters(today: date) -> list[Account]:
    grants = Grant.objects.filter(role__in=RATERS, state=GrantState.CONFIRMED, account__is_active=True)
    lent = grants.select_related("account", "delegated_from__account").order_by("account__name")
    return list({grant.account_id: grant.account for grant in lent if grant.holds(today)}.values())


def _opened(request: HttpRequest, offered: list[tuple[Any, Item]]) -> Panel:
    form = request.POST
    chosen = next(((plan, one) for plan, one in offered if f"{plan.plan}|{one.indicator}" == form.get("item")), None)
    try:
        due = date.fromisoformat(form.get("due", ""))
    except ValueError:
        due = None
    if chosen is None or due is None or form.get("period") not in chosen[0].periods:
        raise refuse("panel-choice")
    plan, item = chosen
    bureau = rules.bureau()
    book = whole_book(bureau, bureau.rules_stamp())
    _, end = days(form["period"])
    whom = assessed(book.plans[plan.plan], item.indicator)
    units = [one for one in Unit.objects.filter(ended=None).order_by("code") if {one.class_name, one.code} & {*whom}]
    raters = list(_chosen(form.getlist("raters")))
    wanted = Wanted(item, plan.plan, form["period"], end, units, due)
    return open_panel(wanted, raters, by=me(request), now=timezone.localtime())


def _chosen(keys: Sequence[str]) -> QuerySet[Account]:
    return Account.objects.filter(pk__in=numbers_in(keys)).order_by("pk")


# ---- one item ----


@dataclass(frozen=True)
class Row:
    """One unit: what the asker gave or has just typed, what is wrong with it, and whether he stands back; everybody's
    ratings once they may be seen."""

    unit: Unit
    own: Given | None
    back: bool
    wrong: tuple[Words, ...] = ()
    given: tuple[Decimal | None, ...] = ()
    mean: Decimal | None = None
    near: Decimal | None = None


@dataclass(frozen=True)
class Typed:
    """What was sent and refused, by unit, with the reasons: those of no unit under ``""``."""

    page: str = ""
    given: Mapping[str, Given] = field(default_factory=dict)
    wrong: Mapping[str, Sequence[Words]] = field(default_factory=dict)


@require_safe
@permitted("panel", of_panel)
def panel(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(visible(asker(request)).select_related("opened_by", "job"), pk=pk)
    return _page(request, found, Typed(request.GET.get("page", "")))


def _page(request: HttpRequest, found: Panel, typed: Typed, status: int = 200) -> HttpResponse:
    who, raters = asker(request), Raters(found, asker(request).today)
    mine = next((one for one in raters.every if one.account_id == me(request).pk and not one.released), None)
    page = Paginator(found.units.select_related("parent").order_by("code"), MANY).get_page(typed.page)
    target = Target(state=found.stage)
    may_rate = mine is not None and mine.handed_in is None and who.may("panel-rate", target)
    shown = found.stage in ALL_IN or (not found.blind and found.stage != Stage.WITHDRAWN and not may_rate)
    going = found.stage in (Stage.OPEN, Stage.HELD, Stage.AGREED)
    context = {
        "panel": found, "state": STAGES[Stage(found.stage)], "mine": mine, "page": page, "shown": shown,
        "rows": _rows(found, list(page.object_list), who, mine, shown, typed), "raters": _progress(raters),
        "may_rate": may_rate, "seen": _last_seen(request, mine),
        "may_correct": mine is not None and mine.handed_in is not None and who.may("panel-correct", target),
        "moves": [(move, _whom(raters, move)) for move in MOVES
                  if judging.possible(found, move) and who.may(move.address, target)],
        "period_words": Words(formats.period(found.period, "zh"), formats.period(found.period, "en")),
        "named": who.may("panel-names"), "today": who.today, "longest": judging.LONGEST,
        "history": found.ratings.exclude(replaced=None).select_related("unit", "rater") if shown else (),
        "short": raters.short if going else (), "not_counting": raters.not_counting if going and shown else (),
        "problems": typed.wrong.get("", ()),
    }  # fmt: skip
    return render(request, "entries/panel.html", context, status=status)


def _last_seen(request: HttpRequest, mine: Rater | None) -> int:
    """The last of his ratings that this page shows: of a form that comes back, the last that it had shown before."""
    before = _seen(request)
    return before if before is not None else 0 if mine is None else judging.last_of(mine)


def _seen(request: HttpRequest) -> int | None:
    return number_in(request.POST.get("seen", ""))


def _whom(raters: Raters, move: Move) -> list[Account] | None:
    """Who may be added or released; None where a move is about nobody."""
    if move.name == "release":
        return [one.account for one in raters.every if not one.released]
    return _others(raters) if move.name == "join" else None


def _others(raters: Raters) -> list[Account]:
    there = {one.account_id for one in raters.every}
    return [one for one in _raters(raters.today) if one.pk not in there]


def _progress(raters: Raters) -> list[tuple[Rater, int, int]]:
    """How many units each has rated, of how many he has to: numbers only."""
    rated = Counter(raters.panel.ratings.filter(replaced=None).values_list("rater", flat=True))
    units = list(raters.panel.units.all())
    return [(one, rated[one.pk], sum(raters.rates(one, unit) for unit in units)) for one in raters.every]


def _rows(panel: Panel, units: list[Unit], who: Asker, mine: Rater | None, shown: bool, typed: Typed) -> list[Row]:
    kept = () if mine is None else mine.ratings.filter(replaced=None, unit__in=units)
    own = {one.unit_id: Given(f"{one.points.normalize():f}", one.reason, one.evidence) for one in kept}
    given, own = judging.table(panel) if shown else {}, {**own, **typed.given}
    return [
        Row(one, own.get(one.pk), stands_back(who, one.path), tuple(typed.wrong.get(one.pk, ())),
            *_together(panel, given.get(one.pk, [])))
        for one in units
    ]  # fmt: skip


def _together(panel: Panel, given: list[Decimal | None]) -> tuple[tuple[Decimal | None, ...], Any, Any]:
    """All ratings of a unit, their mean, and how near they are."""
    rated = [one for one in given if one is not None]
    if not rated:
        return tuple(given), None, None
    mean = sum(rated, Decimal(0)) / len(rated)
    return tuple(given), mean, cut(nearness(rated, panel.lowest, panel.highest))


def _given(form: QueryDict, codes: list[str], rated: Collection[str]) -> Mapping[str, Given]:
    """Rows in which something was written, and those that were emptied: nothing stands for what is no longer shown."""
    rows = {
        code: Given(*(form.get(f"{name}-{code}", "") for name in ("points", "reason", "evidence"))) for code in codes
    }
    emptied = {code for code in rated if f"points-{code}" in form}
    return {
        code: one
        for code, one in rows.items()
        if code in emptied or one.points.strip() or one.reason.strip() or one.evidence.strip()
    }


@require_POST
@permitted("panel-rate", of_panel)
def rating(request: HttpRequest, pk: int) -> HttpResponse:
    """Keeps what is on this page of the form."""
    back = f"{reverse('panel', args=[pk])}?page={request.POST.get('page', '1')[:5]}"
    words = Words("已保存，交卷前都可以改", "Kept; you may change it until you hand in")
    return _typed(request, pk, judging.rate, back, words)


@require_POST
@permitted("panel-hand-in", of_panel)
def handing_in(request: HttpRequest, pk: int) -> HttpResponse:
    """With what is on this page of the form: nobody hands in other points than those that he sees."""
    return _typed(request, pk, judging.hand_in, reverse("panel", args=[pk]), Words("已交卷", "Handed in"))


def _typed(request: HttpRequest, pk: int, act: Callable[..., object], back: str, words: Words) -> HttpResponse:
    """Where something is wrong, the form comes back as it was typed."""
    found = get_object_or_404(visible(asker(request)), pk=pk)
    seen, page = _seen(request), request.POST.get("page", "1")
    shown = found.ratings.filter(rater__account=me(request), replaced=None, pk__lte=seen or 0)
    codes = list(found.units.values_list("pk", flat=True))
    given = _given(request.POST, codes, set(shown.values_list("unit", flat=True)))
    try:
        act(pk, given, by=me(request), now=timezone.localtime(), seen=seen)
    except Refused as refused:
        wrong: dict[str, list[Words]] = {}
        for problem, said in zip(refused.problems, told(refused), strict=True):
            wrong.setdefault(problem.place.file if problem.place.file in given else "", []).append(said)
        return _page(request, found, Typed(page, given, wrong), status=422)
    return done(request, back, lambda: None, words)


@require_POST
@permitted("panel-correct", of_panel)
def correcting(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(visible(asker(request)), pk=pk)
    form = request.POST
    given = {form.get("unit", ""): Given(*(form.get(name, "") for name in ("points", "reason", "evidence")))}
    act = lambda: judging.correct(pk, given, by=me(request), now=timezone.localtime())  # noqa: E731
    words = Words("已更正，原评分留在历史里；须重新计入", "Corrected; the old rating stays. It has to be counted again")
    return done(request, reverse("panel", args=[pk]), act, words)


def moving(move: Move) -> Callable[..., HttpResponse]:
    """The view of one move."""

    def moved(request: HttpRequest, pk: int) -> HttpResponse:
        get_object_or_404(visible(asker(request)), pk=pk)
        reason, whom = request.POST.get("reason", ""), _chosen(request.POST.getlist("rater")).first()
        act = partial(judging.move, pk, move.name, reason, by=me(request), now=timezone.localtime(), whom=whom)
        return done(request, reverse("panel", args=[pk]), act, Words(f"已{move.words.zh}", f"done: {move.words.en}"))

    return require_POST(permitted(move.address, of_panel)(moved))
