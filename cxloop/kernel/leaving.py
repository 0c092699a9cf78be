"""Whether a letter may still leave, asked when it would.

Two programs that answer each other would do so for ever, and not all say in a header that they are
programs. So of automatic letters that are `rationed` one address gets so many within a while and no
more, whatever they are about. What a person wrote is never counted and never held back.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.db.models.functions import Lower

from cxloop.kernel.models import Letter, Silence

TOO_MANY = "too_many"

# For each of these times settings say how many.
WHILES = (timedelta(minutes=10), timedelta(minutes=30), timedelta(minutes=60))


def why_not(letter: Letter, now: datetime) -> str:
    """The reason for which it is withdrawn, or blank. The letter must be locked, until it is said
    whether it leaves."""
    return _silenced(letter) or (_too_many(letter, now) if letter.rationed else "")


def _silenced(letter: Letter) -> str:
    if not letter.about:
        return ""
    silence = Silence.objects.filter(mark__in=letter.about).first()
    return silence.why if silence else ""


def _too_many(letter: Letter, now: datetime) -> str:
    """One sender at a time asks for one address, so that two cannot both find room for the last."""
    address = letter.to.lower()
    with connection.cursor() as cursor:
        name = f"letters to {address}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
    to_them = Letter.objects.filter(rationed=True).alias(address=Lower("to"))
    to_them = to_them.filter(address=address).exclude(pk=letter.pk)
    lately = to_them.filter(
        Q(sent_at__gt=now - WHILES[-1]) | Q(sent_at=None, state=Letter.State.SENDING)
    )
    times = [at or now for at in lately.values_list("sent_at", flat=True)]
    for length, most in zip(WHILES, settings.MOST_AUTOMATIC, strict=True):
        if sum(at > now - length for at in times) >= most:
            return TOO_MANY
    return ""
