"""Forgetting a person: no words are kept here; an error may have kept some."""

from collections.abc import Collection

from django.db.models import Q

from feedback.intake.models import Customer
from tickets.kudos.models import Unrouted


def erase_unrouted(customer: Customer, tickets: Collection[int]) -> None:
    said = Q(feedback__customer=customer) | Q(answer__question__ticket__in=tickets)
    Unrouted.objects.filter(said).exclude(last_error="").update(last_error="")
