"""运行与版本: every run, one run as a preview with all that a signer should know, and the buttons of the moves."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from steelyard.bureau.runs.saving import read_json
from steelyard.bureau.views.again import typed_in
from steelyard.bureau.views.overview import Overview
from steelyard.bureau.views.reading import views_of
from steelyard.engine.problems import CATALOGUE, Refused, refuse
from steelyard.reports.formats import period as spoken
from steelyard.reports.sheet import Words
from steelyard.web.cycles.models import Recounted, Run, Stage, Version
from steelyard.web.cycles.moves import BY_NAME, MOVES, SIGNING, Move
from steelyard.web.cycles.notices.issuing import print_again, unprinted
from steelyard.web.cycles.runs import making, recounts
from steelyard.web.cycles.runs.choosing import choices
from steelyard.web.cycles.runs.comparing import compared, folder_of
from steelyard.web.cycles.runs.pending import pending
from steelyard.web.cycles.signing import act, current, goes_on, proposal
from steelyard.web.dialogue.appealing import carry_out
from steelyard.web.entries.judging import uncounted
from steelyard.web.jobs.models import Job, State
from steelyard.web.library import rules
from steelyard.web.pages.answering import done, paged, told
from steelyard.web.people.acting import allowed, hold
from steelyard.web.people.asking import Asker, asker, permitted
from steelyard.web.people.deciding import Target
from steelyard.web.typed import number_in
from steelyard.web.uses.correcting import published

CATALOGUE.add(
    {
        "run-choice": (
            "请从列出的计划、周期和报告单形式中各选一项",
            "choose a plan, a period and a form of the sheets from those that are listed",
        ),
    }
)
STAGES = {
    Stage.PREVIEW: ("warn", Words("预览", "Preview")), Stage.SCORED: ("busy", Words("得分已确认", "Scores confirmed")),
    Stage.CHECKED: ("busy", Words("已复核", "Checked")), Stage.RULED: ("busy", Words("已审议", "Approved")),
    Stage.PUBLISHED: ("good", Words("已公布", "Published")), Stage.REPLACED: ("warn", Words("已被更正", "Corrected")),
    Stage.WITHDRAWN: ("", Words("已作废", "Discarded")),
}  # fmt: skip
VERDICTS = {
    "distinguishable": ("good", Words("能分出高下", "Units can be told apart")),
    "not distinguishable": ("bad", Words("分不出高下", "Units cannot be told apart")),
    "unmeasured": ("", Words("只有汇总数，无法判断", "Totals only, cannot be judged")),
}


def of_run(pk: int) -> Target:
    stage = Version.objects.filter(run=pk).values_list("stage", flat=True).first()
    if stage is None:
        raise Http404
    return Target(state=stage)


def of_version(pk: int) -> Target:
    stage = Version.objects.filter(pk=pk).values_list("stage", flat=True).first()
    if stage is None:
        raise Http404
    return Target(state=stage)


@require_safe
@permitted("runs")
def runs(request: HttpRequest) -> HttpResponse:
    """All of them, the latest first: published, on their way, discarded; and attempts that failed."""
    who = asker(request)
    stages = [stage for stage in Stage if who.may("run", Target(state=stage))]
    rows = Version.objects.filter(stage__in=stages).select_related("run__made_by", "replaces").order_by("-run__pk")
    plan, stage = request.GET.get("plan", ""), request.GET.get("stage", "")
    rows = rows.filter(plan=plan) if plan else rows
    rows = rows.filter(stage=stage) if stage in Stage.values else rows
    page = paged(request, rows)
    failed = Job.objects.filter(kind="run").exclude(state=State.DONE).order_by("-pk")[:8]
    context = {
        "page": page, "rows": [(one, *STAGES[Stage(one.stage)]) for one in page], "plan": plan, "stage": stage,
        "plans": Run.objects.order_by("plan").values_list("plan", "plan_name").distinct(),
        "stages": [(str(one), STAGES[one][1]) for one in stages], "failed": failed if who.may("jobs") else (),
        "may_start": who.may("run-start"),
    }  # fmt: skip
    return render(request, "office/runs.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("run-start")
def start(request: HttpRequest) -> HttpResponse:
    """The form; by POST, the run is asked for."""
    try:
        found = choices(rules.bureau())
    except Refused as refused:
        return render(request, "office/broken.html", {"problems": told(refused)}, status=409)
    if request.method == "POST":
        plan = next((one for one in found if one.plan == request.POST.get("plan")), None)
        period, sheets = request.POST.get("period", ""), request.POST.get("sheets", "none")
        key = request.POST.get("key", "")[:40]

        def ask() -> str:
            if plan is None or period not in plan.periods or sheets not in making.SHEETS:
                raise refuse("run-choice")
            job = making.start(plan.plan, period, sheets, by=asker(request), now=timezone.now(), key=key)
            return reverse("job", args=[job.pk])

        return done(request, reverse("run-start"), ask)
    plans = [(one, [(each, spoken(each, "zh"), spoken(each, "en")) for each in one.periods]) for one in found]
    return render(request, "office/run_start.html", {"plans": plans, "key": uuid4().hex})


@require_safe
@permitted("run", of_run)
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """What a signer should know before signing, and what somebody may do with it."""
    version = Version.objects.select_related("run__made_by", "replaces", "proposed_by", "seconded_by").get(run=pk)
    who, found = asker(request), version.run
    mood, words = STAGES[Stage(version.stage)]
    context: dict[str, Any] = {
        "version": version, "run": found, "mood": mood, "stage_words": words, "key": uuid4().hex,
        "moves": [move for move in MOVES if may_move(who, move, version)],
        "stages": _stages(version), "signatures": version.signatures.select_related("account"),
        "in_force": current(version), "recounts": Recounted.objects.filter(run=found).select_related("by"),
        "proposal": proposal(version), "unprinted": _unprinted(who, version),
        "may_recount": who.may("recount-start"), "warnings": [Words(one["zh"], one["en"]) for one in found.warnings],
        "replaced_by": Version.objects.filter(replaces=version, stage__in=(Stage.PUBLISHED, Stage.REPLACED)).first(),
        "may_read": version.stage != Stage.WITHDRAWN and who.may("results", Target(state=version.stage)),
    }  # fmt: skip
    context["may_judge"] = who.may("panel-all")
    context["unjudged"] = uncounted(found.plan, found.period, found.batch)
    try:
        context |= _looked_at(request, found)
    except Refused as refused:
        context["broken"] = told(refused)
    return render(request, "office/run.html", context)


def may_move(who: Asker, move: Move, version: Version) -> bool:
    """A correction is proposed where something is in force, seconded by another where it has been proposed, and only
    then signed."""
    if not who.may(move.address, Target(state=version.stage)):
        return False
    if move.signs:
        return goes_on(version)
    if move.name == "correct":
        return current(version) is not None and version.replaces_id is None
    return move.name != "second" or (version.replaces_id is not None and version.seconded_by_id is None)


def _unprinted(who: Asker, version: Version) -> int:
    """Notices that were left unprinted, for those who may have them printed again."""
    return unprinted(version) if who.may("notices-print", Target(state=version.stage)) else 0


def _stages(version: Version) -> list[tuple[Move, str, Any]]:
    """The four signatures in their order: done, due now, or still to come."""
    signed = {one.right: one for one in version.signatures.select_related("account") if one.void_at is None}
    return [
        (move, "done" if str(move.right) in signed else "now" if version.stage in move.begins else "",
         signed.get(str(move.right)))
        for move in SIGNING
    ]  # fmt: skip


def _looked_at(request: HttpRequest, found: Run) -> dict[str, Any]:
    """From the run's folder; raises `Refused` where it is gone or damaged."""
    folder = folder_of(found)
    overview = views_of(folder).overview
    comparison = compared(found)
    moved = Paginator(comparison.moved if comparison else (), 25).get_page(request.GET.get("page"))
    return {
        "overview": overview,
        "inputs": typed_in(folder),
        "comparison": comparison,
        "moved": moved,
        "pending": pending(found),
        "verdicts": [(one, *VERDICTS.get(one.verdict, ("", Words(one.verdict)))) for one in overview.classes],
        "machine": _machine(overview),
        "manifest": read_json(folder / "run.json", {"digest": str}),
    }


