"""`manage.py receive_mail --source SLUG < mail`: what a mail server's pipe calls.

Exit status by sysexits.h: 0 taken, 64 and 65 refused for good, 75 try again later. Anything but
these makes a mail server send the mail back to who wrote it, so what is unforeseen is 75 too.
"""

import hashlib
import logging
import sys
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cxloop.kernel.moment import moment
from feedback.email.actions import keep_mail, understand_mail
from feedback.intake.models import Channel, Source

logger = logging.getLogger(__name__)

USAGE, DATA_ERROR, TRY_AGAIN = 64, 65, 75
MOST_KEPT = 30 * 1024 * 1024
_CHUNK = 1024 * 1024


class Command(BaseCommand):
    help = "Takes one mail from standard input: feedback, a customer's answer, or a bounce."
    requires_system_checks = []
    stealth_options = ("stdin",)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--source", required=True, help="slug of a source of the e-mail channel"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            _receive(options["source"], options.get("stdin") or sys.stdin.buffer)
        except CommandError:
            raise
        except Exception as error:
            logger.exception("the mail was not taken")
            raise CommandError(f"Try again later: {error}", returncode=TRY_AGAIN) from error


def _receive(slug: str, stream: IO[bytes]) -> None:
    source = _source(slug)
    raw, digest, is_cut = _read(stream)
    if not raw:
        raise CommandError("There is no mail on standard input.", returncode=DATA_ERROR)
    note = f"only its first {MOST_KEPT:,} bytes were kept" if is_cut else ""
    mail = keep_mail(raw, digest, source=source, note=note, now=moment())
    understand_mail(mail.pk, now=moment())


def _source(slug: str) -> Source:
    source = Source.objects.current().filter(slug=slug).first()
    if source is None:
        raise CommandError(f"There is no source {slug!r}.", returncode=USAGE)
    if source.channel != Channel.EMAIL:
        detail = f"The source {slug!r} is of the channel {source.channel}, not e-mail."
        raise CommandError(detail, returncode=DATA_ERROR)
    return source


def _read(stream: IO[bytes]) -> tuple[bytes, bytes, bool]:
    """What is kept, the digest of all of it, and whether it was too long. The words stand first in
    a mail: better to miss the end of an attachment than to send a complaint back."""
    kept, digest, length = bytearray(), hashlib.sha256(), 0
    while chunk := stream.read(_CHUNK):
        digest.update(chunk)
        length += len(chunk)
        kept += chunk[: MOST_KEPT - len(kept)]
    return bytes(kept), digest.digest(), length > MOST_KEPT
