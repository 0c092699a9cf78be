"""What on a ticket is news for its owner and its watchers, and how they may hear of it. Pure.

Promises in danger are not among it: nobody can choose not to hear of those.
"""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

MORNING = time(8)


class Event(StrEnum):
    GIVEN = "given"
    CUSTOMER = "customer"
    COLLEAGUE = "colleague"
    MOVED = "moved"
    FAILED = "failed"
    MENTION = "mention"
    HANDED = "handed"
    OUTSIDE = "outside"


class Way(StrEnum):
    """On the desk always, unless it is off; by a letter at once, or by one each morning."""

    DESK = "desk"
    LETTER = "letter"
    DIGEST = "digest"
    OFF = "off"


EVENTS = [event.value for event in Event]
WAYS = [way.value for way in Way]

UNLESS_CHOSEN: Mapping[str, str] = {
    Event.GIVEN: Way.LETTER,
    Event.CUSTOMER: Way.LETTER,
    Event.COLLEAGUE: Way.DESK,
    Event.MOVED: Way.DESK,
    Event.FAILED: Way.LETTER,
    Event.MENTION: Way.LETTER,
    Event.HANDED: Way.LETTER,
    Event.OUTSIDE: Way.LETTER,
}

# By the kind of the entry that says it.
EVENT_OF: Mapping[str, Event] = {
    "assigned": Event.GIVEN,
    "watched": Event.GIVEN,
    "customer_message": Event.CUSTOMER,
    "asked_for_answer": Event.CUSTOMER,
    "asked_for_call": Event.CUSTOMER,
    "feedback_joined": Event.CUSTOMER,
    "answered": Event.CUSTOMER,
    "reply": Event.COLLEAGUE,
    "contact": Event.COLLEAGUE,
    "store_reply": Event.COLLEAGUE,
    "note": Event.COLLEAGUE,
    "side_letter": Event.COLLEAGUE,
    "side_answer": Event.OUTSIDE,
    "resolved": Event.MOVED,
    "reopened": Event.MOVED,
    "closed": Event.MOVED,
    "merged": Event.MOVED,
    "handed_over": Event.MOVED,
    "accepted": Event.MOVED,
    "sent_back": Event.MOVED,
    "handover_taken_back": Event.MOVED,
    "not_accepted": Event.MOVED,
    "wait_ended": Event.MOVED,
    "woken": Event.MOVED,
    "not_spam": Event.MOVED,
    "gesture_promised": Event.MOVED,
    "gesture_rejected": Event.MOVED,
    "gesture_late": Event.MOVED,
    "letter_failed": Event.FAILED,
}

# Entries that tell people of a hand-over, who need be neither owner nor watcher.
TELL_OF_HANDOVER = ("handed_over", "not_accepted", "sent_back", "handover_taken_back")

# Entries that are news for the one whom they name, and for nobody else.
NAMED_BY = {"assigned": "assignee", "watched": "watcher"}


def named_in(kind: str, reason: Mapping[str, Any]) -> int | None:
    """The number of the person whom such an entry names."""
    person = reason.get(NAMED_BY.get(kind, ""))
    return person["id"] if person else None


def mentioned_in(reason: Mapping[str, Any]) -> list[int]:
    """The numbers of the colleagues whom the words of an entry mention."""
    return [person["id"] for person in reason.get("mentioned", ())]


def wrote_what_failed(kind: str, reason: Mapping[str, Any]) -> list[int]:
    """The number of whoever wrote the letter that reached nobody: theirs is the next step."""
    wrote = reason.get("wrote") if kind == "letter_failed" else None
    return [wrote["id"]] if wrote else []


def told_of_handover(kind: str, reason: Mapping[str, Any]) -> list[int]:
    """The numbers of those who lead a group in it, or gave it away."""
    return [person["id"] for person in reason.get("told", ())] if kind in TELL_OF_HANDOVER else []


def event_for(person: int, kind: str, reason: Mapping[str, Any]) -> Event:
    """What such an entry is to them: who is mentioned hears that, and not that somebody wrote."""
    if person in mentioned_in(reason):
        return Event.MENTION
    return Event.HANDED if person in told_of_handover(kind, reason) else EVENT_OF[kind]


def letter_at(way: str, zone: str, now: datetime) -> datetime | None:
    """When a letter is due; none for what stands on the desk alone."""
    if way == Way.LETTER:
        return now
    return next_morning(zone, now) if way == Way.DIGEST else None


def next_morning(zone: str, now: datetime) -> datetime:
    """At eight, where they live. A zone that was renamed away must lose nobody their letter."""
    try:
        here = now.astimezone(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError):
        here = now
    morning = datetime.combine(here.date(), MORNING, here.tzinfo)
    if morning <= here:
        morning = datetime.combine(here.date() + timedelta(days=1), MORNING, here.tzinfo)
    return morning.astimezone(now.tzinfo)