def _machine(overview: Overview) -> Decimal | None:
    """The mean over all units of the share of points that no person decided."""
    shares = [line.machine_share for line in overview.units]
    return sum(shares, Decimal(0)) / len(shares) if shares else None


@require_POST
@permitted("recount-start", of_run)
def recount(request: HttpRequest, pk: int) -> HttpResponse:
    """A public seed, and how many cells; empty: as many as find one wrong cell where one in a hundred is wrong."""
    found = Run.objects.get(pk=pk)
    sample = request.POST.get("sample", "").strip()

    def ask() -> str:
        count = number_in(sample, 5)
        key = request.POST.get("key", "")[:40]
        job = recounts.start(found, request.POST.get("seed", ""), count, by=asker(request), now=timezone.now(), key=key)
        return reverse("job", args=[job.pk])

    return done(request, reverse("run", args=[pk]), ask)


@require_POST
@permitted("notices-print", of_run)
def print_notices(request: HttpRequest, pk: int) -> HttpResponse:
    """Once more, where the job that should have printed them failed."""

    def ask() -> str:
        return reverse("job", args=[print_again(pk, by=asker(request), now=timezone.now()).pk])

    return done(request, reverse("run", args=[pk]), ask)


@transaction.atomic
def _act(pk: int, name: str, who: Asker, reason: str, seen: str = "") -> None:
    """What is published settles the appeals that asked for it, and is held against what was used before it."""
    now = timezone.now()
    held = act(pk, name, by=who, now=now, reason=reason, seen=seen)
    if held.stage == Stage.PUBLISHED and who.account is not None:
        (by,) = hold(who.account)
        said = allowed(BY_NAME[name].address, by, now, Target(state=BY_NAME[name].begins[0]))
        carry_out(held, by=by, said=said, now=now)
        published(held, now)


def mover(name: str) -> Any:
    """The view of one move of the table."""
    move = BY_NAME[name]

    def held(pk: int) -> Target:
        """By the right alone: whether the version still is where the move begins is told by the act, in words."""
        of_version(pk)
        return Target(state=move.begins[0])

    @require_POST
    @permitted(move.address, held)
    def moved(request: HttpRequest, pk: int) -> HttpResponse:
        version = Version.objects.get(pk=pk)
        words = Words(f"已{move.words.zh}" if move.signs else move.words.zh, move.words.en)

        def go() -> None:
            _act(pk, name, asker(request), request.POST.get("reason", ""), request.POST.get("proposal", ""))

        return done(request, reverse("run", args=[version.run_id]), go, words)

    return moved
