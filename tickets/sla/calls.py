"""When a customer asked to be called: the promise is theirs to date, not the policy's. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

# Where they named no time, or one that was over before we heard of it.
AT_ANY_TIME = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class CallWish:
    """Not before the one time and until the other, real time, as read in their zone."""

    before: datetime
    after: datetime | None = None
    zone: str = ""

    def within_s(self, since: datetime) -> int:
        """Whole seconds from the receipt, until the time they named is over: not a moment less."""
        return max(ceil((self.before - since).total_seconds()), 1)

    def data(self) -> dict[str, str]:
        """As the event that starts the clock keeps it."""
        after = {"after": self.after.isoformat()} if self.after else {}
        zone = {"zone": self.zone} if self.zone else {}
        return {"before": self.before.isoformat(), **after, **zone}

    def covers(self, at: datetime) -> bool:
        """Whether a call then is one at the time they named."""
        return (self.after is None or self.after <= at) and at <= self.before


def wish_from(
    after: datetime | None, before: datetime | None, zone: str, *, heard_at: datetime
) -> CallWish:
    """What can still be kept of it."""
    if before is None or before <= heard_at:
        begins = after if after and after > heard_at else heard_at
        return CallWish(begins + AT_ANY_TIME, after if begins == after else None, zone)
    return CallWish(before, after, zone)


def wish_of(data: Mapping[str, Any]) -> CallWish | None:
    """As an event has kept it."""
    if "before" not in data:
        return None
    after = data.get("after")
    return CallWish(
        datetime.fromisoformat(data["before"]),
        datetime.fromisoformat(after) if after else None,
        str(data.get("zone", "")),
    )
