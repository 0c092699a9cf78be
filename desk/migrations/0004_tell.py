"""Entries and news are told to whoever listens, when they are committed.

A statement tells once, since every transaction that tells waits for its turn to commit: the numbers
of what it has changed and of the newest row of each, or, beyond what fits into a notification, that there is something to look up.
"""

from django.db import migrations

TELL = """
CREATE FUNCTION desk_tell_of_entries() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    told text;
    tickets bigint;
BEGIN
    SELECT count(*), string_agg(ticket_id || ':' || newest, ',') INTO tickets, told FROM (
        SELECT ticket_id, max(id) AS newest FROM written GROUP BY ticket_id LIMIT 151
    ) AS changed;
    IF tickets > 0 THEN
        PERFORM pg_notify('cxloop_live', 'ticket ' || CASE WHEN tickets > 150 THEN '' ELSE told END);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER desk_tell_of_entries AFTER INSERT ON work_timelineentry
    REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION desk_tell_of_entries();

CREATE FUNCTION desk_tell_of_news() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    told text;
    people bigint;
BEGIN
    SELECT count(*), string_agg(user_id || ':' || newest, ',') INTO people, told FROM (
        SELECT user_id, max(id) AS newest FROM written GROUP BY user_id LIMIT 151
    ) AS concerned;
    IF people > 0 THEN
        PERFORM pg_notify('cxloop_live', 'bell ' || CASE WHEN people > 150 THEN '' ELSE told END);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER desk_tell_of_news AFTER INSERT ON work_news
    REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION desk_tell_of_news();
"""

HUSH = """
DROP TRIGGER desk_tell_of_entries ON work_timelineentry;
DROP FUNCTION desk_tell_of_entries();
DROP TRIGGER desk_tell_of_news ON work_news;
DROP FUNCTION desk_tell_of_news();
"""


class Migration(migrations.Migration):
    dependencies = [("desk", "0003_together")]

    operations = [migrations.RunSQL(TELL, HUSH)]
