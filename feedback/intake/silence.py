"""What a customer wants no letters about. Letters to them say so by marks, and the outbox, which
knows no customer, heeds the marks."""

from datetime import datetime
from uuid import UUID

from cxloop.kernel.silences import begin_silence, end_silence
from feedback.intake.models import Consent, Customer

DO_NOT_CONTACT, NO_SURVEYS, NO_OFFERS = "do_not_contact", "no_surveys", "no_offers"

_MARKS = {
    Consent.Purpose.CONTACT: ("customer", DO_NOT_CONTACT),
    Consent.Purpose.SURVEYS: ("surveys", NO_SURVEYS),
    Consent.Purpose.MARKETING: ("marketing", NO_OFFERS),
}


def contact_mark(customer: UUID) -> str:
    return f"customer:{customer}"


def surveys_mark(customer: UUID) -> str:
    return f"surveys:{customer}"


def marketing_mark(customer: UUID) -> str:
    return f"marketing:{customer}"


def heed(person: Customer, purpose: str, *, granted: bool, now: datetime) -> None:
    """Of every row that stands for this person."""
    begins, why = _MARKS[Consent.Purpose(purpose)]
    known = Customer.objects.known_as(person).values_list("pk", flat=True)
    marks = [f"{begins}:{number}" for number in known]
    if granted:
        end_silence(marks)
    else:
        begin_silence(marks, why, now=now)
