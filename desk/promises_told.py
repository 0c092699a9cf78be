"""What was promised to a customer, by the clocks themselves, and how it stands, said honestly.

Only what they were told of: that a person writes, writes again, has news, or calls. When a ticket
is to be settled, and who hears when it is not, is ours.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q

from desk.customer_story import theirs_since
from tickets.recovery.judgement import KEPT, PROMISED
from tickets.recovery.models import Gesture
from tickets.sla.ledger import BREACHED, MET, RUNNING
from tickets.sla.models import Clock, Kind
from tickets.work.models import Ticket, TimelineEntry

AHEAD, LATE, KEPT_IN_TIME, KEPT_LATE, BROKEN = "ahead", "late", "kept", "kept_late", "broken"
WRITES, NEWS, CALLS = "writes", "news", "calls"
_TOLD = {
    Kind.FOLLOW_UP: WRITES,
    Kind.NEXT_REPLY: WRITES,
    Kind.KEEP_IN_LOOP: NEWS,
    Kind.CALL_BACK: CALLS,
}
MOST = 20


@dataclass(frozen=True)
class Promised:
    """`kept_at` is when a person was in touch, in time or late."""

    what: str
    by: datetime
    stands: str
    kept_at: datetime | None = None

    @property
    def is_owed(self) -> bool:
        return self.stands in {AHEAD, LATE}


def promises_of(
    numbers: Collection[int], *, now: datetime, since: Mapping[int, datetime] | None = None
) -> list[Promised]:
    """What is owed first, the soonest before; then what was, the newest before. Of the tickets of
    one person, by number `since` when, where not always. What was taken back by circumstances, such
    as a call that we tried at its time, is not among them, nor news that came in time."""
    clocks = Clock.objects.filter(promise__in=numbers, kind__in=list(_TOLD))
    rows = clocks.order_by("-started_at", "-pk")[:MOST]
    told = [one for clock in rows if (one := _told(clock, now, since or {}))]
    owed = [one for one in told if one.is_owed]
    return sorted(owed, key=lambda one: one.by) + [one for one in told if not one.is_owed]


def _told(clock: Clock, now: datetime, since: Mapping[int, datetime]) -> Promised | None:
    what = _TOLD[Kind(clock.kind)]
    stands = standing_of(clock, now)
    if clock.due_at is None or stands is None or (what == NEWS and stands == KEPT_IN_TIME):
        return None
    told = Promised(what, clock.due_at, stands, clock.met_at)
    theirs = since.get(clock.promise_id)
    if theirs and not told.is_owed and (clock.met_at or clock.due_at) <= theirs:
        return None
    return told


def standing_of(clock: Clock, now: datetime) -> str | None:
    """None for what is void, or stands still while we wait for them."""
    if clock.state == RUNNING and clock.due_at:
        return AHEAD if now < clock.due_at else LATE
    if clock.state == MET:
        return KEPT_IN_TIME
    if clock.state != BREACHED:
        return None
    if clock.met_at:
        return KEPT_LATE
    return BROKEN if clock.voided_at else LATE


def first_owed(told: Iterable[Promised]) -> Promised | None:
    """The one that is owed soonest, or longest."""
    return next((one for one in told if one.is_owed), None)


def gestures_of(numbers: Collection[int], since: Mapping[int, TimelineEntry]) -> Sequence[Gesture]:
    """What we have promised to put it right, and what they have. Nothing that waits for somebody's
    approval, or was refused it, or was promised to somebody else; nor why. `since` is from which
    entry on each of these tickets is theirs, where it was somebody else's before."""
    merged = Ticket.objects.filter(merged_into=OuterRef("recovery__ticket"))
    rows = Gesture.objects.filter(recovery__ticket__in=numbers, state__in=[PROMISED, KEPT])
    given = list(rows.annotate(may_have_come=Exists(merged)).order_by("at", "pk"))
    if any(one.may_have_come for one in given):  # type: ignore[attr-defined]
        since = theirs_since(_gone_on_as(numbers))
    others = _stood_before(since) if given else ()
    return [one for one in given if one.pk not in others]


def _stood_before(since: Mapping[int, TimelineEntry]) -> set[int]:
    """The gestures that a ticket had before it was theirs, by number, wherever they went with it:
    each is noted where it stands, and a merge notes it anew."""
    before = [Q(ticket=number, pk__lt=entry.pk) for number, entry in since.items()]
    if not before:
        return set()
    rows = TimelineEntry.objects.filter(reduce(or_, before), kind__startswith="gesture_")
    return set(rows.values_list("reason__gesture", flat=True))


def _gone_on_as(numbers: Collection[int]) -> set[int]:
    """These tickets, and all that were merged into them."""
    known, newest = set(numbers), set(numbers)
    while newest:
        rows = Ticket.objects.filter(merged_into__in=newest).values_list("pk", flat=True)
        newest = set(rows) - known
        known |= newest
    return known
