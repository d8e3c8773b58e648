"""The job ``lab``: the indicators of a run looked at as instruments; what it finds is kept beside the run (N6, C11)."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from pydantic import ValidationError

from steelyard.bureau.lab.quality.cards import Lab
from steelyard.bureau.lab.quality.looking import LAB, look
from steelyard.bureau.runs.saving import whole
from steelyard.engine.problems import CATALOGUE, Place, Problem, Refused, refuse
from steelyard.web.cycles.models import Run
from steelyard.web.cycles.runs.comparing import folder_of
from steelyard.web.jobs.asking import ask
from steelyard.web.jobs.context import Context
from steelyard.web.jobs.kinds import work
from steelyard.web.jobs.models import Job, State
from steelyard.web.people.acting import asks
from steelyard.web.people.asking import Asker
from steelyard.web.people.deciding import Target

CATALOGUE.add(
    {
        "lab-altered": (
            "运行 {run} 的指标质量结果被改动或损坏；请勿采信，重新分析一次",
            "what the quality lab kept of run {run} was altered or damaged; do not rely on it, look at the run again",
        ),
    }
)
FILE = "lab.json.gz"


def start(run: Run, *, by: Asker, now: datetime, target: Target, key: str = "") -> Job:
    """Asks for a look at the indicators of a run. Raises `Refused`."""
    with transaction.atomic():
        asked = ask("lab", {"run": run.pk}, **asks(by, "lab-start", now, target), now=now, key=key, about=run.folder)
        if isinstance(asked, Problem):
            raise Refused([asked])
    return asked


@work("lab", "指标质量分析", "look at indicators")
def do(context: Context, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """``run``."""
    run = Run.objects.get(pk=given["run"])
    context.progress("按季度重做这次运行", "doing the run again by its quarters", 5)
    folder, here = folder_of(run), settings.STEELYARD.of_bureau()
    found = look(folder, here.record, lambda zh, en: context.progress(zh, en, 40), here)
    text = LAB.dump_json(found)
    with whole(folder / FILE) as path:
        path.write_bytes(gzip.compress(text, 1, mtime=0))
    return {"run": run.pk, "sha256": hashlib.sha256(text).hexdigest()}


def latest(run: Run) -> Job | None:
    """The look that was asked for last."""
    return Job.objects.filter(kind="lab", given__run=run.pk).order_by("-pk").first()


def kept(run: Run) -> Lab | None:
    """What the last finished look found; None where there was none. Raises `Refused` (``lab-altered``)."""
    done = Job.objects.filter(kind="lab", given__run=run.pk, state=State.DONE).order_by("-pk").first()
    path = folder_of(run) / FILE
    return _read(path, str(done.came_to["sha256"])) if done is not None and path.is_file() else None


@lru_cache(maxsize=8)
def _read(path: Path, digest: str) -> Lab:
    try:
        text = gzip.decompress(path.read_bytes())
        if hashlib.sha256(text).hexdigest() != digest:
            raise ValueError
        return LAB.validate_json(text)
    except (OSError, EOFError, ValueError, zlib.error, ValidationError):
        raise refuse("lab-altered", Place(str(path)), run=path.parent.name) from None
