"""Who has a ticket open just now, and who types."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from desk.live import tell
from desk.models import Presence
from tickets.work.models import Ticket

# A page says every six seconds that it is there: one word of it may be lost.
LASTS = timedelta(seconds=14)
MOST_NAMED = 8


@transaction.atomic
def stay(ticket: Ticket, person: User, *, verb: str, now: datetime) -> None:
    """They look, and type that; others hear of it if it is news."""
    known = Presence.objects.filter(ticket=ticket, user=person, seen_at__gt=now - LASTS)
    is_news = not known.filter(verb=verb).exists()
    Presence.objects.update_or_create(
        ticket=ticket, user=person, defaults={"verb": verb, "seen_at": now}
    )
    if is_news:
        tell("here", ticket.pk)


@transaction.atomic
def leave(ticket: Ticket, person: User) -> None:
    if Presence.objects.filter(ticket=ticket, user=person).delete()[0]:
        tell("here", ticket.pk)


def present_on(tickets: Collection[int], *, now: datetime) -> QuerySet[Presence]:
    return Presence.objects.filter(ticket__in=tickets, seen_at__gt=now - LASTS)


def others_on(ticket: Ticket, person: User, *, now: datetime) -> QuerySet[Presence]:
    """Everybody else, who types first."""
    found = present_on([ticket.pk], now=now).exclude(user=person).select_related("user")
    return found.order_by("-verb", "user__name", "pk")[:MOST_NAMED]


def forget_presence(now: datetime) -> int:
    return Presence.objects.filter(seen_at__lt=now - timedelta(hours=1)).delete()[0]
