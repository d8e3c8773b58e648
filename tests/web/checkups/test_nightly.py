"""C80: every night a health check for each unit, once a night, whoever asks and whoever is killed on the way."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
import zipfile
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.utils import timezone

from steelyard.web.checkups.nightly import nightly, tonight
from steelyard.web.cycles.models import Stage, Version
from steelyard.web.jobs.claiming import claim
from steelyard.web.jobs.doing import perform
from steelyard.web.jobs.models import Job, State
from tests.web.pages.results.conftest import Site
from tests.web.pages.results.conftest import site as site

pytestmark = pytest.mark.xdist_group("province")
NIGHT = datetime(2027, 3, 2, 2, 10, tzinfo=ZoneInfo("Asia/Shanghai"))


def asked() -> list[Job]:
    return list(Job.objects.filter(kind="health").order_by("pk"))


def test_every_night_is_asked_for_once_and_only_at_night(site: Site) -> None:
    nightly(NIGHT.replace(hour=14))
    assert asked() == []
    for _ in range(3):
        nightly(NIGHT)
    nightly(NIGHT + timedelta(hours=2))
    night = [job.given["version"] for job in asked()]
    assert night == [one.pk for one in tonight()]
    assert site.version in night
    nightly(NIGHT + timedelta(days=1))
    assert len(asked()) == 2 * len(night)


def test_of_a_plan_the_version_in_force_and_a_later_preview_are_made(site: Site) -> None:
    shown, preview = Version.objects.get(pk=site.version), Version.objects.get(pk=site.preview)
    Version.objects.filter(pk=preview.pk).update(plan=shown.plan, period="2026-11")
    wanted = {shown.pk} if shown.period >= "2026-11" else {shown.pk, preview.pk}
    assert {one.pk for one in tonight()} == wanted
    Version.objects.filter(pk=preview.pk).update(period="2027")
    assert {one.pk for one in tonight()} == {shown.pk, preview.pk}
    Version.objects.filter(pk=preview.pk).update(stage=Stage.WITHDRAWN)
    assert {one.pk for one in tonight()} == {shown.pk}


def done(job: Job) -> list[str]:
    """What is in the packed set once this job was done by the next worker."""
    taken = claim("next", timezone.now() + timedelta(minutes=5))
    assert taken is not None
    assert taken.pk == job.pk
    perform(taken.pk, taken.attempts)
    taken.refresh_from_db()
    assert (taken.state, taken.problems) == (State.DONE, [])
    with zipfile.ZipFile(settings.STEELYARD.media / "health" / f"{job.given['version']}.zip") as packed:
        return packed.namelist()


def killed(run: Path, folder: Path) -> None:
    """A process that writes the checks of this run is killed on its way."""
    program = (
        "import sys; from pathlib import Path\n"
        "from steelyard.bureau.health.writing import Order, found, write_checks\n"
        "run, folder = map(Path, sys.argv[1:])\n"
        "write_checks(Order(run, folder, ('html',), 'zh'), found(run, ()))\n"
    )
    writer = subprocess.Popen([sys.executable, "-c", program, str(run), str(folder)])
    while not any(folder.parent.glob("*/*.html")):
        assert writer.poll() is None, "it was over before it could be killed"
        time.sleep(0.01)
    writer.send_signal(signal.SIGKILL)
    writer.wait()


def test_what_a_killed_worker_left_is_taken_away_and_the_next_one_makes_all(site: Site) -> None:
    Version.objects.exclude(pk=site.version).update(stage=Stage.WITHDRAWN)
    nightly(NIGHT)
    (job,) = asked()
    claim("killed", timezone.now())
    home = settings.STEELYARD.media / "health"
    for name in (f"job-{job.pk}.writing", "job-999.writing"):
        (home / name).mkdir(parents=True)
    killed(site.folder, home / f"job-{job.pk}.writing" / f"{site.version}")
    names = done(job)
    assert len(names) == len(set(names)) == 4 * len(site.views.lines) + 1, "document, page, PDF, DOCX; the records"
    assert [one.name for one in home.iterdir()] == [f"{site.version}.zip"]
    assert asked() == [job], "nothing was asked for twice"
