"""佐证: files that show what was done, kept as they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from steelyard.engine.problems import Place, Refused, refuse
from steelyard.reports.sheet import Words
from steelyard.web.cycles.data.evidence import kept, unfit
from steelyard.web.people.acting import allowed, hold
from steelyard.web.people.models import Account
from steelyard.web.tasks.models import Evidence, State
from steelyard.web.tasks.moving import locked
from steelyard.web.trail.recording import record

LONGEST = 500
ABOUT = Words("佐证说明", "what it shows")


def show(
    number: int, file: UploadedFile[bytes], about: str, *, by: Account, now: datetime, media: Path
) -> Evidence:  # fmt: skip
    """Raises `Refused` with all that is wrong; then no file is left."""
    about, name = about.strip(), Path(str(file.name)).name[-200:]
    if not 2 <= len(about) <= LONGEST:
        raise refuse("task-text", Place("about"), name=ABOUT, least=2, most=LONGEST)
    if problems := list(unfit(file, name)):
        raise Refused(problems)
    stored = f"tasks/{now:%Y/%m}/{uuid4().hex}{Path(name).suffix.lower()}"
    digest = kept(file, media / stored)
    try:
        with transaction.atomic():
            (by,) = hold(by)
            task = locked(number)
            said = allowed("task-show", by, now, replace(task.target, state=State.WORKING.value))
            if task.state != State.WORKING:
                raise refuse("task-over", title=task.title, state=State(task.state), move=ABOUT)
            found = Evidence.objects.create(
                task=task, stored=stored, name=name, about=about, size=file.size or 0, digest=digest, by=by, at=now
            )
            record("task-show", at=now, target=f"task:{number}", detail={"digest": digest, "name": name}, **said)
    except BaseException:
        (media / stored).unlink(missing_ok=True)
        raise
    return found
