"""A forecast in sentences that say what to do. Pure."""

from collections.abc import Iterable, Iterator

from tickets.sla.durations import in_words
from tickets.sla.forecast import TOLERATED, Addition, Cell, Forecast

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def foretell(found: Forecast, *, roster: str) -> tuple[str, ...]:
    """`roster` is its name."""
    if not found.arrivals:
        return ("Nothing has arrived lately, so nothing can be said of it.",)
    return (
        *_closed(found, roster),
        *_out_of_reach(found),
        *_both_ways(found),
        *_cure(found, roster),
    )


def _closed(found: Forecast, roster: str) -> Iterator[str]:
    named = f"{found.closed:,} of {found.arrivals:,} arrivals"
    yield f"{named} ({_percent(found.closed, found)}) fall due while {roster} is closed."
    worst = max(found.cells, key=lambda cell: (cell.closed, -cell.weekday, -cell.hour))
    if worst.closed:
        yield f"Most of these fall due on {_hour(worst)}: {worst.closed:,}."


def _hour(cell: Cell) -> str:
    return f"{DAYS[cell.weekday]} between {cell.hour:02}:00 and {cell.hour + 1:02}:00"


def _out_of_reach(found: Forecast) -> Iterator[str]:
    if found.out_of_reach:
        least = in_words(found.least_open_s)
        yield (
            f"{found.out_of_reach:,} ({_percent(found.out_of_reach, found)}) have less than"
            f" {least} of open time until then: these cannot be kept at all."
        )


def _both_ways(found: Forecast) -> Iterator[str]:
    if found.real_s is not None and found.open_s is not None:
        real, opened = in_words(found.real_s), in_words(found.open_s)
        yield f"Half of them have at most {real} in real time and {opened} in open hours."


def _cure(found: Forecast, roster: str) -> Iterator[str]:
    if found.cure:
        share = _percent(found.closed_then, found)
        hours = in_words(found.hours_more * 3600)
        yield f"With {roster} open also on {_named(found.cure)}, {hours} a week, it is {share}."
    if not found.is_cured:
        yield (
            f"No weekly hours bring it below {TOLERATED * 100:.0f} %: the others fall due on days"
            " that have hours of their own."
        )


def _named(additions: Iterable[Addition]) -> str:
    return ", ".join(f"{DAYS[one.weekday]} {one.spelled}" for one in additions)


def _percent(part: int, found: Forecast) -> str:
    return f"{part / found.arrivals * 100:.1f} %"
