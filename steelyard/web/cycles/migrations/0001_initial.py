import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("jobs", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Loaded",
            fields=[
                ("number", models.PositiveIntegerField(primary_key=True, serialize=False)),
                ("table", models.CharField(db_index=True, max_length=100)),
                ("table_name", models.CharField(max_length=200)),
                ("file", models.CharField(max_length=255)),
                ("sha256", models.CharField(max_length=64)),
                ("known_at", models.DateTimeField(db_index=True)),
                ("rows", models.PositiveBigIntegerField()),
                ("accepted", models.PositiveBigIntegerField()),
                ("rejected", models.PositiveBigIntegerField()),
                ("skipped", models.PositiveBigIntegerField()),
                ("stored", models.PositiveBigIntegerField()),
                ("unchanged", models.PositiveBigIntegerField()),
                ("revised", models.PositiveBigIntegerField()),
                ("late", models.PositiveBigIntegerField()),
                ("first", models.DateField(null=True)),
                ("last", models.DateField(null=True)),
                ("grade", models.CharField(db_index=True, max_length=1)),
            ],
        ),
        migrations.CreateModel(
            name="Run",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("folder", models.CharField(max_length=200, unique=True)),
                ("plan", models.CharField(max_length=100)),
                ("plan_name", models.CharField(max_length=200)),
                ("period", models.CharField(max_length=20)),
                ("batch", models.PositiveIntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("root", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField()),
                ("discarded", models.CharField(blank=True, max_length=300)),
                ("warnings", models.JSONField(default=list)),
                ("files", models.JSONField(default=dict)),
                (
                    "job",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to="jobs.job"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Recounted",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seed", models.CharField(max_length=200)),
                ("size", models.PositiveIntegerField()),
                ("drawn", models.PositiveIntegerField()),
                ("wrong", models.JSONField(default=list)),
                ("low", models.CharField(max_length=30)),
                ("high", models.CharField(max_length=30)),
                ("at", models.DateTimeField()),
                ("by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
                ("job", models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, to="jobs.job")),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="recounts", to="cycles.run"
                    ),
                ),
            ],
            options={
                "ordering": ("-at", "-pk"),
            },
        ),
        migrations.CreateModel(
            name="Version",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("plan", models.CharField(max_length=100)),
                ("period", models.CharField(max_length=20)),
                ("number", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("preview", "预览"),
                            ("scored", "考评部门已确认"),
                            ("checked", "绩效办已复核"),
                            ("ruled", "委员会已审议"),
                            ("published", "已公布"),
                            ("replaced", "已被更正"),
                            ("withdrawn", "已作废"),
                        ],
                        db_index=True,
                        default="preview",
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                (
                    "proposed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "replaces",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="cycles.version",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="cycles.run"
                    ),
                ),
                (
                    "seconded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Signature",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "right",
                    models.CharField(
                        choices=[
                            ("office", "绩效办"),
                            ("assessor", "考评部门"),
                            ("committee", "考评委员会"),
                            ("group", "领导小组"),
                            ("unit", "被考评单位"),
                            ("officer", "税务干部"),
                            ("leader", "领导"),
                            ("auditor", "审计"),
                            ("system", "系统管理员"),
                            ("security", "安全管理员"),
                            ("records", "审计管理员"),
                            ("integration", "系统集成"),
                        ],
                        max_length=20,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("remark", models.CharField(blank=True, max_length=500)),
                ("void_at", models.DateTimeField(blank=True, null=True)),
                (
                    "account",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="signatures", to="cycles.version"
                    ),
                ),
            ],
            options={
                "ordering": ("at", "pk"),
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("bulletin", "通报"), ("letter", "通知书")], max_length=10)),
                ("year", models.PositiveSmallIntegerField()),
                ("serial", models.PositiveIntegerField()),
                ("unit", models.CharField(blank=True, max_length=40)),
                ("unit_name", models.CharField(blank=True, max_length=200)),
                ("class_name", models.CharField(blank=True, max_length=100)),
                ("place", models.PositiveIntegerField(null=True)),
                ("pdf", models.CharField(blank=True, max_length=64)),
                ("docx", models.CharField(blank=True, max_length=64)),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="notices", to="cycles.version"
                    ),
                ),
            ],
            options={
                "ordering": ("year", "serial"),
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("upload", "上传"),
                            ("watched", "收件文件夹"),
                            ("database", "数据库"),
                            ("api", "接口"),
                        ],
                        max_length=10,
                    ),
                ),
                ("name", models.CharField(max_length=255)),
                ("stored", models.CharField(blank=True, max_length=120)),
                ("size", models.PositiveBigIntegerField(default=0)),
                ("sha256", models.CharField(blank=True, db_index=True, max_length=64)),
                ("by", models.CharField(blank=True, max_length=150)),
                ("at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "待装载"), ("loaded", "已装载"), ("refused", "整份未收")],
                        db_index=True,
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("reports", models.JSONField(default=list)),
                ("mark", models.CharField(blank=True, max_length=60)),
                (
                    "job",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="deliveries", to="jobs.job"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("mark", ""), _negated=True),
                        fields=("source", "name", "mark"),
                        name="one_delivery_a_file",
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.UniqueConstraint(fields=("plan", "period", "number"), name="one_version_a_number"),
        ),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.UniqueConstraint(
                condition=models.Q(("stage", "published")), fields=("plan", "period"), name="one_version_in_force"
            ),
        ),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("replaces", None),
                    models.Q(models.Q(("reason", ""), _negated=True), ("proposed_by__isnull", False)),
                    _connector="OR",
                ),
                name="correction_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("seconded_by", None),
                    models.Q(("seconded_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="two_persons_correct",
            ),
        ),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("stage__in", ("published", "replaced")), _negated=True),
                    models.Q(("number__isnull", False), ("published_at__isnull", False)),
                    _connector="OR",
                ),
                name="published_with_number_and_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="signature",
            constraint=models.UniqueConstraint(
                condition=models.Q(("void_at", None)), fields=("version", "account"), name="one_signature_a_person"
            ),
        ),
        migrations.AddConstraint(
            model_name="signature",
            constraint=models.UniqueConstraint(
                condition=models.Q(("void_at", None)), fields=("version", "right"), name="one_signature_a_right"
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.UniqueConstraint(fields=("year", "serial"), name="one_notice_a_number"),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.UniqueConstraint(fields=("version", "kind", "unit"), name="one_notice_a_unit"),
        ),
    ]
