"""更正预演: what the files of an appeal would change for everybody, worked out before anyone rules (N22)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from shutil import copyfile
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from steelyard.bureau.asking.comparing import Moved
from steelyard.bureau.asking.correcting import Preview, preview
from steelyard.bureau.people.moved import PersonMoved
from steelyard.bureau.showing import decimal
from steelyard.engine.problems import CATALOGUE, Refused, refuse
from steelyard.engine.proof.canonical import Plain
from steelyard.lake.intake import Refusal
from steelyard.lake.scratch import beside
from steelyard.reports.sheet import Words
from steelyard.web.dialogue.appealing import held_by
from steelyard.web.dialogue.models import OPEN, Appeal, Evidence, Stage
from steelyard.web.jobs.asking import ask
from steelyard.web.jobs.context import Context
from steelyard.web.jobs.kinds import work
from steelyard.web.jobs.models import Job
from steelyard.web.library import rules
from steelyard.web.people.acting import allowed
from steelyard.web.people.models import Account
from steelyard.web.trail.recording import record

CATALOGUE.add(
    {
        "appeal-no-files": (
            "请先选定更正用的文件（按数据声明的格式，如同来源系统重新导出）",
            "choose the files that correct the records first (as the source system would export them again)",
        ),
        "appeal-files-changed": (
            "预演期间更换了更正材料，这次预演作废；请重新预演",
            "the files were changed while the preview ran, so that it does not count; preview again",
        ),
    }
)

KIND = "appeal-preview"
PLACES = 12
"""The most decimals that a book may round points to: a preview has all of them."""


def ask_preview(appeal: Appeal, *, by: Account, now: datetime) -> Job:
    """Raises `Refused`: ``appeal-no-files``, ``appeal-move``, ``act-not-allowed``, or why no job can be asked for."""
    with transaction.atomic():
        held, by = held_by(appeal, by)
        if held.stage not in OPEN:
            raise refuse("appeal-move", stage=Stage(held.stage), move=Words("预演", "look ahead"))
        said = allowed("appeal-preview", by, now, held.target)
        digests = [one.digest for one in held.files.order_by("pk")]
        if not digests:
            raise refuse("appeal-no-files")
        given = {"appeal": held.pk, "files": digests, "at": timezone.localtime(now).replace(tzinfo=None).isoformat()}
        who = {"by": said["actor"], "role": said["role"], "behalf": said["behalf"]}
        job = ask(KIND, given, **who, now=now, about=f"申诉 {held.pk}")
        if not isinstance(job, Job):
            raise Refused([job])
    return job


def latest(appeal: Appeal) -> Job | None:
    """The preview that was asked for last: it may be on its way, or have failed with reasons."""
    return Job.objects.filter(kind=KIND, given__appeal=appeal.pk).order_by("-pk").first()


@work(KIND, "更正预演", "preview of a correction")
def look_ahead(context: Context, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Leaves its digest with the appeal, unless the files have been changed or the committee has ruled meanwhile."""
    appeal = Appeal.objects.select_related("version__run").get(pk=given["appeal"])
    bureau = rules.bureau()
    files = list(appeal.files.order_by("pk"))
    with beside(bureau.record, "appeal") as folder:
        named = [_named(one, folder) for one in files]
        run = bureau.runs / appeal.version.run.folder
        found = preview(
            run, bureau.record, named, datetime.fromisoformat(given["at"]), context.progress, person=appeal.person
        )
    if found.refused:
        raise Refused([p for one in found.loaded if isinstance(one, Refusal) for p in one.problems])
    _leave(appeal, found, [one.digest for one in files], context)
    came_to = {"digest": found.digest, "since": found.since, "moved": rows(found.moved), "alone": rows(found.alone)}
    return {**came_to, "person": [_account(one) for one in found.person]} if appeal.person else came_to


def _account(one: PersonMoved) -> dict[str, Any]:
    """The account that the appeal is about; of all others only how many change."""
    return {
        "plan": one.plan, "period": one.period, "totals": [_points(total) for total in one.totals],
        "gain": _points(one.gain), "places": list(one.places), "sizes": list(one.sizes), "grades": list(one.grades),
        "others": one.others,
        "entries": [{"unit": line.unit, "indicator": line.indicator, "name": line.name,
                     "points": [_points(points) for points in line.points]} for line in one.entries],
    }  # fmt: skip


def _named(evidence: Evidence, folder: Path) -> Path:
    """Declarations know files by their names, so each gets back the one that it was handed in under."""
    target = folder / str(evidence.pk) / evidence.name
    target.parent.mkdir()
    copyfile(settings.STEELYARD.media / evidence.stored, target)
    return target


def _leave(appeal: Appeal, found: Preview, digests: Sequence[str], context: Context) -> None:
    with transaction.atomic():
        held = Appeal.objects.select_for_update(no_key=True).get(pk=appeal.pk)
        if held.stage not in OPEN:  # what was ruled on stays what it was
            raise refuse("appeal-move", stage=Stage(held.stage), move=Words("预演", "look ahead"))
        if [one.digest for one in held.files.order_by("pk")] != list(digests):
            raise refuse("appeal-files-changed")
        held.digest, held.preview_id = found.digest, context.job
        held.save(update_fields=["digest", "preview"])
        detail: dict[str, Plain] = {"digest": found.digest, "moved": sum(one.moved for one in found.moved)}
        target = f"appeal:{held.pk}"
        record("appeal-previewed", at=timezone.now(), actor=context.asked_by, target=target, detail=detail)


def rows(moved: Sequence[Moved[Fraction]]) -> list[dict[str, Any]]:
    """Those for whom anything changes, as JSON has it: points as decimal text, places as numbers."""
    return [
        {
            "unit": one.unit, "name": one.name, "class": one.class_name, "period": one.period,
            "totals": [_points(total) for total in one.totals], "gain": _points(Fraction(one.gain)),
            "places": list(one.places), "entered": list(one.entered), "left": list(one.left),
        }
        for one in moved
        if one.moved
    ]  # fmt: skip


def _points(value: Fraction | None) -> str | None:
    return None if value is None else str(decimal(value, PLACES))
