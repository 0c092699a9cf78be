"""What was tried to reach customers, read of many tickets at once, and what may be tried next."""

from collections.abc import Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, OuterRef, Q

from cxloop.kernel.models import Letter
from feedback.intake.models import Customer
from tickets.work.attempts import LETTER, PHONE, Attempt, NextAttempt, next_attempt
from tickets.work.lifecycle import UNRESOLVED
from tickets.work.models import Contact, Ticket, TimelineEntry

_THEIRS = ("customer_message", "answered", "asked_for_call", "asked_for_answer", "feedback_joined")
# What history says where something was tried in vain.
IN_VAIN = ("contact", "letter_failed")
# What we called back was no try: its writer took it back, or somebody wants no such letter.
WAS_TRIED = Q(letter=None) | ~Q(letter__state=Letter.State.WITHDRAWN)


def attempts_on(numbers: Iterable[int]) -> dict[int, list[Attempt]]:
    """By ticket, of its cycle, the oldest first, since they were last heard or reached as far as we
    know. A letter that we called back is none."""
    failed = Q(reached=False) | Q(struck_at__isnull=False)
    rows = Contact.objects.filter(failed, WAS_TRIED, *_not_heard_since(), ticket__in=list(numbers))
    found: dict[int, list[Attempt]] = {}
    for ticket, channel, at in (
        rows.filter(cycle=F("ticket__cycle"))
        .order_by("at", "pk")
        .values_list("ticket", "channel", "at")
    ):
        found.setdefault(ticket, []).append(Attempt(channel, at))
    return found


def _not_heard_since() -> tuple[Any, Any]:
    later = {"ticket": OuterRef("ticket"), "at__gt": OuterRef("at")}
    reached = Contact.objects.filter(reached=True, struck_at=None, **later)
    return ~Exists(reached), ~Exists(TimelineEntry.objects.filter(kind__in=_THEIRS, **later))


def ways_of(customer: Customer | None) -> set[str]:
    """In which of them they can be reached, whether or not we may."""
    if customer is None:
        return set()
    ways = {LETTER: customer.email, PHONE: customer.phone}
    return {way for way, address in ways.items() if address}


def proposed_on(ticket: Ticket, attempts: Sequence[Attempt], zone: ZoneInfo) -> NextAttempt | None:
    """From what was read already. Nothing to whom we may not contact, nor once it is resolved."""
    customer = ticket.customer
    if ticket.status not in UNRESOLVED or customer is None or customer.do_not_contact:
        return None
    return next_attempt(attempts, ways_of(customer), zone=zone)
