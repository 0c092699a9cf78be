"""Somebody leaves: what they own goes to a colleague, or waits in its group for whoever takes it.
Part by part, and what is still theirs says by itself how far it has come."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from tickets.work.actions.assign import assign_ticket
from tickets.work.actor import Actor
from tickets.work.door import locked
from tickets.work.models import Ticket
from tickets.work.teams import may_work

AT_ONCE = 100
WHY = "its owner has left"


def owned_by(person: User) -> QuerySet[Ticket]:
    """What wants somebody's work and is theirs."""
    return Ticket.objects.live().unresolved().of_assignee(person)


def hand_on(person: User, *, to: User | None, by: Actor, now: datetime) -> int:
    """The next part; how many tickets it was. What `to` may not work goes to nobody. Each ticket
    is a transaction of its own, so that nobody's act waits for the rest."""
    numbers = list(owned_by(person).order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    return sum(_hand_on(number, person, to=to, by=by, now=now) for number in numbers)


@transaction.atomic
def _hand_on(number: int, person: User, *, to: User | None, by: Actor, now: datetime) -> bool:
    ticket = locked(number)
    if ticket.assignee_id != person.pk or not ticket.wants_work:
        return False
    whom = to if to and may_work(to, ticket.group) else None
    assign_ticket(ticket, assignee=whom, by=by, now=now, why=WHY)
    return True
