from django.db import migrations

# What was recorded before set every cycle of a merged ticket or of spam beside, took thanks for a
# second failure, words beside praise for no complaint and a dead acknowledgement for one, hid a
# broken follow-up behind a kept one, and knows no same cause that was named late. Only such tickets
# are written anew; the sweep does.
RECORD_AGAIN = """
INSERT INTO insights_unrecorded (ticket_id, since, attempts, last_error)
SELECT repair.ticket_id, now(), 0, ''
FROM insights_repairrecord AS repair
WHERE repair.cycle > 1
  OR (repair.failed_again_at IS NOT NULL AND repair.same_cause_again_at IS NULL)
UNION
SELECT repair.ticket_id, now(), 0, ''
FROM insights_repairrecord AS repair
JOIN work_ticketfeedback AS heard ON heard.ticket_id = repair.ticket_id
JOIN intake_feedback AS said ON said.id = heard.feedback_id
WHERE repair.standing = 'no_complaint' AND said.worst_class = 'unscored'
UNION
SELECT repair.ticket_id, now(), 0, ''
FROM insights_repairrecord AS repair
JOIN work_timelineentry AS entry ON entry.ticket_id = repair.ticket_id
WHERE repair.acknowledged_at IS NOT NULL
  AND entry.kind = 'letter_failed' AND entry.reason ->> 'letter' = 'acknowledgement'
UNION
SELECT repair.ticket_id, now(), 0, ''
FROM insights_repairrecord AS repair
JOIN sla_clock AS clock ON clock.promise_id = repair.ticket_id
WHERE clock.kind = 'follow_up' AND clock.cycle > 1 AND clock.state = 'breached'
ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [
        ("insights", "0005_heard_answers"),
        ("intake", "0009_test_keys"),
        ("sla", "0015_asking"),
        ("work", "0030_letters_about_gestures"),
    ]

    operations = [migrations.RunSQL(RECORD_AGAIN, migrations.RunSQL.noop)]
