"""When a customer counts as one whom nobody could reach. Pure.

An attempt is a call or a visit that reached nobody, or a letter that died, since they were last
heard or had our word. Enough are two on two days, or one by every way in which they can be reached.
A letter that died is the last word of an address; a telephone that once rang in vain is not.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

LETTER, PHONE = "letter", "phone"
# Of a customer whose clock we do not know for certain: Monday evening and Tuesday morning are this
# far apart, and morning and evening of one day are not.
ON_TWO_DAYS = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Attempt:
    """`channel` is that of the contact which it was meant to be."""

    channel: str
    at: datetime


def what_lacks(attempts: Sequence[Attempt], ways: Collection[str]) -> str:
    """Why nobody may say yet that they could not be reached: `no_attempts`, `few_attempts`; blank
    where enough was tried. `ways` are letter, phone, both or neither."""
    if not attempts:
        return "no_attempts"
    times = [one.at for one in attempts]
    if max(times) - min(times) >= ON_TWO_DAYS or _all_tried(attempts, set(ways)):
        return ""
    return "few_attempts"


def _all_tried(attempts: Sequence[Attempt], ways: set[str]) -> bool:
    tried = {one.channel for one in attempts}
    return bool(ways) and ways <= tried and ways != {PHONE}


# Whoever was not there in the morning may be in the afternoon.
_MIDDAY = time(13)
_MORNING, _AFTERNOON = time(9), time(14)
_DAY = timedelta(days=1)
OTHER_WAY, ANOTHER_DAY, ENOUGH = "other_way", "another_day", "enough"
REASONS = (OTHER_WAY, ANOTHER_DAY, ENOUGH)


@dataclass(frozen=True, slots=True)
class NextAttempt:
    """`channel` and `not_before` are none where enough was tried: it may be closed as unreachable.
    `reason` is why by this way: it is the other one, or the same on another day."""

    channel: str | None
    not_before: datetime | None
    reason: str


def next_attempt(
    attempts: Sequence[Attempt], ways: Collection[str], *, zone: ZoneInfo
) -> NextAttempt | None:
    """A letter, a call on another day, a second letter, as far as they can be reached so. None
    where nothing failed since they were heard. `attempts` are those, the oldest first; `zone` is
    the customer's as far as we know it."""
    if not attempts:
        return None
    tried, lacks = [one.channel for one in attempts], what_lacks(attempts, ways)
    channel = _next_way(tried, set(ways)) or (PHONE if lacks and PHONE in ways else None)
    if channel is None:
        return None if lacks else NextAttempt(None, None, ENOUGH)
    reason = ANOTHER_DAY if channel in tried else OTHER_WAY
    return NextAttempt(channel, worth_trying(attempts[-1].at, zone), reason)


def _next_way(tried: Sequence[str], ways: set[str]) -> str | None:
    """Of two ways the one that was not tried, then one letter more. A letter that died is the last
    word of an address by which alone they can be reached."""
    for way in (PHONE, LETTER):
        if way in ways and way not in tried:
            return way
    return LETTER if ways == {LETTER, PHONE} and tried.count(LETTER) < 2 else None


def worth_trying(last: datetime, zone: ZoneInfo) -> datetime:
    """On another day in the other half of it, and so far apart that both count."""
    local = last.astimezone(zone)
    was_morning = local.time() < _MIDDAY
    tomorrow = local.date() + _DAY
    at = datetime.combine(tomorrow, _AFTERNOON if was_morning else _MORNING, zone)
    if at - last < ON_TWO_DAYS:
        at = datetime.combine(tomorrow, _AFTERNOON, zone)
    return at.astimezone(last.tzinfo)
