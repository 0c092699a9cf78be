from django.db import migrations

# What an act can no longer do is left to nobody's care: not the reading of a clock, nor SQL by
# hand, takes a breach back or moves it.
BREACH_STAYS = """
CREATE FUNCTION sla_clock_breach_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a broken promise stays on record'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'breach_stays';
END $$;
CREATE TRIGGER sla_clock_breach_stays BEFORE UPDATE ON sla_clock FOR EACH ROW
    WHEN (OLD.breached_at IS NOT NULL AND (NEW.state, NEW.breached_at, NEW.detected_at)
          IS DISTINCT FROM (OLD.state, OLD.breached_at, OLD.detected_at))
    EXECUTE FUNCTION sla_clock_breach_stays();
"""
UNDO = """
DROP TRIGGER sla_clock_breach_stays ON sla_clock;
DROP FUNCTION sla_clock_breach_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("sla", "0002_history")]

    operations = [migrations.RunSQL(BREACH_STAYS, UNDO)]
