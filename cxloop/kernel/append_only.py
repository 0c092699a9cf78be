"""Triggers that keep history as it was written.

The one exception is the reasoned act that erases a person: inside a transaction that has said
`SET LOCAL cxloop.erasing = 'on'` the columns named as blankable may change; nothing else may.
"""

from collections.abc import Sequence

from django.db import connection
from django.db.migrations.operations.special import RunSQL

_FUNCTION = """
CREATE FUNCTION {table}_is_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND current_setting('cxloop.erasing', true) = 'on'
       AND to_jsonb(NEW) - ARRAY[{blankable}]::text[] = to_jsonb(OLD) - ARRAY[{blankable}]::text[]
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '{table} is history: it is written once'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER {table}_is_history BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION {table}_is_history();
"""

_UNDO = """
DROP TRIGGER {table}_is_history ON {table};
DROP FUNCTION {table}_is_history();
"""


def append_only(table: str, *, blankable: Sequence[str] = ()) -> RunSQL:
    """The migration operation that makes a table history."""
    names = ", ".join(f"'{name}'" for name in blankable)
    return RunSQL(_FUNCTION.format(table=table, blankable=names), _UNDO.format(table=table))


def allow_erasing() -> None:
    """Opens the blankable columns until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL cxloop.erasing = 'on'")
