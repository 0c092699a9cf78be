"""Forgetting a person: their reviews stay known by marks that say nothing, so that the next export
brings none of it back."""

from feedback.intake.models import Customer
from feedback.stores.models import Revision, StoreReply


def hold_replies(customer: Customer) -> None:
    """Locks what is about to be taken up. Before the tickets: who takes up has the reply first."""
    theirs = StoreReply.objects.of_person(customer).order_by("pk")
    list(theirs.select_for_update(no_key=True, of=("self",)).values_list("pk"))


def erase_reviews(customer: Customer) -> int:
    """The company's replies may call them by name. How many reviews they wrote."""
    theirs = Revision.objects.filter(feedback__customer=customer)
    reviews = set(theirs.values_list("review", flat=True))
    StoreReply.objects.filter(review__in=reviews).update(text="", last_error="")
    theirs.update(digest="")
    return len(reviews)
