"""What was tried to reach customers, read of many tickets at once."""

from collections.abc import Iterable

from django.db.models import F, Q

from cxloop.kernel.letters import TAKEN_BACK
from feedback.intake.models import Customer
from tickets.work.attempts import LETTER, PHONE, Attempt
from tickets.work.models import Contact


def attempts_on(numbers: Iterable[int]) -> dict[int, list[Attempt]]:
    """By ticket, of its cycle, the oldest first. A letter that its writer took back is none."""
    failed = Q(reached=False) | Q(struck_at__isnull=False)
    theirs = ~Q(letter__withdrawn_why=TAKEN_BACK) | Q(letter=None)
    rows = Contact.objects.filter(failed, theirs, ticket__in=list(numbers))
    found: dict[int, list[Attempt]] = {}
    for ticket, channel, at in (
        rows.filter(cycle=F("ticket__cycle"))
        .order_by("at", "pk")
        .values_list("ticket", "channel", "at")
    ):
        found.setdefault(ticket, []).append(Attempt(channel, at))
    return found


def ways_of(customer: Customer | None) -> set[str]:
    """In which of them they can be reached, whether or not we may."""
    if customer is None:
        return set()
    ways = {LETTER: customer.email, PHONE: customer.phone}
    return {way for way, address in ways.items() if address}
