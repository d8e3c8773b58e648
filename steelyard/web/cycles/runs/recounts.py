"""The job ``recount``: cells of a run drawn by a public seed and weighed again by the independent verifier (C46)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from steelyard.bureau.asking.recounting import recount
from steelyard.engine.problems import CATALOGUE, Problem, Refused, refuse
from steelyard.web.cycles.models import Recounted, Run
from steelyard.web.cycles.runs.comparing import folder_of
from steelyard.web.jobs.asking import ask
from steelyard.web.jobs.context import Context
from steelyard.web.jobs.kinds import work
from steelyard.web.jobs.models import Job
from steelyard.web.library import rules
from steelyard.web.people.acting import asks
from steelyard.web.people.asking import Asker
from steelyard.web.people.models import Account
from steelyard.web.trail.recording import record

CATALOGUE.add(
    {
        "recount-seed": (
            "请填写公开的种子（1 至 200 个字），如当天的开奖号码或收盘指数；结果定下之后才公布的数，谁都不能事先挑选",
            "state a public seed (1 to 200 signs), such as today's lottery numbers: nobody can have chosen a number "
            "that was made public after the results",
        ),
    }
)


def start(run: Run, seed: str, sample: int | None, *, by: Asker, now: datetime, key: str = "") -> Job:
    """Asks for a recount. Raises `Refused`."""
    seed = seed.strip()
    if not 0 < len(seed) <= 200:
        raise refuse("recount-seed")
    given = {"run": run.pk, "seed": seed, "sample": sample}
    with transaction.atomic():
        who = asks(by, "recount-start", now)
        asked = ask("recount", given, **who, now=now, key=key, about=f"{run.folder} {seed}")
        if isinstance(asked, Problem):
            raise Refused([asked])
    return asked


@work("recount", "抽样复核", "sampled recount")
def draw(context: Context, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """``run``, ``seed``, ``sample`` (null: as many as the default asks for)."""
    run = Run.objects.get(pk=given["run"])
    context.progress("重放运行", "repeating the run", 5)
    bureau = rules.bureau()

    def tell(zh: str, en: str) -> None:
        done = zh.rpartition(" ")[2].split("/")
        weighed = len(done) == 2 and all(one.isdigit() for one in done)
        context.progress(zh, en, 40 + 55 * int(done[0]) // max(1, int(done[1])) if weighed else 20)

    found = recount(folder_of(run), bureau.record, given["sample"], given["seed"], tell)
    job, by, now = Job.objects.get(pk=context.job), Account.objects.get(username=context.asked_by), timezone.now()
    with transaction.atomic():
        made, new = Recounted.objects.get_or_create(
            job=job,
            defaults={
                "run": run, "seed": found.seed, "size": found.size, "drawn": len(found.drawn), "by": by, "at": now,
                "wrong": [asdict(one) for one in found.wrong],
                "low": f"{found.finding.low:.6f}", "high": f"{found.finding.high:.6f}",
            },
        )  # fmt: skip
        if new:
            detail = {"seed": found.seed, "drawn": len(found.drawn), "of": found.size, "wrong": len(found.wrong)}
            record("run.recount", at=now, actor=by.username, target=f"run:{run.pk}", detail=detail)
    return {"run": run.pk, "recount": made.pk, "wrong": len(found.wrong)}
