from django.db import migrations

# Nobody looked at reminders that reached nobody; the first sweep that does would tell of all of
# them, on tickets that were closed long ago. Both statements read an index of the unnoticed alone.
NOTICE = """
UPDATE kernel_letter SET death_noticed = true
WHERE kind = 'question_again' AND state = 'dead' AND NOT death_noticed;
UPDATE kernel_letter SET withdrawal_noticed = true
WHERE kind = 'question_again' AND state = 'withdrawn' AND NOT withdrawal_noticed;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("recovery", "0009_only_approval_is_waited_for"),
        ("kernel", "0009_letters_are_rationed"),
    ]

    operations = [migrations.RunSQL(NOTICE, migrations.RunSQL.noop)]
