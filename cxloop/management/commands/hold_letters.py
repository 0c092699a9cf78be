from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.dateparse import parse_datetime

from cxloop.kernel.holds import hold_back, hold_letters
from cxloop.kernel.models import Letter
from cxloop.kernel.moment import moment


class Command(BaseCommand):
    help = (
        "Holds letters after a restore that looks like none: a disk put back, rows read in again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--before",
            type=_instant,
            help="hold what tells of things until then, with offset; default: now",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = moment()
        hold = hold_letters(before=options["before"] or now, now=now, by_hand=True)
        hold_back()
        self.stdout.write(
            f"{Letter.objects.held().count():,} letters are held, and every further one that tells "
            f"of what happened until {hold.before:%Y-%m-%d %H:%M:%S} UTC, until an admin decides "
            "on the health page."
        )


def _instant(said: str) -> datetime:
    at = parse_datetime(said)
    if at is None or at.tzinfo is None:
        raise CommandError(f"{said!r} is no time with an offset, such as 2026-11-25T09:00:00Z.")
    return at
