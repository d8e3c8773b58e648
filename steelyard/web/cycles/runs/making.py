"""The job ``run``: rules checked, everybody weighed, the run's folder written, and a version in preview made of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from steelyard.bureau.asking.running import run as weigh
from steelyard.bureau.folder import Bureau, saying
from steelyard.bureau.runs.order import Order
from steelyard.bureau.runs.running import system_of
from steelyard.bureau.runs.saving import manifest_of
from steelyard.bureau.sheets.publishing import Published, publish
from steelyard.engine.model.book import read_book
from steelyard.engine.problems import CATALOGUE, Problem, Refused, refuse
from steelyard.web.cycles import telling
from steelyard.web.cycles.models import Run, Version
from steelyard.web.jobs.asking import ask
from steelyard.web.jobs.context import Context
from steelyard.web.jobs.kinds import work
from steelyard.web.jobs.models import OPEN, Job
from steelyard.web.library import rules
from steelyard.web.people.acting import asks
from steelyard.web.people.asking import Asker
from steelyard.web.people.models import Account
from steelyard.web.trail.recording import record

CATALOGUE.add(
    {
        "run-going-on": (
            "计划 {plan} 的 {period} 已有一次运行在进行（任务 {job}）；请等它结束，或先取消它",
            "a run of {plan} for {period} is going on (job {job}); wait for it, or cancel it first",
        ),
    }
)
SEALED = ("run.json", "scores.parquet", "indicators.parquet", "findings.json")
"""Files whose digests are kept: what is published must be what was previewed."""
STEPS = (5, 10, 15, 45, 55, 60, 70, 90, 95)
"""Where the bar stands after each thing that the engine tells; lines of detail do not move it."""
SHEETS = ("none", "html", "pdf")


def start(plan: str, period: str, sheets: str, *, by: Asker, now: datetime, key: str = "") -> Job:
    """Asks for a run. One at a time for a plan and period. Raises `Refused`."""
    given = {"plan": plan, "period": period, "sheets": sheets}
    with transaction.atomic():
        asked = ask("run", given, **asks(by, "run-start", now), now=now, key=key, about=f"{plan} {period}")
        if isinstance(asked, Problem):
            raise Refused([asked])
        others = [job for job in going_on(plan, period) if job != asked]
        if others:
            raise refuse("run-going-on", plan=plan, period=period, job=others[0].pk)
    return asked


def going_on(plan: str, period: str) -> list[Job]:
    """Runs of that plan and period that wait or are being made."""
    jobs = Job.objects.filter(kind="run", state__in=OPEN).order_by("pk")
    return [job for job in jobs if (job.given["plan"], job.given["period"]) == (plan, period)]


@work("run", "考评运行", "run")
def make(context: Context, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """``plan``, ``period``, ``sheets``. The same rules and data give the same run, which is listed once."""
    steps = _Steps(context)
    warnings: list[Problem] = []
    context.progress("检查规则", "checking the rules", 1)
    order = Order(plan=given["plan"], periods=(given["period"],))
    ran = weigh(rules_for(given["period"]), order, steps.tell, warnings.append)
    published = publish(ran, given["sheets"], 1, steps.tell)
    context.progress("登记运行", "listing the run", 98)
    number = Job.objects.get(pk=context.job)
    run, new = listed(published, warnings, Account.objects.get(username=context.asked_by), timezone.now(), number)
    return {"run": run.pk, "new": new, "discarded": bool(run.discarded)}


def rules_for(period: str) -> Bureau:
    """The bureau with its rules as they are for a period: what was changed in the midst of a year weighs nobody for
    periods that ended before."""
    here = rules.bureau()
    ends = system_of(read_book(saying(here.rules(), book=""))).parse(period).end
    return rules.bureau(day=ends - timedelta(days=1))


class _Steps:
    """Lines of the engine as a bar. ``check_cancelled`` is asked at every one of them."""

    def __init__(self, context: Context) -> None:
        self.context, self.done = context, 0

    def tell(self, zh: str, en: str) -> None:
        if not zh.startswith(" "):
            self.done += 1
        self.context.progress(zh.strip(), en.strip(), STEPS[min(self.done, len(STEPS)) - 1] if self.done else None)


def listed(
    published: Published, warnings: list[Problem], by: Account, now: datetime, job: Job | None = None
) -> tuple[Run, bool]:
    """The run's row with its version in preview; False where it was there already."""
    manifest = manifest_of(published.results)
    with transaction.atomic():
        run, new = Run.objects.get_or_create(
            folder=published.folder.name,
            defaults={
                "plan": manifest["plan"], "plan_name": published.results.ran.plan.name,
                "period": manifest["periods"][-1], "batch": manifest["snapshot"]["batch"],
                "digest": manifest["digest"], "root": manifest["root"], "job": job, "made_by": by, "made_at": now,
                "warnings": [_said(one) for one in warnings], "files": sealed(published.folder),
            },
        )  # fmt: skip
        if new:
            version = Version.objects.create(run=run, plan=run.plan, period=run.period)
            detail = {"plan": run.plan, "period": run.period, "batch": run.batch, "digest": run.digest}
            record("run.make", at=now, actor=by.username, target=f"run:{run.pk}", detail=detail)
            telling.to_sign(version, "made", None, now)
    return run, new


def sealed(folder: Path) -> dict[str, str]:
    """SHA-256 of the files that a version stands on."""
    return {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in SEALED if (folder / name).is_file()
    }


def _said(problem: Problem) -> dict[str, str]:
    place = problem.place
    where = f"{Path(place.file).name}:{place.line} " if place.line else ""
    return {"code": problem.code, "zh": where + problem.text("zh"), "en": where + problem.text("en")}
