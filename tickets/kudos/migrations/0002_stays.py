from django.db import migrations

# Whom what praised stays: it may be taken away, given again and read, and is never another.
GUARD = """
CREATE FUNCTION kudos_kudos_stays() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER kudos_kudos_stays BEFORE UPDATE OR DELETE ON kudos_kudos
    FOR EACH ROW EXECUTE FUNCTION kudos_kudos_stays();
"""
UNDO = """
DROP TRIGGER kudos_kudos_stays ON kudos_kudos;
DROP FUNCTION kudos_kudos_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("kudos", "0001_initial")]

    operations = [migrations.RunSQL(GUARD, UNDO)]
