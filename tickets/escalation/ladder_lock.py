"""While a ladder is changed nobody climbs, and while somebody climbs no ladder is changed.

Otherwise a sweep that still reads the old rungs would say when to look again, and the first new
rung be passed unseen. A sweep never waits for the change, so nobody waits in a circle.
"""

from django.db import connection

_LADDERS = 0x1ADDE2


def may_climb() -> bool:
    """Until the transaction ends; False while a ladder is being changed."""
    return bool(_ask("SELECT pg_try_advisory_xact_lock_shared(%s)"))


def let_nobody_climb() -> None:
    """Until the transaction ends; waits for those who climb already, each for one batch."""
    _ask("SELECT pg_advisory_xact_lock(%s)")


def _ask(question: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(question, [_LADDERS])
        return cursor.fetchone()[0]
