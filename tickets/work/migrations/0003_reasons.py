from django.db import migrations

# A trigger and no CHECK: erasing a person may later take words out of a reason that was written.
REASONED = """
CREATE FUNCTION work_timelineentry_reasoned() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an automatic act names its reason: % does not', NEW.kind
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'automatic_act_has_a_reason';
END $$;
CREATE TRIGGER work_timelineentry_reasoned BEFORE INSERT ON work_timelineentry FOR EACH ROW
    WHEN (NEW.actor_kind IN ('rule', 'clock') AND NEW.reason = '{}'::jsonb)
    EXECUTE FUNCTION work_timelineentry_reasoned();
"""
UNDO = """
DROP TRIGGER work_timelineentry_reasoned ON work_timelineentry;
DROP FUNCTION work_timelineentry_reasoned();
"""


class Migration(migrations.Migration):
    dependencies = [("work", "0002_history")]

    operations = [migrations.RunSQL(REASONED, UNDO)]
