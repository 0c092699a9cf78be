from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("escalation", "0007_quiet_hours"),
        ("sla", "0004_clock_by_receipt"),
        ("work", "0003_reasons"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="escalation",
            name="known_reason_to_skip",
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
                    ("conditions", "the ticket was not one that the rung is for"),
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
                    (
                        "skipped__in",
                        ["", "superseded", "imported", "nobody", "conditions", "acknowledged"],
                    )
                ),
                name="known_reason_to_skip",
            ),
        ),
    ]
