"""Somebody says in which hours letters about promises reach them."""

from datetime import datetime

from django.db import transaction

from accounts.models import Membership, User
from cxloop.kernel.errors import Refused
from tickets.escalation.actions.waking import look_anew
from tickets.escalation.ladder_lock import let_nobody_climb
from tickets.escalation.models import WorkingHours
from tickets.sla.models import Calendar
from tickets.work.models import Ticket


@transaction.atomic
def keep_hours(*, person: User, calendar: str | None, now: datetime) -> None:
    """The slug of a calendar; None: at any hour. The promises that this person may hear of are
    looked at anew, since a warning may have to come earlier now. Raises Refused."""
    if calendar is None:
        WorkingHours.objects.filter(user=person).delete()
        return
    let_nobody_climb()
    kept = _current(calendar)
    WorkingHours.objects.update_or_create(user=person, defaults={"calendar": kept})
    tickets = Ticket.objects.not_closed()
    if not person.is_admin:
        groups = Membership.objects.filter(user=person).values("group")
        tickets = tickets.filter(group__in=groups)
    look_anew(tickets, now=now)


def _current(slug: str) -> Calendar:
    found: Calendar | None = Calendar.objects.current().filter(slug=slug).first()
    if found is None:
        raise Refused.at("/calendar", "unknown_calendar", "There is no such calendar.")
    return found
