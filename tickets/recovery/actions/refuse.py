"""A customer wants no questions after a repair, or no offers; all other letters reach them."""

from datetime import datetime

from feedback.intake.actions.consents import last_word
from feedback.intake.models import Consent, Customer
from tickets.work.actions.customers import note_consent
from tickets.work.actor import CUSTOMER

SAID = "By the link in a letter"


def refuse_letters(customer: Customer, purpose: str, *, now: datetime) -> None:
    """Said again it changes nothing. The customer must be locked, as `lock_people` does."""
    note_consent(customer, purpose=purpose, granted=False, said=SAID, by=CUSTOMER, now=now)


def has_refused(customer: Customer, purpose: str = Consent.Purpose.SURVEYS) -> bool:
    """Unless they said otherwise, they may be asked."""
    said = last_word(customer.person, purpose)
    return bool(said and not said.granted)


def why_no_offer(customer: Customer | None) -> str:
    """Why none may be made to them: unknown_customer, do_not_contact, no_address, never_said or
    refused; blank where they have said that they want such letters, and not taken it back."""
    if customer is None:
        return "unknown_customer"
    if customer.do_not_contact or customer.person.do_not_contact:
        return "do_not_contact"
    if not customer.email:
        return "no_address"
    said = last_word(customer.person, Consent.Purpose.MARKETING)
    if said is None:
        return "never_said"
    return "" if said.granted else "refused"
