import datetime

import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_stand_in"),
        ("escalation", "0005_notices_dropped"),
        ("sla", "0004_clock_by_receipt"),
        ("work", "0003_reasons"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="escalation",
            name="known_reason_to_skip",
        ),
        migrations.AddField(
            model_name="escalation",
            name="paused_until",
            field=models.DateTimeField(
                blank=True, help_text="until then no higher rung of this clock is heard", null=True
            ),
        ),
        migrations.AddField(
            model_name="ladder",
            name="pause_s",
            field=models.PositiveIntegerField(
                db_default=14400,
                default=14400,
                help_text="how long the next rungs wait once somebody has taken note",
            ),
        ),
        migrations.AlterField(
            model_name="escalation",
            name="skipped",
            field=models.CharField(
                blank=True,
                choices=[
                    ("superseded", "a higher rung was noted at the same time or before"),
                    ("imported", "the promise is imported history"),
                    ("nobody", "there is nobody left who could act"),
                    ("acknowledged", "somebody had taken note of a rung below, for a time"),
                ],
                default="",
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="escalation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("paused_until", None),
                    models.Q(
                        ("acknowledged_at__isnull", False),
                        (
                            "paused_until__lte",
                            django.db.models.expressions.CombinedExpression(
                                models.F("acknowledged_at"),
                                "+",
                                models.Value(datetime.timedelta(days=1)),
                            ),
                        ),
                    ),
                    _connector="OR",
                ),
                name="pauses_a_day_at_most",
            ),
        ),
        migrations.AddConstraint(
            model_name="escalation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("skipped__in", ["", "superseded", "imported", "nobody", "acknowledged"])
                ),
                name="known_reason_to_skip",
            ),
        ),
        migrations.AddConstraint(
            model_name="ladder",
            constraint=models.CheckConstraint(
                condition=models.Q(("pause_s__lte", 86400)), name="ladder_pauses_a_day_at_most"
            ),
        ),
    ]
