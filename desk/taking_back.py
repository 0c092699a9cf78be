"""What the page of a ticket offers to take back, and the words that were. The entries of its
history are given newest first: where nothing was said just now it costs no further query."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q

from accounts.models import User
from cxloop.kernel.letters import TAKEN_BACK
from cxloop.kernel.models import Letter
from feedback.intake.models import Customer
from tickets.recovery.models import Gesture
from tickets.work.letters import REPLY
from tickets.work.models import BulkItem, Joining, Ticket, TimelineEntry, Unasked

WRITTEN = ("reply", "resolved")
SHOWN_FOR = timedelta(minutes=1)
Entries = Sequence[TimelineEntry]


def to_take_back(entries: Entries, ticket: Ticket, person: User, now: datetime) -> dict[str, Any]:
    fresh = [e for e in _by(person, entries) if e.kind in WRITTEN and e.at > now - settings.UNDO]
    until = _until(ticket, person, fresh) if fresh else None
    if until is None or until <= now:
        return {}
    return {"undo_until": until, "undo_ms": (until - now) // timedelta(milliseconds=1)}


def _by(person: User, entries: Entries) -> list[TimelineEntry]:
    return [entry for entry in entries if entry.actor_id == person.pk]


def _until(ticket: Ticket, person: User, fresh: Entries) -> datetime | None:
    """When their last letter leaves, or the customer is asked about their resolving."""
    theirs = Letter.objects.filter(
        key__in=[f"{REPLY}:{entry.pk}" for entry in fresh], state=Letter.State.WAITING, attempts=0
    )
    asked = Unasked.objects.filter(resolution__ticket=ticket, resolution__by=person)
    ends = [*theirs.values_list("leave_at", flat=True)]
    ends += [since + settings.UNDO for since in asked.values_list("since", flat=True)]
    return max(ends, default=None)


def held_on(ticket: Ticket, person: User, now: datetime) -> dict[str, Any]:
    """What they confirmed just now and has not begun, or was refused when it did."""
    items = BulkItem.objects.filter(ticket=ticket, act__by=person, act__undone_at=None)
    fresh = items.exclude(state=BulkItem.State.DONE).filter(act__starts_at__gt=now - SHOWN_FOR)
    return {"held": fresh.select_related("act").order_by("-pk").first()}


def held_joining(customer: Customer, person: User, now: datetime) -> Joining | None:
    """Their word on who this is, which waits or was refused."""
    named = Joining.objects.filter(Q(claim=customer) | Q(person=customer), by=person)
    fresh = named.filter(undone_at=None, starts_at__gt=now - SHOWN_FOR)
    told = fresh.exclude(ended_at__isnull=False, refused_as="")
    return told.select_related("claim", "person").order_by("-pk").first()


def taken_back(entries: Entries, person: User) -> TimelineEntry | None:
    """What they wrote, if taking it back is the last they did here."""
    # A letter that is taken back takes along what it proved.
    theirs = [entry for entry in _by(person, entries) if entry.kind != "gesture_unproven"]
    if not theirs or theirs[0].kind != "taken_back":
        return None
    what = theirs[0].reason.get("what")
    return next((entry for entry in theirs if entry.kind == what), None)


def letter_taken_back(ticket: Ticket, gesture: Gesture, person: User) -> dict[str, str]:
    """What they typed of their last letter, `body` and `offer`, if it was about this gesture and
    was taken back."""
    last = ticket.timeline.filter(kind="reply", actor=person).order_by("-pk").first()
    if last is None or last.reason.get("gesture") != gesture.pk:
        return {}
    gone = Letter.objects.filter(key=f"{REPLY}:{last.pk}", withdrawn_why=TAKEN_BACK)
    return dict(last.reason.get("words", {})) if gone.exists() else {}
