"""Forgetting a person: a problem's words are the house's own; what was told to them goes."""

from collections.abc import Collection

from django.db.models import QuerySet

from cxloop.kernel.models import Letter
from tickets.problems.models import Told


def announcement_letters(tickets: Collection[int]) -> QuerySet[Letter]:
    return Letter.objects.filter(pk__in=Told.objects.filter(ticket__in=tickets).values("letter"))


def erase_told(tickets: Collection[int]) -> None:
    """An error may name whom a letter was for. That they were told stays."""
    Told.objects.filter(ticket__in=tickets).exclude(last_error="").update(last_error="")
