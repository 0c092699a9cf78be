"""`manage.py fetch_mail`: fetches mailboxes elsewhere by IMAP, until it is told to stop."""

import logging
import signal
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand

from cxloop.kernel.away import is_away
from cxloop.kernel.heartbeats import beat_after
from feedback.email.imap.fetching import Fleet
from feedback.email.imap.watching import BEAT, LATE_AFTER

logger = logging.getLogger(__name__)

LOOKS_S = 2.0
STOPS_WITHIN_S = 2.5


class Command(BaseCommand):
    help = "Fetches the mailboxes elsewhere of all sources by IMAP."

    def handle(self, *args: Any, **options: Any) -> None:
        over, fleet = Event(), Fleet()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: over.set())
        self.stdout.write("fetching")
        self.stdout.flush()
        while not over.is_set():
            _keep_up(fleet)
            over.wait(LOOKS_S)
        fleet.stop(STOPS_WITHIN_S)


def _keep_up(fleet: Fleet) -> None:
    try:
        beat_after(BEAT, fleet.keep_up, late_after=LATE_AFTER)
    except Exception as error:
        if is_away(error):
            logger.error("the accounts could not be read: %s", error)
        else:
            logger.exception("the accounts could not be read")
