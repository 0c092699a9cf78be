from django.db import migrations

from cxloop.kernel.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("intake", "0001_initial")]

    operations = [
        append_only("intake_feedback", blankable=["comment", "answers", "context", "tags", "form"]),
        # A queue: rows come and go, so the dead ones must be swept long before a fifth is dead.
        migrations.RunSQL(
            "ALTER TABLE intake_arrival SET (autovacuum_vacuum_scale_factor = 0.01)",
            "ALTER TABLE intake_arrival RESET (autovacuum_vacuum_scale_factor)",
        ),
    ]
