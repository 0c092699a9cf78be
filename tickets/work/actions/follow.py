"""Who watches a ticket that is not theirs, and what they have seen of its news."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction

from accounts.models import User
from cxloop.kernel.errors import Fault, Refused
from tickets.work.actor import Actor
from tickets.work.events import EVENTS, UNLESS_CHOSEN, WAYS
from tickets.work.models import News, NewsChoice, Ticket, Watch
from tickets.work.timeline import write_entry

MOST_WATCHERS = 50


def watch(ticket: Ticket, person: User, *, by: Actor, now: datetime, why: str = "") -> bool:
    """Whether they did not watch it before. Raises Refused for somebody who may not see it, and
    when too many watch already."""
    if not Ticket.objects.visible_to(person).filter(pk=ticket.pk).exists():
        raise Refused.at("/person", "cannot_see", "There is no such person who may see it.")
    watches = Watch.objects.filter(ticket=ticket)
    if watches.filter(user=person).exists():
        return False
    if watches.count() >= MOST_WATCHERS:
        raise Refused.at(
            "/person", "enough_watchers", f"At most {MOST_WATCHERS} people watch a ticket."
        )
    Watch.objects.create(ticket=ticket, user=person, since=now)
    if by.user != person:
        reason = {"watcher": person.brief(), **({"why": why} if why else {})}
        write_entry(ticket, "watched", by, now=now, reason=reason)
    return True


def unwatch(ticket: Ticket, person: User) -> None:
    Watch.objects.filter(ticket=ticket, user=person).delete()


def take_watchers_along(ticket: Ticket, into: Ticket) -> None:
    """Whoever watched what was merged goes on watching."""
    Watch.objects.bulk_create(
        [Watch(ticket=into, user_id=old.user_id, since=old.since) for old in ticket.watches.all()],
        ignore_conflicts=True,
    )


def ways_of(person: User) -> dict[str, str]:
    """How they hear of each kind of event."""
    chosen = NewsChoice.objects.filter(user=person, event__in=EVENTS)
    return {**UNLESS_CHOSEN, **dict(chosen.values_list("event", "way"))}


@transaction.atomic
def choose_ways(person: User, ways: Mapping[str, str]) -> None:
    """Raises Refused for an event or a way that there is not. What is left out stays."""
    faults = [
        Fault(f"/{event}", "unknown_choice", f"One of: {', '.join(WAYS)}.")
        for event, way in ways.items()
        if event not in EVENTS or way not in WAYS
    ]
    if faults:
        raise Refused(faults)
    for event, way in ways.items():
        NewsChoice.objects.update_or_create(user=person, event=event, defaults={"way": way})


def see_news(person: User, *, now: datetime, tickets: Iterable[int] | None = None) -> int:
    """They have read what was new, of these tickets or of all: no letter need say it any more."""
    unseen = News.objects.unseen_by(person)
    found = unseen if tickets is None else unseen.filter(ticket__in=list(tickets))
    return found.update(seen_at=now, tell_at=None)
