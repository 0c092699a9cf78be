"""What a customer allows us: recorded as they said it, each time they say it."""

from datetime import datetime

from accounts.models import User
from cxloop.kernel.errors import Refused
from feedback.intake.models import Consent, Customer
from feedback.intake.silence import heed

LONGEST_SAID = 100


def record_consent(
    customer: Customer, *, purpose: str, granted: bool, said: str, by: User | None, now: datetime
) -> Consent | None:
    """Of the person, whichever of their rows is named; None where they said the same before. The
    person's row must be locked. Raises Refused where nobody says how it was said."""
    if not said.strip() or len(said) > LONGEST_SAID:
        detail = f"Say where and how they said it, in 1 to {LONGEST_SAID} characters."
        raise Refused.at("/said", "required", detail)
    person = customer.person
    if _standing(person, purpose) is granted:
        return None
    if purpose == Consent.Purpose.CONTACT:
        _show_contact(person, granted=granted, said=said, now=now)
    heed(person, purpose, granted=granted, now=now)
    return Consent.objects.create(
        customer=person, purpose=purpose, granted=granted, said=said.strip(), at=now, recorded_by=by
    )


def _standing(person: Customer, purpose: str) -> bool | None:
    """Their last word on it; whoever never spoke of contact may be answered."""
    if purpose == Consent.Purpose.CONTACT:
        return not person.do_not_contact
    said = last_word(person, purpose)
    return said.granted if said else None


def last_word(customer: Customer, purpose: str) -> Consent | None:
    return Consent.objects.filter(customer=customer, purpose=purpose).order_by("at", "pk").last()


def _show_contact(person: Customer, *, granted: bool, said: str, now: datetime) -> None:
    Customer.objects.known_as(person).update(
        do_not_contact=not granted,
        do_not_contact_since=None if granted else now,
        do_not_contact_said="" if granted else said.strip(),
    )
