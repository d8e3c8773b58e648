"""The job ``health``: the health checks of everybody in a version, printed, verified by the second program, packed.

A set of which one sentence is not supported is not handed out: the job fails with what the verifier says.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from steelyard.bureau.asking.recounting import verifier
from steelyard.bureau.health.making import Checks
from steelyard.bureau.health.writing import Order, checks_of, found, write_checks
from steelyard.bureau.runs.saving import UNFINISHED
from steelyard.bureau.views.reading import views_of
from steelyard.engine.problems import CATALOGUE, Problem, Refused, refuse
from steelyard.web.checkups.records import beside
from steelyard.web.cycles.models import Version
from steelyard.web.cycles.runs.comparing import folder_of
from steelyard.web.jobs.asking import ask
from steelyard.web.jobs.context import Context
from steelyard.web.jobs.kinds import work
from steelyard.web.jobs.models import OPEN, Job, State
from steelyard.web.people.acting import asks
from steelyard.web.people.asking import Asker
from steelyard.web.people.deciding import Target

CATALOGUE.add(
    {
        "health-unsupported": (
            "体检报告没有通过独立复核，一份也不发出（{said}）；请保留运行文件夹并报告这个问题",
            "the health checks did not pass the independent verifier and none is handed out ({said}); keep the run's "
            "folder and report it",
        ),
    }
)
FOLDER, PATIENCE = "health", 1800


def start(version: Version, *, by: Asker, now: datetime, key: str = "") -> Job:
    """Asks for the health checks of everybody. Raises `Refused`."""
    target = Target(state=version.stage)
    with transaction.atomic():
        who = asks(by, "health-make", now, target)
        asked = ask("health", {"version": version.pk}, **who, now=now, key=key, about=version.run.folder)
        if isinstance(asked, Problem):
            raise Refused([asked])
    return asked


@work("health", "体检报告", "health checks")
def do(context: Context, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """``version``."""
    version = Version.objects.select_related("run", "replaces__run").get(pk=given["version"])
    run, folder = folder_of(version.run), _cleared(context.job) / f"{version.pk}"
    codes = found(run, ())
    order = Order(run, folder, ("html", "pdf", "docx"), "zh", beside(version, codes))
    context.progress(f"开始写 {len(codes)} 份", f"writing {len(codes)}", 5)
    write_checks(order, codes, progress=lambda zh, en: context.progress(zh, en, 40))
    context.progress("逐句复核", "verifying every sentence", 75)
    verified(run, folder)
    os.replace(_packed(folder), _home() / f"{version.pk}.zip")
    shutil.rmtree(folder.parent)
    return {"version": version.pk, "reports": len(codes)}


def verified(run: Path, folder: Path) -> None:
    """Asks the second program. Raises `Refused` (``health-unsupported``)."""
    program = verifier().with_name("health.py")
    asked = [sys.executable, "-I", str(program), str(run), str(folder)]
    answer = subprocess.run(asked, capture_output=True, text=True, timeout=PATIENCE, check=False)
    if answer.returncode:
        raise refuse("health-unsupported", said=(answer.stdout or answer.stderr)[:300])


def _packed(folder: Path) -> Path:
    """Everything that was made in one file; what is printed is packed already."""
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in sorted(folder.iterdir()):
            archive.write(one, one.name)
    return path


def _called(job: object) -> str:
    return f"job-{job}{UNFINISHED}"


def _cleared(job: int) -> Path:
    """An empty folder for this job. What killed workers left of this one, and of those that are over, is taken away."""
    home = _home()
    home.mkdir(parents=True, exist_ok=True)
    others = Job.objects.filter(kind="health", state__in=OPEN).exclude(pk=job)
    working = {_called(pk) for pk in others.values_list("pk", flat=True)}
    for left in home.glob(_called("*")):
        if left.name not in working:
            shutil.rmtree(left, ignore_errors=True)
    mine = home / _called(job)
    mine.mkdir()
    return mine


def _home() -> Path:
    home: Path = settings.STEELYARD.media
    return home / FOLDER


def latest(version: Version) -> Job | None:
    """The set that was asked for last."""
    return Job.objects.filter(kind="health", given__version=version.pk).order_by("-pk").first()


def packed(version: Version) -> Path | None:
    """The last set that was made and verified; None where there is none."""
    path = _home() / f"{version.pk}.zip"
    done = Job.objects.filter(kind="health", given__version=version.pk, state=State.DONE).exists()
    return path if done and path.is_file() else None


def checks(version: Version) -> Checks:
    """Of any unit at once; what the units of a run share stays in memory for the latest runs."""
    folder = folder_of(version.run)
    return _checks(folder, views_of(folder).folder.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _checks(folder: Path, _: int) -> Checks:
    return checks_of(folder)
