"""Whether hours open often enough to promise by. Pure."""

from datetime import UTC, date, datetime, time, timedelta

from cxloop.kernel.errors import Fault
from tickets.sla.calendars import add, next_open
from tickets.sla.hours import BadCalendar, Hours

LONGEST_CLOSED = timedelta(days=366)
MOST_DATES = 10_000
# Every month is asked, not every date: a year that begins between two is seen by the next.
ASKED_EVERY = 30


def refuse_out_of_reach(hours: Hours) -> None:
    """Raises BadCalendar where dated closings leave less than one week's hours in a year.

    The week itself opens, or parse_hours would have refused it; so only a time that dated closings
    fill can keep a promise waiting, and with this refusal it waits a year at most.
    """
    if len(hours.exceptions) > MOST_DATES:
        raise _refused("too_many", f"At most {MOST_DATES:,} dates have hours of their own.")
    asked_until = 0
    for day in hours.exception_days:
        if day >= asked_until:
            _refuse_long_closing(hours, date.fromordinal(day))
            asked_until = day + ASKED_EVERY


def _refuse_long_closing(hours: Hours, day: date) -> None:
    start = datetime.combine(day, time.min, hours.zone).astimezone(UTC)
    opens = next_open(hours, start)
    if opens - start > LONGEST_CLOSED:
        closed = f"It would be closed from {day} to {opens.astimezone(hours.zone).date()}"
        raise _refused("never_opens", f"{closed}, more than a year.")
    if add(hours, start, int(hours.week_length.total_seconds())) - start > LONGEST_CLOSED:
        scarce = f"In the year from {day} it would not open as long as in one of its weeks."
        raise _refused("hardly_opens", scarce)


def _refused(code: str, detail: str) -> BadCalendar:
    return BadCalendar([Fault("/exceptions", code, detail)])
