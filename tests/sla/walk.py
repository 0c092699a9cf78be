"""An oracle that watches the wall clock minute by minute: slow, plain, and none of our code.

It keeps the latest reading that the clock has ever shown. When clocks go back the reading stays
where it was until the wall clock passes it again; when they go forward it jumps. An interval is
open while that reading lies inside it.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
# Longer than any clock has ever gone back.
WATCHED_BEFORE = 26 * 60


class Walk:
    """Every open minute after `start`, which is a whole minute in UTC.

    `weekly` maps 0..6 and `exceptions` dates to pairs of minutes from midnight, which may reach
    into the next date.
    """

    def __init__(self, zone, weekly, exceptions, start, minutes):
        self.weekly, self.exceptions, self.by_date = weekly, exceptions, {}
        self.open_minutes = []
        latest = datetime.min
        for minute in range(-WATCHED_BEFORE, minutes):
            instant = start + minute * MINUTE
            wall = instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
            latest = max(latest, wall)
            if minute >= 0 and self.is_open_at(latest):
                self.open_minutes.append(instant)

    def is_open_at(self, wall):
        minute, today = wall.hour * 60 + wall.minute, wall.date()
        return minute in self.hours_of(today) or minute + 1440 in self.hours_of(today - DAY)

    def hours_of(self, day):
        if day not in self.by_date:
            intervals = self.exceptions.get(day, self.weekly.get(day.weekday(), []))
            self.by_date[day] = {m for opens, closes in intervals for m in range(opens, closes)}
        return self.by_date[day]

    def elapsed(self, start, end):
        total = timedelta(0)
        for minute in self.open_minutes:
            if start < minute + MINUTE and minute < end:
                total += min(minute + MINUTE, end) - max(minute, start)
        return total

    def add(self, start, duration):
        """None where the walk ends first."""
        if not duration:
            return start
        for minute in self.open_minutes:
            since = max(minute, start)
            if minute + MINUTE - since >= duration:
                return since + duration
            duration -= max(minute + MINUTE - since, timedelta(0))
        return None

    def next_open(self, start):
        """None where the walk ends first."""
        for minute in self.open_minutes:
            if minute + MINUTE > start:
                return max(minute, start)
        return None
