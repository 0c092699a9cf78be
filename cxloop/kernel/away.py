"""Whether the database is to blame, or what it was asked."""

from django.db import InterfaceError, OperationalError

# Of SQLSTATE, https://www.postgresql.org/docs/current/errcodes-appendix.html: a limit of
# PostgreSQL was passed. It is called operational too, and no waiting cures it.
_PROGRAM_LIMIT = "54"


def is_away(error: Exception) -> bool:
    """The database cannot commit just now, so that the same may succeed later."""
    if not isinstance(error, (OperationalError, InterfaceError)):
        return False
    state = getattr(error.__cause__, "sqlstate", None) or ""
    return not state.startswith(_PROGRAM_LIMIT)
