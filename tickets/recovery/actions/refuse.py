"""A customer wants no questions after a repair. Every other letter still reaches them."""

from datetime import datetime

from feedback.intake.actions.consents import last_word
from feedback.intake.models import Consent, Customer
from tickets.work.actions.customers import note_consent
from tickets.work.actor import CUSTOMER

SAID = "By the link in a letter"


def refuse_surveys(customer: Customer, *, now: datetime) -> None:
    """Said again it changes nothing. The customer must be locked, as `lock_people` does."""
    note_consent(
        customer, purpose=Consent.Purpose.SURVEYS, granted=False, said=SAID, by=CUSTOMER, now=now
    )


def has_refused(customer: Customer) -> bool:
    """Unless they said otherwise, they may be asked."""
    said = last_word(customer.person, Consent.Purpose.SURVEYS)
    return bool(said and not said.granted)
