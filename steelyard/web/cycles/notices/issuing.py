"""The job ``notices``: after publication every notice is printed once, and its digests are kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from steelyard.bureau.runs.saving import whole
from steelyard.engine.problems import CATALOGUE, Problem, Refused, refuse
from steelyard.web.cycles import telling
from steelyard.web.cycles.models import Notice, Version
from steelyard.web.cycles.notices.printing import docx, pdf
from steelyard.web.cycles.notices.wording import Paper, paper
from steelyard.web.jobs.asking import ask
from steelyard.web.jobs.context import Context
from steelyard.web.jobs.kinds import work
from steelyard.web.jobs.models import OPEN, Job
from steelyard.web.people.acting import asks
from steelyard.web.people.asking import Asker
from steelyard.web.people.deciding import Target
from steelyard.web.trail.models import Head
from steelyard.web.trail.recording import record

CATALOGUE.add(
    {
        "notices-printed": (
            "这一版的通知书都已印好，或正在印制；请刷新页面看最新进展",
            "the notices of this version are printed, or are being printed; reload the page",
        ),
        "notice-changed": (
            "{number} 重新印出的{form}与发出时的摘要不同；请停用这份文件，核对运行文件夹和程序版本",
            "{form} of {number} printed again is not what was sent out; do not use it, check the run's folder and the "
            "version of the program",
        ),
    }
)
Form = Literal["pdf", "docx"]
FORMS: Mapping[Form, Callable[[Paper], bytes]] = {"pdf": pdf, "docx": docx}
FOLDER = "notices"
TYPES: Mapping[Form, str] = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@work("notices", "印制通知书", "print notices", partly=True)
def issue(context: Context, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """``version``: whose notices. Those that are printed already are left as they are."""
    version = Version.objects.get(pk=given["version"])
    telling.published(version, timezone.now())
    waiting = list(_notices().filter(version=version, docx=""))
    for done, notice in enumerate(waiting, start=1):
        printed(notice)
        context.progress(
            f"印制 {done}/{len(waiting)}", f"printing {done}/{len(waiting)}", 5 + 90 * done // len(waiting)
        )
    with transaction.atomic():
        record("notices.issue", at=timezone.now(), target=f"version:{version.pk}", detail={"count": len(waiting)})
    return {"version": version.pk, "notices": len(waiting)}


def unprinted(version: Version) -> int:
    """How many of its notices have no digests and wait for nobody: their job failed, or was cancelled."""
    jobs = Job.objects.filter(kind="notices", state__in=OPEN)
    going_on = any(job.given["version"] == version.pk for job in jobs)
    return 0 if going_on else version.notices.filter(docx="").count()


def print_again(run: int, *, by: Asker, now: datetime) -> Job:
    """Asks for the job once more. Raises `Refused`: ``notices-printed``, and what `ask` says."""
    with transaction.atomic():
        version = Version.objects.select_related("run").get(run=run)
        who = asks(by, "notices-print", now, Target(state=version.stage))
        list(Head.objects.select_for_update(no_key=True))  # of two who ask at once, the second sees the first one's job
        if not unprinted(version):
            raise refuse("notices-printed")
        asked = ask("notices", {"version": version.pk}, **who, now=now, about=version.run.folder)
        if isinstance(asked, Problem):
            raise Refused([asked])
    return asked


def _notices() -> Any:
    people = ("version__proposed_by", "version__seconded_by")
    return Notice.objects.select_related("version__run", "version__replaces", *people)


def printed(notice: Notice) -> None:
    """Writes both forms and keeps their digests."""
    said, digests = paper(notice, settings.STEELYARD.name), dict[str, str]()
    for form, make in FORMS.items():
        made = make(said)
        path = _path(notice, form)
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole(path) as temporary:
            temporary.write_bytes(made)
        digests[form] = hashlib.sha256(made).hexdigest()
    Notice.objects.filter(pk=notice.pk, docx="").update(**digests)


def bytes_of(number: int, form: Form) -> bytes:
    """The file as it was sent out, made again where it is gone or altered. Raises `Refused` (``notice-changed``)."""
    notice = _notices().get(pk=number)
    path, digest = _path(notice, form), getattr(notice, form)
    if path.is_file() and hashlib.sha256(found := path.read_bytes()).hexdigest() == digest:
        return found
    made = FORMS[form](paper(notice, settings.STEELYARD.name))
    if digest and hashlib.sha256(made).hexdigest() != digest:
        raise refuse("notice-changed", number=f"〔{notice.year}〕{notice.serial}", form=form.upper())
    return made


def _path(notice: Notice, form: Form) -> Path:
    folder: Path = settings.STEELYARD.media / FOLDER / str(notice.version_id)
    return folder / f"{notice.year}-{notice.serial:05d}.{form}"
