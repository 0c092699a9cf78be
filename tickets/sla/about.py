"""Letters about a promise: whatever ends the promise calls them back, in the same transaction.

Whoever writes such a letter marks it with its clocks, and first asks `held` whether they still run:
a clock that is held cannot end before the letter is there to be called back.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from cxloop.kernel.letters import call_back
from tickets.sla.models import Clock

_HELD = """
SELECT id,
    CASE WHEN met_at IS NOT NULL THEN 'met' WHEN voided_at IS NOT NULL THEN 'void' ELSE '' END
FROM sla_clock WHERE id = ANY(%s) ORDER BY id FOR SHARE SKIP LOCKED
"""


def mark_of(clock: int) -> str:
    return f"clock:{clock}"


def call_back_letters(clocks: Iterable[Clock], why: str, *, now: datetime) -> None:
    """`why` is met or void."""
    if marks := [mark_of(clock.pk) for clock in clocks]:
        call_back(marks, why, now=now)


def held(clocks: Iterable[int]) -> dict[int, str]:
    """How each of these clocks has ended: met, void, or blank where somebody must still act. They
    stay so until the transaction ends; those that somebody is at work on are left out."""
    with connection.cursor() as cursor:
        cursor.execute(_HELD, [list(clocks)])
        return dict(cursor.fetchall())
