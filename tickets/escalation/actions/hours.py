"""Somebody says in which hours letters about promises reach them."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import AccessGroup, Membership, User
from cxloop.kernel.errors import Refused
from tickets.escalation.actions.wake import wake_groups
from tickets.escalation.ladder_lock import let_nobody_climb
from tickets.escalation.models import WorkingHours
from tickets.sla.models import Calendar


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
    wake_groups(_groups_of(person), now=now)


def _groups_of(person: User) -> QuerySet[AccessGroup]:
    """Whose promises they may hear of."""
    groups = AccessGroup.objects.all()
    if person.is_admin:
        return groups
    return groups.filter(pk__in=Membership.objects.filter(user=person).values("group"))


def _current(slug: str) -> Calendar:
    found: Calendar | None = Calendar.objects.current().filter(slug=slug).first()
    if found is None:
        raise Refused.at("/calendar", "unknown_calendar", "There is no such calendar.")
    return found
