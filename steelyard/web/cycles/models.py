"""Runs, the versions that are made of them, and who signed what."""

from __future__ import annotations

from django.db import models

from steelyard.web.jobs.models import Job
from steelyard.web.people.models import Account
from steelyard.web.people.roles import Role


class Run(models.Model):
    """A run of the bureau that stands in ``runs/``. ``folder``: its name there; ``batch``: the last batch of facts that
    it knows; ``discarded``: why nobody will publish it, empty while somebody may. Every run stays listed."""

    folder = models.CharField(max_length=200, unique=True)
    plan = models.CharField(max_length=100)
    plan_name = models.CharField(max_length=200)
    period = models.CharField(max_length=20)
    batch = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    root = models.CharField(max_length=64)
    job = models.ForeignKey(Job, models.PROTECT, null=True, blank=True)
    made_by = models.ForeignKey(Account, models.PROTECT)
    made_at = models.DateTimeField()
    discarded = models.CharField(max_length=300, blank=True)


class Stage(models.TextChoices):
    PREVIEW = "preview", "预览"
    SCORED = "scored", "考评部门已确认"
    CHECKED = "checked", "绩效办已复核"
    RULED = "ruled", "委员会已审议"
    PUBLISHED = "published", "已公布"
    REPLACED = "replaced", "已被更正"
    WITHDRAWN = "withdrawn", "已撤回"


class Version(models.Model):
    """What was or will be published of a run. ``number`` counts within plan and period; a correction ``replaces`` the
    version before and says why. Published content never changes: it is the run's folder, sealed by its digest."""

    run = models.ForeignKey(Run, models.PROTECT, related_name="versions")
    plan = models.CharField(max_length=100)
    period = models.CharField(max_length=20)
    number = models.PositiveSmallIntegerField()
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.PREVIEW)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    reason = models.CharField(max_length=500, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("plan", "period", "number"), name="one_version_a_number"),)


class Signature(models.Model):
    """One of the four rights used on a version. One person never signs a version twice."""

    version = models.ForeignKey(Version, models.PROTECT, related_name="signatures")
    right = models.CharField(max_length=20, choices=Role.choices)
    account = models.ForeignKey(Account, models.PROTECT)
    at = models.DateTimeField()
    remark = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("version", "account"), name="one_signature_a_person"),
            models.UniqueConstraint(fields=("version", "right"), name="one_signature_a_right"),
        )
