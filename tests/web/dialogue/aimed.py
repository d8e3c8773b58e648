"""What the permission matrix asks for of appeals and evidence: one at every stage, of the unit A1."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from steelyard.web.cycles.models import Stage as VersionStage
from steelyard.web.cycles.models import Version
from steelyard.web.dialogue.models import Appeal, Stage
from steelyard.web.dialogue.moving import WAYS
from steelyard.web.dialogue.saying import Number, show
from steelyard.web.people.deciding import Target
from tests.web.dialogue.office import version
from tests.web.people.targets import ABSENT, Aimed, target
from tests.web.people.world import account, unit


def _version() -> Version:
    return Version.objects.filter(plan="all").first() or version(account("somebody"))


@target("appeal", "appeal-files", "appeal-preview", *(f"appeal-{way.name}" for way in WAYS))
def appeals() -> list[Aimed]:
    now, found = timezone.now(), []
    for stage in Stage:
        at = Number(_version(), unit("A1"), f"of-{stage}", "1.00")
        made = Appeal.objects.create(
            **at.fields, claim="更正", stage=stage, filed_by=account("somebody"), filed_at=now,
            due=(now + timedelta(days=9)).date(),
        )  # fmt: skip
        found.append(Aimed({"pk": made.pk}, Target(path=made.unit.path, state=str(stage)), {"pk": ABSENT}))
    return found


@target("evidence-file", "evidence-withdraw", "evidence-grade")
def evidence() -> list[Aimed]:
    """Hanging on what is published, and on a preview."""
    found = []
    for stage in (VersionStage.PUBLISHED, VersionStage.REPLACED):
        Version.objects.filter(pk=_version().pk).update(stage=stage)
        at = Number(Version.objects.get(pk=_version().pk), unit("A1"), "done", "1.00")
        file = SimpleUploadedFile("a.txt", b"x")
        media = settings.STEELYARD.media
        made = show(at, file, "说明", "own", by=account("somebody"), now=timezone.now(), media=media)
        found.append(Aimed({"pk": made.pk}, Target(path=made.unit.path, state=str(stage)), {"pk": ABSENT}))
    return found[-1:]
