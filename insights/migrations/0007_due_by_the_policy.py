from django.db import migrations, models

# Of what is recorded already; the clock is the one by which the repair is told.
DUE_AT = """
UPDATE insights_repairrecord AS repair
SET due_at = clock.due_at
FROM sla_clock AS clock
WHERE clock.promise_id = repair.ticket_id AND clock.kind = 'follow_up'
  AND clock.started_at = repair.owed_at AND clock.state = repair.follow_up
"""


class Migration(migrations.Migration):
    dependencies = [("insights", "0006_what_counts")]

    operations = [
        migrations.AddField(
            model_name="repairrecord",
            name="due_at",
            field=models.DateTimeField(
                help_text="by its policy; of what is paused, never", null=True
            ),
        ),
        migrations.RunSQL(DUE_AT, migrations.RunSQL.noop),
    ]
