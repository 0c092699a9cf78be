"""An explanation in sentences that a customer would accept. Pure.

Times stand in the calendar's zone, since that is where somebody was or was not there to answer.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby, pairwise
from zoneinfo import ZoneInfo

from tickets.sla.calendars import Hours
from tickets.sla.durations import in_words
from tickets.sla.explain import Stretch, Sum
from tickets.sla.ledger import BREACHED, MET, PAUSED, RUNNING, VOID, Event, Reading

PROMISED = {
    "acknowledge": "to say that we have the message",
    "follow_up": "that a person answers",
    "next_reply": "that a person answers when they write again",
    "resolve": "to settle the matter",
    "keep_in_loop": "that they hear news",
    "close_loop": "that they say themselves that it is settled",
}
MOST_DAYS_NAMED = 14


def tell(summed: Sum, events: Sequence[Event], hours: Hours, *, kind: str) -> tuple[str, ...]:
    """`summed` is what add_up made of the same events and hours."""
    return (
        *_promise(events, hours, kind),
        *_start(summed.reading, hours),
        *_pauses(summed, hours),
        *_special_days(summed.stretches),
        *_counted(summed, hours),
        *_due(summed, hours),
        *_strikes(summed, hours),
        *_ending(summed.reading, hours),
    )


def when(at: datetime, zone: ZoneInfo) -> str:
    """Friday 20 November 2026, 09:00 (UTC); with seconds where there are some."""
    local = at.astimezone(zone)
    time = local.strftime("%H:%M:%S" if local.second else "%H:%M")
    return f"{_day(local)}, {time} ({zone.key})"


def _day(local: datetime) -> str:
    return f"{local:%A} {local.day} {local:%B %Y}"


def _promise(events: Sequence[Event], hours: Hours, kind: str) -> Iterator[str]:
    targets = [event for event in events if "target_s" in event.data]
    first, *later = targets
    within = f"within {in_words(int(first.data['target_s']))}, counted {_manner(hours)}"
    yield f"We promised {PROMISED[kind]} {within}."
    for event in later:
        became = f"that became {in_words(int(event.data['target_s']))}"
        counted = f", counted {_manner(event.hours)} from then on" if event.hours else ""
        yield f"On {when(event.at, hours.zone)} {became}{counted}."


def _manner(hours: Hours) -> str:
    return "round the clock" if hours.never_closes else "in opening hours"


def _start(reading: Reading, hours: Hours) -> Iterator[str]:
    yield f"The time runs from {when(reading.started_at, hours.zone)}, when we were told."


def _pauses(summed: Sum, hours: Hours) -> Iterator[str]:
    for span in summed.spans:
        if not span.ran:
            length = in_words(span.counted_s)
            between = f"From {when(span.start, hours.zone)} to {when(span.end, hours.zone)}"
            yield f"{between} we waited for the customer: {length} did not count."


def _special_days(stretches: Sequence[Stretch]) -> Iterator[str]:
    for why in dict.fromkeys(stretch.why for stretch in stretches):
        if why.startswith("closed on "):
            yield f"We were {why}, in hours that are usually open."
        if why.startswith("special hours on "):
            yield f"We had {why}."


def _counted(summed: Sum, hours: Hours) -> Iterator[str]:
    parts = _by_day(summed, hours)
    total = in_words(summed.counted_s)
    if len(parts) > MOST_DAYS_NAMED:
        yield f"{len(parts)} days counted, from {parts[0][0]} to {parts[-1][0]}: {total} in all."
    elif len(parts) > 1:
        named = ", ".join(f"{in_words(seconds)} on {day}" for day, seconds in parts)
        yield f"Counted were {named}: {total} in all."


def _by_day(summed: Sum, hours: Hours) -> list[tuple[str, int]]:
    counting = [stretch for stretch in summed.stretches if stretch.counts]
    if hours.never_closes:
        return []
    days = groupby(counting, key=lambda stretch: _day(stretch.start.astimezone(hours.zone)))
    return [(day, sum(_seconds(part) for part in parts)) for day, parts in days]


def _seconds(stretch: Stretch) -> int:
    return round((stretch.end - stretch.start).total_seconds())


def _due(summed: Sum, hours: Hours) -> Iterator[str]:
    reading = summed.reading
    if reading.due_at:
        falls = "falls" if reading.state == RUNNING else "fell"
        yield f"So it {falls} due on {when(reading.due_at, hours.zone)}."
    elif reading.state == PAUSED:
        left = in_words(reading.remaining_s)
        yield f"{in_words(summed.counted_s)} have counted; {left} are left when it goes on."


def _strikes(summed: Sum, hours: Hours) -> Iterator[str]:
    for before, after in pairwise(summed.readings):
        if before.met_at and after.met_at is None:
            said = when(before.met_at, hours.zone)
            yield f"What was written on {said} reached nobody, so the old due time holds."


def _ending(reading: Reading, hours: Hours) -> Iterator[str]:
    if reading.state == MET and reading.met_at and reading.due_at:
        spare = in_words(_between(reading.met_at, reading.due_at))
        yield f"It was kept on {when(reading.met_at, hours.zone)}, {spare} before."
    if reading.state == BREACHED and reading.detected_at:
        yield f"It was not kept; we noted that on {when(reading.detected_at, hours.zone)}."
        yield from _made_good(reading, hours)
    if reading.voided_at:
        ended = when(reading.voided_at, hours.zone)
        word = "It ended" if reading.state == VOID else "It was given up"
        yield f"{word} on {ended} without contact: {reading.void_reason}."


def _made_good(reading: Reading, hours: Hours) -> Iterator[str]:
    if reading.met_at and reading.due_at:
        late = in_words(_between(reading.due_at, reading.met_at))
        yield f"It was made good on {when(reading.met_at, hours.zone)}, {late} late."


def _between(earlier: datetime, later: datetime) -> int:
    return int((later - earlier).total_seconds())
