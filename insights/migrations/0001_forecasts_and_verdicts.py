import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("sla", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Verdict",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("made_at", models.DateTimeField()),
                ("trained", models.PositiveIntegerField(default=0)),
                ("scored", models.PositiveIntegerField(default=0)),
                ("cases", models.PositiveIntegerField(default=0)),
                ("intercept", models.FloatField(null=True)),
                ("slope", models.FloatField(null=True)),
                ("base_rate", models.FloatField(null=True)),
                ("brier", models.FloatField(null=True)),
                ("base_brier", models.FloatField(null=True)),
                ("prior_brier", models.FloatField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("base_brier", None),
                                ("base_rate", None),
                                ("brier", None),
                                ("intercept", None),
                                ("prior_brier", None),
                                ("scored", 0),
                                ("slope", None),
                            ),
                            models.Q(
                                ("base_brier__isnull", False),
                                ("base_rate__isnull", False),
                                ("brier__isnull", False),
                                ("intercept__isnull", False),
                                ("prior_brier__isnull", False),
                                ("scored__gt", 0),
                                ("slope__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="verdict_is_whole",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Forecast",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("made_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("before", models.PositiveIntegerField(help_text="in the queue of its group")),
                (
                    "a_day",
                    models.FloatField(help_text="customers the group answered, over the past days"),
                ),
                (
                    "clock",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="sla.clock",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["made_at"], name="forecast_by_age")],
                "constraints": [
                    models.UniqueConstraint(fields=("clock", "day"), name="one_forecast_a_night"),
                    models.CheckConstraint(
                        condition=models.Q(("a_day__gt", 0)), name="forecast_has_a_pace"
                    ),
                ],
            },
        ),
    ]
