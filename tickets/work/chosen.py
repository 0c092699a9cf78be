"""Which tickets somebody chose: each by its ref, or whatever a view of theirs holds."""

from collections.abc import Sequence

from django.http import QueryDict

from accounts.models import User
from cxloop.kernel.errors import Fault, NotHere, Refused
from tickets.work.door import number_of
from tickets.work.filters import narrow
from tickets.work.finding import ticket_filters
from tickets.work.models import Ticket


def chosen_by_ref(person: User, refs: Sequence[str]) -> list[int]:
    """Each once. Raises Refused where one is not theirs to see, as where there is none."""
    numbers = [_number(ref) for ref in refs]
    seen = Ticket.objects.visible_to(person).filter(pk__in=[n for n in numbers if n])
    known = set(seen.values_list("pk", flat=True))
    faults = [
        Fault(f"/tickets/{place}", "unknown_ticket", "There is no such ticket.")
        for place, number in enumerate(numbers)
        if number not in known
    ]
    if faults:
        raise Refused(faults)
    return list(dict.fromkeys(number for number in numbers if number))


def _number(ref: str) -> int | None:
    try:
        return number_of(ref)
    except NotHere:
        return None


def chosen_by_filters(person: User, said: QueryDict, *, most: int) -> list[int]:
    """The first of them by number, and one more than `most` where there are more."""
    found = narrow(Ticket.objects.visible_to(person), said, ticket_filters(person, said))
    return list(found.order_by("pk").values_list("pk", flat=True)[: most + 1])
