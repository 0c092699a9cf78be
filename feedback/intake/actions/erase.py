"""Forgetting a person: the customer becomes a tombstone; scores and times stay."""

from datetime import datetime

from cxloop.kernel.append_only import allow_erasing
from feedback.intake.models import Arrival, Consent, Customer, Feedback, IdempotencyKey


def lock_person(customer: Customer) -> Customer:
    """The customer's row, locked until the end, with nothing of theirs on its way to a ticket.

    Arrivals come first, since triage locks them before customers. What was heard in between shows
    itself once the customer's row is ours: no more can be added then.
    """
    waiting = Arrival.objects.filter(feedback__customer=customer).order_by("pk")
    list(waiting.select_for_update(no_key=True, of=("self",)))
    locked = Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    list(waiting.select_for_update(no_key=True, of=("self",)))
    # An agent who opens a ticket by hand locks the feedback.
    spoken = Feedback.objects.filter(customer=customer).order_by("pk")
    list(spoken.select_for_update(no_key=True, of=("self",)).values_list("pk"))
    return locked


def erase_customer(customer: Customer, *, now: datetime) -> int:
    """How many feedback lost their words. To be called inside a transaction; opens the history to
    its end. Keys that were used for them go, since senders choose their text."""
    allow_erasing()
    spoken = Feedback.objects.filter(customer=customer)
    IdempotencyKey.objects.filter(feedback__in=spoken.values("pk")).delete()
    Arrival.objects.filter(feedback__customer=customer).update(last_error="")
    Consent.objects.filter(customer=customer).update(said="")
    _make_nobody(customer, now)
    return spoken.update(comment="", answers={}, context={}, tags=[])


def _make_nobody(customer: Customer, now: datetime) -> None:
    customer.identity = customer.value = None
    for name in ("external_id", "email", "name", "phone", "locale", "segment", "company"):
        setattr(customer, name, "")
    customer.do_not_contact_said = ""
    customer.erased_at = now
    customer.save()
