"""Whether a policy can be kept, in words: a warning with its figure and its cure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from desk.durations import exact
from desk.words import said_as
from tickets.sla.forecast import TOLERATED, Addition, Forecast
from tickets.sla.foresight import Foresight


@dataclass(frozen=True)
class Foretold:
    """One target by one roster, said in `lines`."""

    roster: str
    target: str
    is_kept: bool
    lines: list[str]


def foretold(found: Foresight) -> list[Foretold]:
    """What cannot be kept comes first."""
    told = [
        Foretold(name, said_as(target.removesuffix("_s"), "clock"), one.is_kept, _lines(one, name))
        for roster in found.rosters
        for target, one in roster.targets.items()
        if (name := roster.calendar.calendar.name) and one.arrivals
    ]
    return sorted(told, key=lambda one: one.is_kept)


def _lines(found: Forecast, roster: str) -> list[str]:
    return [_closed(found, roster), *_out_of_reach(found), *_both_ways(found), *_cure(found)]


def _closed(found: Forecast, roster: str) -> str:
    return _("%(part)s of %(whole)s (%(share)s) fall due while %(roster)s is closed.") % {
        "part": f"{found.closed:,}",
        "whole": f"{found.arrivals:,}",
        "share": _percent(found.closed, found),
        "roster": roster,
    }


def _out_of_reach(found: Forecast) -> Iterator[str]:
    if found.out_of_reach:
        words = _(
            "%(part)s (%(share)s) have less than %(time)s of open time until then: these cannot be "
            "kept at all."
        )
        share = _percent(found.out_of_reach, found)
        least = exact(found.least_open_s)
        yield words % {"part": f"{found.out_of_reach:,}", "share": share, "time": least}


def _both_ways(found: Forecast) -> Iterator[str]:
    if found.real_s is not None and found.open_s is not None:
        words = _("Half have at most %(real)s in real time and %(opened)s in open hours.")
        yield words % {"real": exact(found.real_s), "opened": exact(found.open_s)}


def _cure(found: Forecast) -> Iterator[str]:
    if found.cure:
        words = _("Opened also on %(hours)s, %(time)s a week, it would be %(share)s.")
        named, more = _named(found.cure), exact(found.hours_more * 3600)
        share = _percent(found.closed_then, found)
        yield words % {"hours": named, "time": more, "share": share}
    if not found.is_cured:
        words = _(
            "No weekly hours bring it below %(share)s: the others fall due on days that have hours "
            "of their own."
        )
        yield words % {"share": f"{TOLERATED * 100:.0f} %"}


def _named(additions: Iterable[Addition]) -> str:
    return ", ".join(f"{WEEKDAYS[one.weekday]} {one.spelled}" for one in additions)


def _percent(part: int, found: Forecast) -> str:
    return f"{part / found.arrivals * 100:.1f} %"
