"""What stands on a status page, in the words of who reads it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from desk.customer_story import Said, story_of, theirs_since
from desk.promises_told import LATE, NEWS, Promised, first_owed, gestures_of, promises_of
from desk.status_sent import offered
from desk.status_words import WORDS
from feedback.web.pages import said_window
from tickets.recovery.actions.answer import is_overtaken
from tickets.recovery.door import token_on_page
from tickets.recovery.given_words import what_is_given
from tickets.recovery.judgement import SCORES
from tickets.recovery.models import Gesture, Question
from tickets.work.actions.late_answer import is_late
from tickets.work.lifecycle import CLOSED, RESOLVED, WAITING
from tickets.work.models import Ticket
from tickets.work.said_times import said_time, zone_of
from tickets.work.status_door import Matter

HAPPY = ("recovered", "improved", "satisfied_without_repair")


@dataclass(frozen=True)
class Told:
    """`stands` names the words of the heading. `ask` is the token of the question that is open."""

    stands: str
    title: str
    lead: str
    promises: Sequence[tuple[str, str]]
    gestures: Sequence[tuple[str, str, str]]
    story: Sequence[Said]
    zone: ZoneInfo
    ask: str
    windows: Sequence[tuple[str, str]]
    may_write: bool
    scores: Sequence[str] = tuple(map(str, SCORES))


def told_of(matter: Matter, *, language: str, now: datetime) -> Told:
    ticket, words, zone = matter.ticket, WORDS[language], zone_of(matter.ticket)
    theirs = theirs_since(matter.numbers)
    since = {number: entry.at for number, entry in theirs.items()}
    promises = promises_of(matter.numbers, now=now, since=since)
    story = story_of(ticket, now=now, language=language, led_here=matter.numbers, since=theirs)
    ask, owed = _question(matter, now), first_owed(promises)
    stands = stands_of(ticket, owed, story, asks=bool(ask), now=now)
    title, lead = words["stands"][stands]
    by = said_time(owed.by, zone, language) if owed else ""
    listed = promises if promises[1:] or not owed else []
    return Told(
        stands=stands,
        title=title,
        lead=lead.format(by=by),
        promises=[_promise(one, zone, language) for one in listed],
        gestures=list(_gestures(gestures_of(matter.numbers, theirs), zone, language, now)),
        story=story,
        zone=zone,
        ask=ask,
        windows=[(one.value, said_window(one, language)) for one in offered(zone, now)],
        may_write=not is_late(ticket, now),
    )


def stands_of(
    ticket: Ticket, owed: Promised | None, story: Sequence[Said], *, asks: bool, now: datetime
) -> str:
    """What is said first: what has ended, what is owed, what waits for them."""
    if ticket.status == CLOSED:
        happy = ticket.outcome in HAPPY
        return "happy" if happy else "ended" if is_late(ticket, now) else "closed"
    waits = ticket.status in {WAITING, RESOLVED}
    if owed and not (waits and owed.what == NEWS and owed.stands != LATE):
        return f"{owed.what}_late" if owed.stands == LATE else owed.what
    if ticket.status == RESOLVED:
        return "asked" if asks else "resolved"
    if ticket.status == WAITING:
        return "waiting"
    return "answered" if story and story[-1].ours else "heard"


def _question(matter: Matter, now: datetime) -> str:
    """Its token, where it is open still; and never behind a link that a colleague has handed on."""
    ticket = matter.ticket
    rows = Question.objects.filter(ticket=ticket, cycle=ticket.cycle, letter__isnull=False)
    found = None if matter.link.handed else rows.select_related("ticket").first()
    if found is None or found.state == Question.State.ANSWERED or is_overtaken(found):
        return ""
    return token_on_page(found, matter.link.made_at, now)


def _promise(one: Promised, zone: ZoneInfo, language: str) -> tuple[str, str]:
    """How it stands, and that in a sentence."""
    by = said_time(one.by, zone, language)
    at = said_time(one.kept_at, zone, language) if one.kept_at else ""
    return one.stands, WORDS[language]["promise"][one.what][one.stands].format(by=by, at=at)


def _gesture_stands(one: Gesture, now: datetime) -> tuple[str, datetime | None]:
    """And the time of which that speaks."""
    if one.settled_at or one.keep_by is None:
        return one.state, one.settled_at
    return ("promised_by" if now < one.keep_by else LATE), one.keep_by


def _gestures(
    given: Iterable[Gesture], zone: ZoneInfo, language: str, now: datetime
) -> Iterator[tuple[str, str, str]]:
    """How it stands, what it is and that in words."""
    words = WORDS[language]
    for one in given:
        state, when = _gesture_stands(one, now)
        at = said_time(when, zone, language) if when else ""
        stands = words["gesture_stands"][state].format(at=at)
        yield state, what_is_given(one, language), stands
