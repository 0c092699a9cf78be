from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sla", "0007_moves"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(
                condition=models.Q(("kind", "follow_up"), ("met_at", None), ("voided_at", None)),
                fields=["due_at", "promise"],
                name="clock_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(
                condition=models.Q(("kind", "follow_up"), ("met_at__isnull", False)),
                fields=["met_at", "promise"],
                name="clock_answered",
            ),
        ),
    ]
