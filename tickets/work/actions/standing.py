"""A merged ticket goes on as another: what comes for it comes there."""

from collections.abc import Iterable

from tickets.work.door import all_locked, locked
from tickets.work.models import Ticket


def standing(number: int) -> Ticket:
    """The ticket itself, or the one it was merged into, locked."""
    return all_standing([number])[number]


def all_standing(numbers: Iterable[int]) -> dict[int, Ticket]:
    """By the number asked for; where two lead to one ticket, it is the same object."""
    found = all_locked(numbers)
    known = {ticket.pk: ticket for ticket in found.values()}
    for number, ticket in found.items():
        while ticket.merged_into_id:
            into = ticket.merged_into_id
            ticket = known.get(into) or known.setdefault(into, locked(into))
        found[number] = ticket
    return found
