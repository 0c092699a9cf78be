"""Whether mailboxes elsewhere are fetched by anybody."""

from datetime import datetime, timedelta

from cxloop.kernel.models import Heartbeat
from feedback.email.imap_account import ImapAccount

BEAT = "fetch"
LATE_AFTER = timedelta(seconds=45)


def late_fetching(now: datetime) -> list[str]:
    """Its name where nobody fetches what is to be fetched."""
    if Heartbeat.objects.filter(name=BEAT, finished_at__gte=now - LATE_AFTER).exists():
        return []
    waiting = ImapAccount.objects.to_fetch().filter(edited_at__lt=now - LATE_AFTER)
    return [BEAT] if waiting.exists() else []
