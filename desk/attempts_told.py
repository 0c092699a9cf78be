"""What was tried to reach the customer, and what is lacking to say that nobody could."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from desk.times import local
from desk.words import said_as
from tickets.work.attempts import Attempt, what_lacks
from tickets.work.models import Ticket
from tickets.work.tries import ways_of


def told_of_attempts(attempts: Sequence[Attempt], ticket: Ticket) -> str:
    lacks = what_lacks(attempts, ways_of(ticket.customer))
    said = [f"{said_as(one.channel, 'contact')}, {local(one.at)}" for one in attempts]
    so_far = _("Attempts so far: %(attempts)s.") % {"attempts": "; ".join(said)} if said else ""
    return f"{so_far} {_said_of(lacks)}".strip()


def _said_of(lacks: str) -> str:
    if lacks == "no_attempts":
        return _(
            "“Could not be reached” wants attempts on two days, or one by each way in which they "
            "can be reached. None is on record."
        )
    if lacks:
        return _(
            "“Could not be reached” wants one more: on another day, or by each way in which they "
            "can be reached."
        )
    return _("Enough to say that they could not be reached.")
