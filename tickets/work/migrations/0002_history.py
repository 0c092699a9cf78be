from django.db import migrations

from cxloop.kernel.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("work", "0001_initial")]

    operations = [
        append_only("work_triage", blankable=["matched", "reason"]),
        append_only("work_timelineentry", blankable=["text", "reason"]),
    ]
