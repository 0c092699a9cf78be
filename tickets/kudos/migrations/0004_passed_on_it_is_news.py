from django.db import migrations

# Whom what praised stays: it may be taken away, given again and read, and is never another. What
# was too old to be news becomes news where somebody gives it again.
GUARD = """
CREATE OR REPLACE FUNCTION kudos_kudos_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
       AND (NEW.feedback_id, NEW.answer_id, NEW.person_id, NEW.group_id, NEW.at)
           IS NOT DISTINCT FROM
           (OLD.feedback_id, OLD.answer_id, OLD.person_id, OLD.group_id, OLD.at)
       AND (NEW.quiet = OLD.quiet OR (NEW.why = 'hand' AND NOT NEW.quiet))
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'kudos is taken away, never changed or deleted'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'kudos_stays';
END $$;
"""
UNDO = """
CREATE OR REPLACE FUNCTION kudos_kudos_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
       AND (NEW.feedback_id, NEW.answer_id, NEW.person_id, NEW.group_id, NEW.at, NEW.quiet)
           IS NOT DISTINCT FROM
           (OLD.feedback_id, OLD.answer_id, OLD.person_id, OLD.group_id, OLD.at, OLD.quiet)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'kudos is taken away, never changed or deleted'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'kudos_stays';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("kudos", "0003_of_a_saying")]

    operations = [migrations.RunSQL(GUARD, UNDO)]
