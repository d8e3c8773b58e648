"""What one more case costs is worked out by a worker once a version is published, and prompts tell it."""

from __future__ import annotations

from decimal import Decimal

from django.utils import timezone

from steelyard.web.cycles.models import Stage, Version
from steelyard.web.jobs.claiming import claim
from steelyard.web.jobs.doing import perform
from steelyard.web.jobs.models import Job, State
from steelyard.web.prompts.models import AtStake, Staked
from steelyard.web.prompts.staking import ended, newest
from tests.web.pages.results.conftest import Site


def test_the_newest_published_version_says_what_is_at_stake_for_every_unit(site: Site) -> None:
    for _ in range(2):
        newest(timezone.now())
    job = claim("test", timezone.now())
    assert job is not None
    perform(job.pk, job.attempts)
    job.refresh_from_db()
    assert job.state == State.DONE, job.problems
    assert claim("test", timezone.now()) is None, "asked for once, however often a worker looks"
    staked = ended()
    assert staked is not None
    assert staked.version_id == site.version
    rows = AtStake.objects.filter(staked=staked)
    assert set(rows.values_list("unit", flat=True)) >= {line.code for line in site.views.overview.units}
    for row in rows:
        assert Decimal(row.points) > 0
        assert row.cases > 0
    newest(timezone.now())
    assert not Job.objects.filter(state=State.WAITING).exists()


def test_of_a_plan_only_the_newest_is_kept_and_a_withdrawn_one_is_not_asked_for(site: Site) -> None:
    Staked.objects.create(version_id=site.version, at=timezone.now())
    newest(timezone.now())
    assert not Job.objects.exists()
    Version.objects.filter(pk=site.version).update(stage=Stage.WITHDRAWN)
    Staked.objects.all().delete()
    newest(timezone.now())
    assert not Job.objects.exists()
