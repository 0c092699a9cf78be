"""Promises whose time has come raise themselves."""

from datetime import datetime
from functools import partial

from cxloop.kernel import due
from cxloop.kernel.models import Letter, LetterQuerySet
from cxloop.kernel.moment import moment
from tickets.escalation.actions.climb import WhoDecides, climb, nobody_knows
from tickets.escalation.actions.take_back import take_back
from tickets.escalation.actions.tell import KIND, tell
from tickets.escalation.actions.tell_news import tell_news
from tickets.escalation.actions.wake import wake_clocks
from tickets.escalation.models import LadderChange, Notice
from tickets.sla.models import Clock
from tickets.work.models import News

# Four steps of 500 tickets every five seconds, behind a thousand clocks at most: looked at within
# seconds even while the machine is busy with feedback.
MANY, STEPS = 1_000, 4


def climb_ladders(*, clock: due.Clock = moment, who_decides: WhoDecides = nobody_knows) -> int:
    """First all that has happened, then what people are told of it: many notices, one letter."""
    now, looked_at = clock(), Clock.objects.to_look_at
    handle = partial(climb, who_decides=who_decides)
    climbed = due.drain(
        looked_at, handle, batch=500, along="next_action_at", asked_at=now, clock=clock
    )
    asked_at = None if climbed else now  # the time of a sweep that finds nothing is asked once
    due.drain(_called_back, take_back, batch=100, asked_at=asked_at, clock=clock)
    due.drain(Notice.objects.untold, tell, batch=1000, asked_at=asked_at, clock=clock)
    return climbed


def write_news(*, clock: due.Clock = moment) -> int:
    return due.drain(News.objects.untold, tell_news, batch=500, clock=clock)


def wake_changed(*, clock: due.Clock = moment) -> int:
    """A few steps, each a transaction of its own, and none while many clocks wait to be looked at:
    whatever falls due now must not stand behind a whole house that was woken at once."""
    if Clock.objects.to_look_at(clock())[:MANY].count() == MANY:
        return 0
    return due.drain(LadderChange.objects.to_walk, wake_clocks, batch=1, limit=STEPS, clock=clock)


def _called_back(now: datetime) -> LetterQuerySet:
    return Letter.objects.newly_withdrawn([KIND], now)
