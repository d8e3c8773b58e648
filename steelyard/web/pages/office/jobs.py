"""任务: what is waiting, running and done, and one job with how far it has come."""

from __future__ import annotations

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from steelyard.engine.problems import Refused
from steelyard.reports.sheet import Words
from steelyard.web.jobs.asking import cancel as take_back
from steelyard.web.jobs.kinds import KINDS
from steelyard.web.jobs.models import OPEN, Job, State
from steelyard.web.pages.answering import done, paged
from steelyard.web.people.acting import asks
from steelyard.web.people.asking import asker, permitted
from steelyard.web.people.deciding import Target

STATES = {
    State.WAITING: ("", Words("等待", "Waiting")), State.RUNNING: ("busy", Words("进行中", "Running")),
    State.DONE: ("good", Words("完成", "Done")), State.FAILED: ("bad", Words("失败", "Failed")),
    State.CANCELLED: ("warn", Words("已取消", "Cancelled")),
}  # fmt: skip


def of_job(pk: int) -> Target:
    state = Job.objects.filter(pk=pk).values_list("state", flat=True).first()
    if state is None:
        raise Http404
    return Target(state=state)


@require_safe
@permitted("jobs")
def jobs(request: HttpRequest) -> HttpResponse:
    """The latest first; ``?kind=``, ``?state=``."""
    rows = Job.objects.order_by("-pk")
    kind, state = request.GET.get("kind", ""), request.GET.get("state", "")
    rows = rows.filter(kind=kind) if kind in KINDS else rows
    rows = rows.filter(state=state) if state in State.values else rows
    page = paged(request, rows)
    context = {
        "page": page, "rows": [_row(job) for job in page], "kinds": KINDS.values(), "kind": kind, "state": state,
        "states": [(str(key), words) for key, (_, words) in STATES.items()],
    }  # fmt: skip
    return render(request, "office/jobs.html", context)


@require_safe
@permitted("job", of_job)
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """The page, or only the part that changes for whoever asks for it in between."""
    found = Job.objects.get(pk=pk)
    may = asker(request).may("job-cancel", Target(state=found.state))
    context = {**_row(found), "may_cancel": may and not found.cancelling, "leads": _leads(found)}
    return render(request, "office/job_part.html" if "part" in request.GET else "office/job.html", context)


@require_POST
@permitted("job-cancel", of_job)
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    @transaction.atomic
    def act() -> None:
        """By the right alone: whether it is still to be cancelled is told in words."""
        now = timezone.now()
        problem = take_back(pk, now=now, **asks(asker(request), "job-cancel", now, Target(state=State.WAITING)))
        if problem is not None:
            raise Refused([problem])

    return done(request, reverse("job", args=[pk]), act, Words("已要求取消", "Cancelling was asked for"))


def _row(found: Job) -> dict[str, object]:
    kind = KINDS.get(found.kind)
    mood, words = STATES[State(found.state)]
    return {
        "job": found, "kind_words": Words(kind.zh, kind.en) if kind else Words(found.kind), "mood": mood,
        "state_words": words, "open": found.state in OPEN, "said": Words(found.said_zh, found.said_en),
        "problems": [Words(one["zh"], one["en"]) for one in found.problems],
    }  # fmt: skip


def _leads(found: Job) -> list[tuple[Words, str]]:
    """Where what it came to can be looked at."""
    came = found.came_to
    leads = []
    if "run" in came:
        leads.append((Words("打开运行预览", "Open the run"), reverse("run", args=[came["run"]])))
    if found.kind == "intake":
        leads += [
            (Words(f"第 {number} 批报告", f"Report of batch {number}"), reverse("batch", args=[number]))
            for number in came.get("batches", [])[:12]
        ]
        leads.append((Words("收件与装载结果", "Deliveries"), f"{reverse('deliveries')}?job={found.pk}"))
    if "notices" in came:
        leads.append((Words("通报与通知书", "Notices"), f"{reverse('notices')}?version={came['version']}"))
    if "cascade" in came:
        page = "cascade-tracing" if found.kind == "cascade-trace" else "cascade"
        leads.append((Words("打开任务分解", "Open the cascade"), reverse(page, args=[came["cascade"]])))
    return leads
