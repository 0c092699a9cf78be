"""An explanation in sentences that a customer would accept. Pure.

Times stand in the calendar's zone, since that is where somebody was or was not there to answer.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import groupby, pairwise
from zoneinfo import ZoneInfo

from tickets.sla.calendars import Hours
from tickets.sla.calls import CallWish, wish_of
from tickets.sla.explain import Stretch, Sum
from tickets.sla.ledger import BREACHED, MET, PAUSED, RUNNING, VOID, Event, Reading
from tickets.sla.phrases import ENGLISH, Speaker
from tickets.sla.what_if import Otherwise

MOST_DAYS_NAMED = 14


def tell(
    summed: Sum,
    events: Sequence[Event],
    hours: Hours,
    *,
    kind: str,
    law: str = "",
    otherwise: Sequence[Otherwise] = (),
    language: str = ENGLISH,
) -> tuple[str, ...]:
    """`summed` is what add_up made of the same events and hours, `law` what obliges us to it,
    `otherwise` when it would be due with another priority."""
    told = _Told(hours, Speaker(language))
    return (
        *told.promise(events, kind),
        *([told.say("law", law=law)] if law else []),
        *told.sums(summed),
        *told.what_if(otherwise),
    )


class _Told:
    """What one speaker says of one clock."""

    def __init__(self, hours: Hours, speaker: Speaker) -> None:
        self.hours, self.speaker, self.say = hours, speaker, speaker.say

    def sums(self, summed: Sum) -> Iterator[str]:
        yield self.say("start", when=self._when(summed.reading.started_at))
        yield from self._pauses(summed)
        yield from self._special_days(summed.stretches)
        yield from self._counted(summed)
        yield from self._due(summed)
        yield from self._strikes(summed)
        yield from self._ending(summed.reading)

    def what_if(self, otherwise: Sequence[Otherwise]) -> Iterator[str]:
        for other in otherwise:
            priority, when = self.speaker.priority(other.priority), self._when(other.due_at)
            yield self.say("what_if", priority=priority, when=when)

    def _when(self, at: datetime) -> str:
        return self.speaker.when(at, self.hours.zone)

    def _length(self, seconds: int) -> str:
        return self.speaker.length(seconds)

    def _manner(self, hours: Hours) -> str:
        return self.say("round_the_clock" if hours.never_closes else "opening_hours")

    def promise(self, events: Sequence[Event], kind: str) -> Iterator[str]:
        first, *later = [event for event in events if "target_s" in event.data]
        if wish := wish_of(first.data):
            yield self._asked(wish)
            return
        time, manner = self._target(first), self._manner(self.hours)
        promised = self.speaker.promised(kind)
        yield self.say("promise", promised=promised, time=time, manner=manner)
        for event in later:
            phrase = "moved" if event.hours else "changed"
            manner = self._manner(event.hours or self.hours)
            time = self._target(event)
            yield self.say(phrase, when=self._when(event.at), time=time, manner=manner)

    def _asked(self, wish: CallWish) -> str:
        """In the zone in which they said it."""
        zone = ZoneInfo(wish.zone) if wish.zone else self.hours.zone
        before = self.speaker.when(wish.before, zone)
        if wish.after is None:
            return self.say("call", before=before)
        return self.say("call_between", after=self.speaker.when(wish.after, zone), before=before)

    def _target(self, event: Event) -> str:
        return self._length(int(event.data["target_s"]))

    def _pauses(self, summed: Sum) -> Iterator[str]:
        for span in summed.spans:
            if not span.ran:
                start, end = self._when(span.start), self._when(span.end)
                yield self.say("pause", start=start, end=end, time=self._length(span.counted_s))

    def _special_days(self, stretches: Sequence[Stretch]) -> Iterator[str]:
        for why in dict.fromkeys(stretch.why for stretch in stretches):
            if why.startswith("closed on "):
                yield self.say("closed", day=why.removeprefix("closed on "))
            if why.startswith("special hours on "):
                yield self.say("special", day=why.removeprefix("special hours on "))

    def _counted(self, summed: Sum) -> Iterator[str]:
        parts, time = self._by_day(summed), self._length(summed.counted_s)
        if len(parts) > MOST_DAYS_NAMED:
            first, last = self.speaker.day(parts[0][0]), self.speaker.day(parts[-1][0])
            yield self.say("many_days", count=len(parts), first=first, last=last, time=time)
        elif len(parts) > 1:
            days = ", ".join(
                self.say("day", time=self._length(s), day=self.speaker.day(day)) for day, s in parts
            )
            yield self.say("days", days=days, time=time)

    def _by_day(self, summed: Sum) -> list[tuple[date, int]]:
        counting = [stretch for stretch in summed.stretches if stretch.counts]
        if self.hours.never_closes:
            return []
        days = groupby(counting, key=self._day)
        return [(day, sum(_seconds(part) for part in parts)) for day, parts in days]

    def _day(self, stretch: Stretch) -> date:
        return stretch.start.astimezone(self.hours.zone).date()

    def _due(self, summed: Sum) -> Iterator[str]:
        reading = summed.reading
        if reading.due_at:
            phrase = "falls" if reading.state == RUNNING else "fell"
            yield self.say(phrase, when=self._when(reading.due_at))
        elif reading.state == PAUSED:
            left = self._length(reading.remaining_s)
            yield self.say("left", time=self._length(summed.counted_s), left=left)

    def _strikes(self, summed: Sum) -> Iterator[str]:
        for before, after in pairwise(summed.readings):
            if before.met_at and after.met_at is None:
                yield self.say("struck", when=self._when(before.met_at))

    def _ending(self, reading: Reading) -> Iterator[str]:
        if reading.state == MET and reading.met_at and reading.due_at:
            spare = self._length(_between(reading.met_at, reading.due_at))
            yield self.say("kept", when=self._when(reading.met_at), time=spare)
        if reading.state == BREACHED and reading.detected_at:
            yield self.say("broken", when=self._when(reading.detected_at))
            yield from self._made_good(reading)
        if reading.voided_at:
            phrase = "void" if reading.state == VOID else "given_up"
            yield self.say(phrase, when=self._when(reading.voided_at), reason=reading.void_reason)

    def _made_good(self, reading: Reading) -> Iterator[str]:
        if not (reading.met_at and reading.due_at):
            return
        late_s = _between(reading.due_at, reading.met_at)
        phrase = "made_good" if late_s > 0 else "told_late"
        yield self.say(phrase, when=self._when(reading.met_at), time=self._length(abs(late_s)))


def _seconds(stretch: Stretch) -> int:
    return round((stretch.end - stretch.start).total_seconds())


def _between(earlier: datetime, later: datetime) -> int:
    return int((later - earlier).total_seconds())
