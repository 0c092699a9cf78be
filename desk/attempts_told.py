"""What was tried to reach the customer, what to try next, and what is lacking to say that nobody
could."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from desk.times import local
from desk.words import said_as
from tickets.work.attempts import (
    ENOUGH,
    LETTER,
    OTHER_WAY,
    Attempt,
    NextAttempt,
    what_lacks,
)
from tickets.work.models import Ticket
from tickets.work.tries import ways_of


@dataclass(frozen=True)
class Trying:
    """The next step in words. `until` is when a wait for it would end, as the form of a wait takes
    it; blank where its time has come."""

    said: str
    until: str = ""
    at: str = ""


def told_of_next(step: NextAttempt | None, now: datetime) -> Trying | None:
    if step is None:
        return None
    if step.reason == ENOUGH or step.not_before is None:
        return Trying(_("Enough was tried: it may be closed as one who could not be reached."))
    if step.not_before <= now:
        return Trying(_due(step))
    until = timezone.localtime(step.not_before).strftime("%Y-%m-%dT%H:%M")
    return Trying(_ahead(step), until, local(step.not_before))


def _due(step: NextAttempt) -> str:
    if step.channel == LETTER:
        return _("Nobody was reached. Next: a letter.")
    return _("Nobody was reached. Next: a call.")


def _ahead(step: NextAttempt) -> str:
    at = {"at": local(step.not_before)} if step.not_before else {}
    if step.channel == LETTER and step.reason == OTHER_WAY:
        return _("Nobody was reached. Next: a letter, worth trying from %(at)s.") % at
    if step.channel == LETTER:
        return _("Nobody was reached. Next: a second letter, worth trying from %(at)s.") % at
    return _("Nobody was reached. Next: a call, worth trying from %(at)s.") % at


def told_of_attempts(attempts: Sequence[Attempt], ticket: Ticket) -> str:
    lacks = what_lacks(attempts, ways_of(ticket.customer))
    said = [f"{said_as(one.channel, 'contact')}, {local(one.at)}" for one in attempts]
    so_far = _("Attempts so far: %(attempts)s.") % {"attempts": "; ".join(said)} if said else ""
    return f"{so_far} {_said_of(lacks)}".strip()


def _said_of(lacks: str) -> str:
    if lacks == "no_attempts":
        return _(
            "“Could not be reached” wants attempts on two days, or one by each way in which they "
            "can be reached. None is on record since we last heard from them."
        )
    if lacks:
        return _(
            "“Could not be reached” wants one more: on another day, or by each way in which they "
            "can be reached."
        )
    return _("Enough to say that they could not be reached.")
