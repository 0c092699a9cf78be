import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from cxloop.kernel.append_only import append_only

# As they stand now. Who wrote them, when they were revised and what stood before was not kept.
KEEPS_WHAT_STANDS = """
INSERT INTO escalation_ladderversion (ladder_id, version, rungs, pause_s, written_at)
SELECT id, version, rungs, pause_s, CASE WHEN version = 1 THEN created_at END FROM escalation_ladder
"""


class Migration(migrations.Migration):
    dependencies = [
        ("escalation", "0010_over"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LadderVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                ("rungs", models.JSONField()),
                ("pause_s", models.PositiveIntegerField()),
                ("written_at", models.DateTimeField(null=True)),
                (
                    "ladder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="escalation.ladder",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("ladder", "version"), name="one_ladder_version")
                ],
            },
        ),
        append_only("escalation_ladderversion"),
        migrations.RunSQL(KEEPS_WHAT_STANDS, migrations.RunSQL.noop),
    ]
