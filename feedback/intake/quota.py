"""How many bytes of files strangers may leave here in a day: a publishable key is known to
everybody, and a minute of posts is small only without them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.http import HttpRequest

from accounts.addresses import neighbourhood
from cxloop.kernel.callers import address_of
from cxloop.kernel.errors import TooMany
from feedback.intake.callers import Caller
from feedback.intake.counters import count_for_all
from feedback.intake.enclosures import Enclosure

DAY = timedelta(days=1)
MEBIBYTE = 1024 * 1024
# One address may use up so much of what a key has for all.
OF_AN_ADDRESS = 10


def count_files(request: HttpRequest, caller: Caller, files: Sequence[Enclosure]) -> None:
    """Raises TooMany until midnight in UTC. A server's are not counted; without Redis nobody's
    are."""
    if caller.key.is_secret or not files:
        return
    size = sum(len(file.body) for file in files)
    of_key = settings.LIMIT_PK_FILES_MB * MEBIBYTE
    place = neighbourhood(address_of(request))
    _count(f"{caller.key.pk}:{place}", size, of_key // OF_AN_ADDRESS, caller.now)
    _count(str(caller.key.pk), size, of_key, caller.now)


def count_files_at(page: str, files: Sequence[Enclosure], *, now: datetime) -> None:
    """Of what comes by one secret address, without a key: as much as an address may leave with one.
    Raises TooMany as above."""
    if files:
        size = sum(len(file.body) for file in files)
        most = settings.LIMIT_PK_FILES_MB * MEBIBYTE // OF_AN_ADDRESS
        _count(f"page:{page}", size, most, now)


def _count(subject: str, size: int, most: int, now: datetime) -> None:
    day = now.astimezone(UTC).date()
    counted = count_for_all(f"files:{day}:{subject}", size, kept_s=int(DAY.total_seconds()))
    if counted is not None and counted > most:
        midnight = datetime.combine(day + DAY, datetime.min.time(), UTC)
        left = int((midnight - now).total_seconds()) + 1
        detail = "So many bytes of files came today; the same feedback is taken without them."
        raise TooMany(detail, retry_after=left, code="files_cap")
