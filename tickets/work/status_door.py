"""The door of a customer to their own matter, by the signed link of their status page."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from cxloop.kernel.errors import NotHere
from cxloop.kernel.moment import moment
from feedback.intake.models import Customer
from tickets.work.actions.standing import standing
from tickets.work.models import Ticket, TicketFeedback, TimelineEntry
from tickets.work.status_links import StatusLink, is_over, read_status_link


@dataclass(frozen=True)
class Matter:
    """What a link leads to. `ticket` is the one that goes on with it; `numbers` are those that led
    there, with its own: all of them `person`'s."""

    link: StatusLink
    ticket: Ticket
    person: Customer
    numbers: tuple[int, ...]

    def is_over(self, now: datetime) -> bool:
        return is_over([self.link.made_at, *signs_of_life(self.ticket, self.numbers)], now=now)


def signs_of_life(ticket: Ticket, numbers: Collection[int]) -> list[datetime | None]:
    """Of a ticket and those that led there, by what either side may know of: what colleagues do
    among themselves is no sign."""
    said = TimelineEntry.objects.filter(ticket__in=numbers, public=True)
    heard = TicketFeedback.objects.filter(ticket=ticket)
    return [
        ticket.created_at,
        said.aggregate(at=Max("at"))["at"],
        heard.aggregate(at=Max("received_at"))["at"],
    ]


def has_parted(ticket: Ticket, *, since: datetime) -> bool:
    """Whether what was told to its customer before was told to somebody else, for whose it had been
    taken."""
    return ticket.timeline.filter(kind="customer_parted", at__gt=since).exists()


def matter_behind(token: str) -> Matter:
    """To read. Raises NotHere, whatever the reason: for a link that we did not make, of a customer
    who was erased, to a ticket that is not theirs, or goes on as one that is not."""
    link = read_status_link(token)
    customer = Customer.objects.select_related("joined_to").filter(pk=link.customer).first()
    if customer is None or customer.erased_at or customer.person.erased_at:
        raise NotHere()
    chain = [_theirs(link.ticket, customer.person)]
    while into := chain[-1].merged_into_id:
        chain.append(_theirs(into, customer.person))
    numbers = tuple(ticket.pk for ticket in chain)
    return Matter(link, chain[-1], customer.person, numbers)


def _theirs(number: int, person: Customer) -> Ticket:
    rows = Ticket.objects.select_related("group", "customer__joined_to", "promise__policy")
    ticket = rows.filter(pk=number).first() if number < 2**63 else None
    if ticket is None or ticket.customer is None or ticket.customer.person != person:
        raise NotHere()
    return ticket


@contextmanager
def speaking(token: str) -> Iterator[tuple[Matter, datetime]]:
    """The same, its ticket locked until the block ends, and the moment of the act. Looked at once
    more under the lock: it may have been merged, given to another or erased meanwhile."""
    with transaction.atomic():
        held = standing(matter_behind(token).ticket.pk)
        found = matter_behind(token)
        if found.ticket.pk != held.pk:
            raise NotHere()
        yield Matter(found.link, held, found.person, found.numbers), moment()
