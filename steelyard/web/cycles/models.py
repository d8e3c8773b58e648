"""Files that arrived, runs, the versions that are made of them, who signed what, and the notices that went out."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from steelyard.web.jobs.models import Job
from steelyard.web.look.choosing import Choices
from steelyard.web.people.models import Account
from steelyard.web.people.roles import Role


class Source(models.TextChoices):
    UPLOAD = "upload", "上传"
    WATCHED = "watched", "收件文件夹"
    DATABASE = "database", "数据库"
    API = "api", "接口"


class Arrival(models.TextChoices):
    WAITING = "waiting", "待装载"
    LOADED = "loaded", "已装载"
    REFUSED = "refused", "整份未收"


class Delivery(models.Model):
    """A file that somebody brought, or a table that was fetched. ``stored``: our own name for it below media.

    ``reports``: what became of it, one entry a table: batch, whether it was new, and problems in both languages.
    ``mark``: size and time of a file in the watched folder, so that nobody takes it twice.
    """

    source = models.CharField(max_length=10, choices=Source.choices)
    name = models.CharField(max_length=255)
    stored = models.CharField(max_length=120, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    by = models.CharField(max_length=150, blank=True)
    at = models.DateTimeField()
    job = models.ForeignKey(Job, models.PROTECT, null=True, related_name="deliveries")
    state = models.CharField(max_length=10, choices=Arrival.choices, default=Arrival.WAITING, db_index=True)
    reports = models.JSONField(default=list)
    mark = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("source", "name", "mark"), condition=~Q(mark=""), name="one_delivery_a_file"
            ),
        )


class Loaded(models.Model):
    """A batch of the record as the ledger has it, so that lists need not read the ledger. ``first``, ``last``: days of
    its rows; ``late``: rows that became known too long after their quarter; ``grade``: see `data.grading`."""

    number = models.PositiveIntegerField(primary_key=True)
    table = models.CharField(max_length=100, db_index=True)
    table_name = models.CharField(max_length=200)
    file = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    known_at = models.DateTimeField(db_index=True)
    rows = models.PositiveBigIntegerField()
    accepted = models.PositiveBigIntegerField()
    rejected = models.PositiveBigIntegerField()
    skipped = models.PositiveBigIntegerField()
    stored = models.PositiveBigIntegerField()
    unchanged = models.PositiveBigIntegerField()
    revised = models.PositiveBigIntegerField()
    late = models.PositiveBigIntegerField()
    first = models.DateField(null=True)
    last = models.DateField(null=True)
    grade = models.CharField(max_length=1, db_index=True)


class Run(models.Model):
    """A run of the bureau that stands in ``runs/``. ``folder``: its name there; ``batch``: the last batch of facts that
    it knows; ``discarded``: why nobody will publish it, empty while somebody may. Every run stays listed.

    ``warnings``: what the check of the rules questioned; ``files``: SHA-256 of the files that were published from it.
    """

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
    warnings = models.JSONField(default=list)
    files = models.JSONField(default=dict)


class Stage(Choices):
    PREVIEW = "preview", "预览"
    SCORED = "scored", "考评部门已确认"
    CHECKED = "checked", "绩效办已复核"
    RULED = "ruled", "委员会已审议"
    PUBLISHED = "published", "已公布"
    REPLACED = "replaced", "已被更正"
    WITHDRAWN = "withdrawn", "已作废"


PUBLIC = (Stage.PUBLISHED, Stage.REPLACED)
"""Stages that a version has been published to reach; what it says stays readable."""


class Version(models.Model):
    """What was or will be published of a run. ``number`` counts within plan and period and is given on publication.

    A correction ``replaces`` the published version and says why; one person proposes it, another seconds it.
    Published content never changes: it is the run's folder, sealed by its digest.
    """

    run = models.ForeignKey(Run, models.PROTECT, related_name="versions")
    plan = models.CharField(max_length=100)
    period = models.CharField(max_length=20)
    number = models.PositiveSmallIntegerField(null=True, blank=True)
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.PREVIEW, db_index=True)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    reason = models.CharField(max_length=500, blank=True)
    proposed_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    seconded_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("plan", "period", "number"), name="one_version_a_number"),
            models.UniqueConstraint(
                fields=("plan", "period"), condition=Q(stage=Stage.PUBLISHED), name="one_version_in_force"
            ),
            models.CheckConstraint(
                condition=Q(replaces=None) | (~Q(reason="") & Q(proposed_by__isnull=False)), name="correction_says_why"
            ),
            models.CheckConstraint(
                condition=Q(seconded_by=None) | ~Q(seconded_by=F("proposed_by")), name="two_persons_correct"
            ),
            models.CheckConstraint(
                condition=~Q(stage__in=PUBLIC) | (Q(number__isnull=False) & Q(published_at__isnull=False)),
                name="published_with_number_and_time",
            ),
        )

    @property
    def public(self) -> bool:
        return self.stage in PUBLIC


class Signature(models.Model):
    """One of the four rights used on a version. One person never signs a version twice; what was signed before a
    version was sent back is void and stays to be seen."""

    version = models.ForeignKey(Version, models.PROTECT, related_name="signatures")
    right = models.CharField(max_length=20, choices=Role.choices)
    account = models.ForeignKey(Account, models.PROTECT)
    at = models.DateTimeField()
    remark = models.CharField(max_length=500, blank=True)
    void_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("version", "account"), condition=Q(void_at=None), name="one_signature_a_person"
            ),
            models.UniqueConstraint(
                fields=("version", "right"), condition=Q(void_at=None), name="one_signature_a_right"
            ),
        )


class Recounted(models.Model):
    """抽样复核 of a run: the public seed, how many cells of how many were weighed again, which were wrong.

    ``low``, ``high``: bounds of the share of wrong cells, as text of a ratio.
    """

    run = models.ForeignKey(Run, models.PROTECT, related_name="recounts")
    job = models.OneToOneField(Job, models.PROTECT, null=True)
    seed = models.CharField(max_length=200)
    size = models.PositiveIntegerField()
    drawn = models.PositiveIntegerField()
    wrong = models.JSONField(default=list)
    low = models.CharField(max_length=30)
    high = models.CharField(max_length=30)
    by = models.ForeignKey(Account, models.PROTECT)
    at = models.DateTimeField()

    class Meta:
        ordering = ("-at", "-pk")

    @property
    def low_share(self) -> Decimal:
        return Decimal(self.low)

    @property
    def high_share(self) -> Decimal:
        return Decimal(self.high)


class NoticeKind(models.TextChoices):
    BULLETIN = "bulletin", "通报"
    LETTER = "letter", "通知书"


class Notice(models.Model):
    """通报 of a version, or 通知书 to one of its units: its number, and the digests of its files once they are made."""

    version = models.ForeignKey(Version, models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=10, choices=NoticeKind.choices)
    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    unit = models.CharField(max_length=40, blank=True)
    unit_name = models.CharField(max_length=200, blank=True)
    class_name = models.CharField(max_length=100, blank=True)
    place = models.PositiveIntegerField(null=True)
    pdf = models.CharField(max_length=64, blank=True)
    docx = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ("year", "serial")
        constraints = (
            models.UniqueConstraint(fields=("year", "serial"), name="one_notice_a_number"),
            models.UniqueConstraint(fields=("version", "kind", "unit"), name="one_notice_a_unit"),
        )
