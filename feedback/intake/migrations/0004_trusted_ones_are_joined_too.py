from django.db import migrations

# Both sides are looked at, under a lock of the other: two joinings at once make no chain either.
ONE_DEEP = """
CREATE FUNCTION intake_customer_joins_one_deep() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    person intake_customer;
BEGIN
    SELECT * INTO person FROM intake_customer WHERE id = NEW.joined_to_id FOR SHARE;
    IF NOT person.trusted OR person.joined_to_id IS NOT NULL OR person.id = NEW.id
       OR EXISTS (SELECT 1 FROM intake_customer WHERE joined_to_id = NEW.id) THEN
        RAISE EXCEPTION 'who stands for somebody stands for a trusted customer who stands alone'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'joined_one_deep';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER intake_customer_joins_one_deep
    BEFORE INSERT OR UPDATE OF joined_to_id, trusted ON intake_customer FOR EACH ROW
    WHEN (NEW.joined_to_id IS NOT NULL)
    EXECUTE FUNCTION intake_customer_joins_one_deep();
"""
UNDO = """
DROP TRIGGER intake_customer_joins_one_deep ON intake_customer;
DROP FUNCTION intake_customer_joins_one_deep();
"""


class Migration(migrations.Migration):
    dependencies = [("intake", "0003_one_person")]

    operations = [
        migrations.RemoveConstraint(model_name="customer", name="only_a_claim_is_joined"),
        migrations.RunSQL(ONE_DEEP, UNDO),
    ]
