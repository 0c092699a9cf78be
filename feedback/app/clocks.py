"""A device's clock, held against ours at the time of sending. Pure.

Only when something occurred is told by it, never when it was received: no promise runs from it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from feedback.intake.device import DEVICE_TIME
from feedback.intake.submission import AHEAD_AT_MOST, Submission

# So long may a batch have been on its way: no clock is called wrong for that.
ON_ITS_WAY = timedelta(minutes=1)
# A clock that was never set, or was for something else: nobody can tell what it told.
BELIEVABLE = timedelta(days=366)
UNKNOWN, AS_SAID, CORRECTED, NOT_BELIEVED = "unknown", "as_said", "corrected", "not_believed"

_NO_END = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class DeviceClock:
    """`sent_at` by the device, `now` by us, at about the same time."""

    now: datetime
    sent_at: datetime | None = None

    @property
    def behind(self) -> timedelta:
        return self.now - self.sent_at if self.sent_at else timedelta()

    @property
    def verdict(self) -> str:
        if self.sent_at is None:
            return UNKNOWN
        if abs(self.behind) <= ON_ITS_WAY:
            return AS_SAID
        return CORRECTED if abs(self.behind) <= BELIEVABLE else NOT_BELIEVED

    @property
    def latest(self) -> datetime:
        """Its present, or ours: nothing that it tells of may be far ahead of both."""
        if self.verdict == NOT_BELIEVED:
            return _NO_END
        return max(self.now, self.sent_at or self.now)

    def corrected(self, said: Submission) -> Submission:
        """By our clock. What was told before the clock fell behind stands as it is; what no clock
        can have told is told by none. The context keeps what was said."""
        if said.occurred_at is None or said.backdated or self.verdict in {UNKNOWN, AS_SAID}:
            return said
        occurred_at = self._by_ours(said.occurred_at)
        if occurred_at == said.occurred_at:
            return said
        told = said.occurred_at.isoformat().replace("+00:00", "Z")
        context = {DEVICE_TIME: told} | said.context
        return said.model_copy(update={"occurred_at": occurred_at, "context": context})

    def _by_ours(self, told: datetime) -> datetime | None:
        if self.verdict == NOT_BELIEVED:
            return None
        occurred_at = told + self.behind
        return occurred_at if occurred_at <= self.now + AHEAD_AT_MOST else told
