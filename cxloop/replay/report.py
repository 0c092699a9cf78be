"""What a manager would ask of a helpdesk's years: how many promises were kept, how long things
took, what was waited for longest."""

import statistics
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from cxloop.replay.clocks import Pause, Reckoned, Reckoning
from cxloop.replay.helpdesk import OPENING_HOURS, ROUND_THE_CLOCK, WEEKLY, ZONE, exceptions
from cxloop.replay.tables import table
from tickets.sla.calendars import Hours, elapsed, parse_hours
from tickets.sla.ledger import BREACHED, MET, VOID
from tickets.sla.models import Kind

# What the log can tell of.
PROMISED = (Kind.ACKNOWLEDGE, Kind.FOLLOW_UP, Kind.RESOLVE)
LONGEST = 10
WIDTH = 34


def tell_report(reckoning: Reckoning) -> str:
    parts = (
        *(_kept(reckoning.clocks, policy) for policy in (ROUND_THE_CLOCK, OPENING_HOURS)),
        _durations(reckoning),
        _longest(reckoning.pauses),
    )
    return "\n\n".join(parts)


def _kept(clocks: Sequence[Reckoned], policy: str) -> str:
    """By the month of the receipt; of what was met or broken, what was met."""
    months: dict[str, list[Reckoned]] = defaultdict(list)
    for clock in clocks:
        if clock.policy == policy:
            month = clock.started_at.astimezone(ZoneInfo(ZONE)).strftime("%Y-%m")
            months[month].append(clock)
            months["all"].append(clock)
    head = (f"Kept, {policy.replace('-', ' ')}", *PROMISED, "void", "still open")
    rows = [(f"  {month}", *_rates(months[month])) for month in sorted(months)]
    return table([head, *rows], first=WIDTH)


def _rates(clocks: Sequence[Reckoned]) -> list[str | int]:
    ended = sum(clock.state in (MET, BREACHED, VOID) for clock in clocks)
    void = sum(clock.state == VOID for clock in clocks)
    rates = [_rate([clock.state for clock in clocks if clock.kind == kind]) for kind in PROMISED]
    return [*rates, void, len(clocks) - ended]


def _rate(states: Sequence[str]) -> str:
    met, all_of_them = states.count(MET), states.count(MET) + states.count(BREACHED)
    return f"{met:,} of {all_of_them:,} {met / all_of_them:4.0%}" if all_of_them else "-"


def _durations(reckoning: Reckoning) -> str:
    """From the receipt of the first cycle, late ends included."""
    head = ("Hours from the receipt", "ended", "median", "p90", "open hours: median", "p90")
    named = {"to acknowledge": Kind.ACKNOWLEDGE, "to first contact": Kind.FOLLOW_UP}
    rows = [(f"  {name}", *_spread(reckoning, kind)) for name, kind in named.items()]
    return table([head, *rows, ("  to resolve", *_spread(reckoning, Kind.RESOLVE))], first=WIDTH)


def _spread(reckoning: Reckoning, kind: Kind) -> list[str | int]:
    first = [c for c in reckoning.clocks if (c.kind, c.cycle) == (kind, 1)]
    ended = [c for c in first if c.met_at]
    hours = parse_hours(ZONE, WEEKLY, exceptions())
    real = _cuts(ended, lambda clock: _seconds(clock))
    return [len(ended), *real, *_cuts(ended, lambda clock: _open_seconds(clock, hours))]


def _cuts(clocks: Sequence[Reckoned], seconds: Callable[[Reckoned], float]) -> tuple[str, str]:
    if len(clocks) < 2:
        return "-", "-"
    cuts = statistics.quantiles(map(seconds, clocks), n=10, method="inclusive")
    return f"{cuts[4] / 3600:,.1f}", f"{cuts[8] / 3600:,.1f}"


def _seconds(clock: Reckoned) -> float:
    assert clock.met_at is not None
    return (clock.met_at - clock.started_at).total_seconds()


def _open_seconds(clock: Reckoned, hours: Hours) -> float:
    assert clock.met_at is not None
    return elapsed(hours, clock.started_at, clock.met_at)


def _longest(pauses: Sequence[Pause]) -> str:
    longest = sorted(pauses, key=lambda pause: (-pause.days, pause.start))[:LONGEST]
    rows = [
        (f"  {pause.case}", _day(pause.start), _day(pause.end), f"{pause.days:.1f}")
        for pause in longest
    ]
    total = sum(pause.days for pause in pauses)
    head = ("Longest pauses", "from", "to", "days")
    all_of_them = (f"  all {len(pauses):,}", "", "", f"{total:,.1f}")
    return table([head, *rows, all_of_them], first=WIDTH)


def _day(at: datetime) -> str:
    return at.astimezone(ZoneInfo(ZONE)).strftime("%Y-%m-%d %H:%M")
