from django.db import migrations

# Once a statement, and so once a batch: what is held is rare, and feedback is judged by the hundred.
GUARD = """
CREATE FUNCTION work_triage_of_held() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM judged JOIN intake_quarantine held USING (feedback_id)
               WHERE held.released_at IS NULL) THEN
        RAISE EXCEPTION 'feedback that is held is not judged'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'held_is_not_judged';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER work_triage_of_held AFTER INSERT ON work_triage
    REFERENCING NEW TABLE AS judged FOR EACH STATEMENT EXECUTE FUNCTION work_triage_of_held();
"""
UNDO = """
DROP TRIGGER work_triage_of_held ON work_triage;
DROP FUNCTION work_triage_of_held();
"""


class Migration(migrations.Migration):
    dependencies = [("work", "0021_contacts_at_the_receipt"), ("intake", "0006_quarantine")]

    operations = [migrations.RunSQL(GUARD, UNDO)]
