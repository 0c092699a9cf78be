from django.db import migrations

from cxloop.kernel.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("sla", "0001_initial")]

    operations = [
        append_only("sla_clockevent", blankable=["data"]),
        append_only("sla_policyversion"),
        append_only("sla_calendarversion"),
        # Ticket numbers a customer can read out on the phone, but not a count of our customers.
        migrations.RunSQL(
            "ALTER SEQUENCE sla_promise_id_seq RESTART WITH 1001", migrations.RunSQL.noop
        ),
    ]
