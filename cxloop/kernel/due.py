"""Work that waits as rows, and the one drain that empties every such queue."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Self, TypeVar

from django.db import models, transaction
from django.db.models import Q

from cxloop.kernel.away import is_away
from cxloop.kernel.moment import moment

logger = logging.getLogger(__name__)

PUT_OFF_SECONDS = (5, 30, 300, 1800, 7200)


Row = TypeVar("Row", bound="Due")


class DueQuerySet(models.QuerySet[Row]):
    def not_put_off(self, now: datetime) -> Self:
        """Rows whose last failure is long enough ago to try again."""
        return self.filter(Q(try_after=None) | Q(try_after__lte=now))

    def failing(self) -> Self:
        return self.exclude(last_error="")


class Due(models.Model):
    """A row that a sweep takes up; it remembers how often that failed, and why."""

    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    try_after = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(default="", blank=True, db_default="")

    class Meta:
        abstract = True

    def put_off(self, error: Exception, now: datetime) -> None:
        """Steps behind the others, longer each time: a broken row must not burn the machine."""
        pause = PUT_OFF_SECONDS[min(self.attempts, len(PUT_OFF_SECONDS) - 1)]
        self.attempts += 1
        self.try_after = now + timedelta(seconds=pause)
        self.last_error = f"{type(error).__name__}: {error}"[:2000]
        self.save(update_fields=["attempts", "try_after", "last_error"])


Handle = Callable[[list[Row], datetime], None]
Clock = Callable[[], datetime]


def drain(
    due: Callable[[datetime], "models.QuerySet[Row]"],
    handle: Handle[Row],
    *,
    batch: int = 100,
    limit: int = 20_000,
    along: str = "",
    asked_at: datetime | None = None,
    clock: Clock = moment,
) -> int:
    """Takes up due rows, a batch a transaction, until none is left; how many it took.

    `due` must be decided by columns of the row itself: PostgreSQL looks at those again after the
    lock, so that a row which another worker has settled meanwhile is not handled twice. `handle`
    must leave each row no longer due. A batch that fails is tried again row by row, each behind
    its own savepoint; the rows that fail are put off. `clock` is the database's, or a replay's.

    `along` is the column by which `due` is ordered first, where rows wait by the ten thousand:
    then each batch is sought from where the last one ended, and not past what all the others have
    left in the index; the end is sought from the start once more. `asked_at` is the time by which
    it is looked whether there is anything, where the caller has just asked for it.
    """
    if not due(asked_at or clock()).exists():
        return 0  # as nearly always: then no transaction is begun
    taken, since = 0, None
    while taken < limit:
        with transaction.atomic():
            found = due(clock()).filter(**{f"{along}__gte": since} if since else {})
            rows = list(
                found.select_for_update(skip_locked=True, no_key=True, of=("self",))[:batch]
            )
            end = getattr(rows[-1], along) if rows and along else None
            if rows:
                _handle_or_single_out(rows, handle, clock())
        taken += len(rows)
        if len(rows) < batch and since is None:
            break
        since = end if len(rows) == batch else None
    return taken


def _handle_or_single_out(rows: list[Row], handle: Handle[Row], now: datetime) -> None:
    try:
        with transaction.atomic():
            handle(rows, now)
    except Exception as error:
        if is_away(error):
            raise  # nothing is wrong with the rows
        if len(rows) == 1:
            logger.exception("could not handle %r", rows[0], extra={"row": repr(rows[0])})
            rows[0].refresh_from_db(fields=["attempts"])
            rows[0].put_off(error, now)
            return
        for row in rows:
            _handle_or_single_out([row], handle, now)
