from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Job",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=40)),
                ("given", models.JSONField()),
                ("about", models.CharField(blank=True, max_length=200)),
                ("key", models.CharField(max_length=250, null=True, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "等待"),
                            ("running", "进行中"),
                            ("done", "完成"),
                            ("failed", "失败"),
                            ("cancelled", "已取消"),
                        ],
                        db_index=True,
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("asked_by", models.CharField(blank=True, max_length=150)),
                ("asked_at", models.DateTimeField()),
                ("worker", models.CharField(blank=True, max_length=80)),
                ("lease", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("lost", models.PositiveSmallIntegerField(default=0)),
                ("cancelling", models.BooleanField(default=False)),
                ("share", models.PositiveSmallIntegerField(default=0)),
                ("said_zh", models.CharField(blank=True, max_length=300)),
                ("said_en", models.CharField(blank=True, max_length=300)),
                ("began", models.DateTimeField(null=True)),
                ("ended", models.DateTimeField(null=True)),
                ("came_to", models.JSONField(default=dict)),
                ("problems", models.JSONField(default=list)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["kind", "state"], name="jobs_job_kind_11e276_idx"),
                    models.Index(fields=["asked_by", "state"], name="jobs_job_asked_b_57e60f_idx"),
                ],
            },
        ),
    ]
