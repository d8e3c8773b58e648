"""One plan in the making: where it stands, and its parts, each at an address of its own (``?part=``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from steelyard.engine.model.book import RuleBook
from steelyard.engine.model.plan import Plan
from steelyard.reports.sheet import Words
from steelyard.web.library.rules import bureau
from steelyard.web.look.choosing import level_of
from steelyard.web.pages.answering import legible
from steelyard.web.pages.library.planned import spoken
from steelyard.web.pages.plans.finding import KINDS, STAGES, of_making, waived
from steelyard.web.pages.plans.scores import beside
from steelyard.web.people.asking import Asker, asker, permitted
from steelyard.web.people.deciding import Target
from steelyard.web.people.roles import Role
from steelyard.web.plans.checking import (
    covered,
    known,
    lacking,
    looked,
    plan_in,
    plan_of,
    standing_in_the_way,
    year_of,
)
from steelyard.web.plans.desk import unit_of
from steelyard.web.plans.models import Kind, Making, Pick, Stage
from steelyard.web.plans.moves import BY_NAME, MOVES, PATH, Move
from steelyard.web.plans.shown.burdens import burdens, carried
from steelyard.web.plans.shown.comparing import compared, source_of
from steelyard.web.plans.shown.marks import mark, sums

PARTS = {
    "picks": Words("指标", "Indicators"), "diff": Words("与上一版对照", "Compared"), "checks": Words("检查", "Checks"),
    "tasks": Words("重点工作", "Priority tasks"), "burden": Words("减负", "Burden"),
    "comments": Words("意见", "Comments"), "head": Words("总则与施工图", "Head and works"),
    "scores": Words("得分", "Scores"), "steps": Words("办理经过", "History"),
}  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """What every part of the page begins with."""

    making: Making
    who: Asker
    book: RuleBook
    picks: Sequence[Pick]
    plan: Plan | None
    target: Target

    def may(self, name: str) -> bool:
        return self.who.may(name, self.target)


@require_safe
@permitted("making", of_making)
@legible
def making(request: HttpRequest, pk: int) -> HttpResponse:
    """``?part=``: one of `PARTS`; ``?change=``: the indicator, or ``?group=``: the group, whose form is open."""
    shown = _shown(request, pk)
    part = request.GET.get("part", "")
    part = part if part in PARTS else "picks"
    return render(request, "plans/making.html", {**_frame(shown, part), **_GIVES[part](shown, request)})


@require_safe
@permitted("making-checks", of_making)
@legible
def checks(request: HttpRequest, pk: int) -> HttpResponse:
    """The check of the whole book with this plan in it, asked for by the page once it stands. ``?count``: only how
    many errors it finds."""
    shown = _shown(request, pk)
    if "count" in request.GET:
        return HttpResponse(str(sum(one.blocks for one in looked(shown.making))))
    return render(request, "plans/checks.html", {**_frame(shown, "checks"), **_checked(shown, looked(shown.making))})


def _shown(request: HttpRequest, pk: int) -> Shown:
    one, book = get_object_or_404(Making, pk=pk), bureau().book()
    picks = list(one.picks.select_related("group", "unit", "by"))
    return Shown(one, asker(request), book, picks, plan_of(one), of_making(pk))


# ---- what stands around every part ----


def _frame(shown: Shown, part: str) -> dict[str, Any]:
    one = shown.making
    told_ = known(one)
    tasks = covered(one, shown.picks, shown.book, year_of(shown.plan, shown.who.today))
    in_the_way = standing_in_the_way(told_ or (), lacking(shown.picks, shown.book), tasks)
    return {
        "making": one, "kind": KINDS[Kind(one.kind)], "stage": STAGES[Stage(one.stage)], "part": part,
        "tabs": [(words, f"?part={name}", name == part) for name, words in PARTS.items() if _shows(one, name)],
        "stages": _stages(one), "moves": [move for move in MOVES if shown.may(move.address) and _of(one, move)],
        "in_the_way": in_the_way, "blocked": sum(in_the_way.values()), "looked": told_ is not None,
        "signed": [other.name for other in Making.objects.filter(stage=Stage.SIGNED).exclude(pk=one.pk)],
        "unanswered": one.comments.filter(accepted=None).count(), "said": one.comments.count(),
        "departments": len({pick.department for pick in shown.picks} - {""}), "count": len(shown.picks),
        "sums": sums(shown.plan, shown.book) if shown.plan else {}, "total": shown.plan and shown.plan.total,
        "may": {name: shown.may(f"making-{name}") for name in _ACTS}, "today": shown.who.today,
    }  # fmt: skip


_ACTS = ("head", "group", "tick", "untick", "weigh", "absorb", "comment", "answer", "waive", "notice")


def _shows(one: Making, part: str) -> bool:
    return part != "scores" or one.kind == Kind.CAMPAIGN


def _of(one: Making, move: Move) -> bool:
    return not move.campaign or one.kind == Kind.CAMPAIGN


def _stages(one: Making) -> list[tuple[Words, str, Any, Role]]:
    """The way forward: words, done or now, and who did it."""
    steps = {step.move: step for step in one.steps.filter(void_at=None).select_related("by")}
    now = next((move.name for move in PATH if one.stage in move.begins), "")
    state = {move.name: "now" if move.name == now else "done" if move.name in steps else "" for move in PATH}
    return [(move.words, state[move.name], steps.get(move.name), move.right) for move in PATH]


# ---- parts ----


def _picks(shown: Shown, request: HttpRequest) -> dict[str, Any]:
    one, book = shown.making, shown.book
    groups = {group.pk: (group, list[dict[str, Any]]()) for group in one.groups.all()}
    mine = unit_of(shown.who, "making-untick", shown.target)
    office = shown.who.role("making-untick", shown.target) == Role.OFFICE
    for pick in shown.picks:
        rule = book.indicators.get(pick.indicator)
        own = office or pick.belongs(mine, shown.who.account)
        row = {
            "pick": pick,
            "rule": rule,
            "mark": mark(book, pick.indicator, pick.full),
            "mine": own,
            "own": mark(book, pick.indicator, ""),
        }
        groups[pick.group_id][1].append(row)
    change, group, at = (request.GET.get(key, "") for key in ("change", "group", "at"))
    here = next((found.pk for found, _ in groups.values() if str(found.pk) == at), next(iter(groups), None))
    tabs = [(f"{one.name} {len(rows)}", f"?part=picks&at={one.pk}", one.pk == here) for one, rows in groups.values()]
    return {
        "groups": list(groups.values()), "at": here, "group_tabs": tabs,
        "classes": shown.plan.classes if shown.plan else [],
        "change": next((row for _, rows in groups.values() for row in rows if row["pick"].indicator == change), None),
        "group": next((found for found, _ in groups.values() if str(found.pk) == group), None),
    }  # fmt: skip


def _diff(shown: Shown, _request: HttpRequest) -> dict[str, Any]:
    return {"comparison": compared(shown.making, shown.book)}


def _checks(shown: Shown, _request: HttpRequest) -> dict[str, Any]:
    """What is remembered; else the page asks for it once it stands."""
    found = known(shown.making)
    return {"waits": True} if found is None else _checked(shown, found)


def _checked(shown: Shown, found: Sequence[Any]) -> dict[str, Any]:
    order = sorted(found, key=lambda one: not one.blocks)
    return {
        "told": order, "lacks": lacking(shown.picks, shown.book), "allowed": waived(shown.making, shown.book),
        "year_end": f"{year_of(shown.plan, shown.who.today)}-12-31",
    }  # fmt: skip


def _tasks(shown: Shown, _request: HttpRequest) -> dict[str, Any]:
    year = year_of(shown.plan, shown.who.today)
    rows = covered(shown.making, shown.picks, shown.book, year)
    names = {id: rule.name for id, rule in shown.book.indicators.items()}
    return {"rows": [(one, [(id, names.get(id, id)) for id in one.picks]) for one in rows], "year": year}


def _burden(shown: Shown, _request: HttpRequest) -> dict[str, Any]:
    if shown.plan is None:
        return {"burdens": []}
    source = source_of(shown.making)
    before = None if source is None else plan_in(source.text, source.rule.code)
    tables = bureau().tables()
    found = burdens(shown.plan, before)
    return {
        "burdens": [(one, level_of(one.level)) for one in found], "before": source,
        "carried": carried(shown.plan, shown.book),
        "unknown": [tables[name].name for name in dict.fromkeys(t for one in found for t in one.now.unknown)],
        "tables": [tables[name] for name in dict.fromkeys(t for one in found for t in one.now.tables)],
        "saved": sum(one.saved for one in found if one.saved is not None),
    }  # fmt: skip


def _comments(shown: Shown, _request: HttpRequest) -> dict[str, Any]:
    rows = shown.making.comments.select_related("unit", "by", "answered_by")
    names = {id: rule.name for id, rule in shown.book.indicators.items()}
    return {
        "rows": [(one, names.get(one.indicator, one.indicator)) for one in rows],
        "offered": [(pick.indicator, names.get(pick.indicator, pick.indicator)) for pick in shown.picks],
        "open": shown.making.due is None or timezone.localdate() <= shown.making.due,
    }  # fmt: skip


def _head(shown: Shown, _request: HttpRequest) -> dict[str, Any]:
    plan = shown.plan
    return {} if plan is None else {"works": plan.works, "until": plan.until, "head": spoken(plan, shown.book)}


def _scores(shown: Shown, request: HttpRequest) -> dict[str, Any]:
    return beside(shown.who, shown.making, request)


def _steps(shown: Shown, _request: HttpRequest) -> dict[str, Any]:
    rows = shown.making.steps.select_related("by").order_by("-pk")
    return {"steps": [(step, BY_NAME[step.move].words) for step in rows]}


_GIVES: Mapping[str, Callable[[Shown, HttpRequest], dict[str, Any]]] = {
    "picks": _picks, "diff": _diff, "checks": _checks, "tasks": _tasks, "burden": _burden, "comments": _comments,
    "head": _head, "scores": _scores, "steps": _steps,
}  # fmt: skip
