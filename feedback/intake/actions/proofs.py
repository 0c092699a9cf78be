"""An address is proven: somebody had a letter of ours there."""

from datetime import datetime

from feedback.intake.models import Customer


def person_at(email: str, *, like: Customer, now: datetime) -> Customer | None:
    """The trusted customer who is written to there, or a new one who is called as this claim calls
    itself; None where they are several: then a colleague says who it is."""
    theirs = Customer.objects.filter(trusted=True, email=email, joined_to=None, erased_at=None)
    known = list(theirs.order_by("pk")[:2])
    if not known:
        facts = {"email": email, "name": like.name, "locale": like.locale, "created_at": now}
        person, _ = Customer.objects.get_or_create(
            identity=f"email:{email}", trusted=True, defaults=facts
        )
        return person if person.joined_to_id is None and person.erased_at is None else None
    return known[0] if len(known) == 1 else None
