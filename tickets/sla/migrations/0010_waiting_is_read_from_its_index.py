from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sla", "0009_closed_days_come_from_elsewhere"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="clock",
            name="clock_waiting",
        ),
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(
                condition=models.Q(("kind", "follow_up"), ("met_at", None), ("voided_at", None)),
                fields=["due_at", "promise"],
                include=["started_at"],
                name="clock_waiting",
            ),
        ),
    ]
