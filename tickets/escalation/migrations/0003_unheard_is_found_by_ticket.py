from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("escalation", "0002_changed_ladders")]

    operations = [
        migrations.AddIndex(
            model_name="escalation",
            index=models.Index(
                condition=models.Q(("acknowledged_at", None), ("skipped", "")),
                fields=["ticket", "raised_at", "id"],
                name="escalation_unheard_of_ticket",
            ),
        ),
    ]
