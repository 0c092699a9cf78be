"""What happens on a ticket is news for who owns it and who watches it, each as they chose."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from accounts.models import User
from cxloop.kernel.copying import copy_rows
from tickets.work.events import (
    EVENT_OF,
    NAMED_BY,
    UNLESS_CHOSEN,
    Way,
    event_for,
    letter_at,
    mentioned_in,
    named_in,
    told_of_handover,
    wrote_what_failed,
)
from tickets.work.models import News, NewsChoice, Ticket, TimelineEntry, Watch

Said = tuple[Ticket, TimelineEntry]
Concerned = tuple[Ticket, TimelineEntry, int]


def whom_it_concerns(said: Iterable[Said]) -> list[Concerned]:
    """Everybody but who made the entry. Imported history concerns nobody but who is mentioned."""
    news = [(t, entry) for t, entry in said if entry.kind in EVENT_OF and _is_heard(t, entry)]
    watchers = _watchers(ticket.pk for ticket, entry in news if entry.kind not in NAMED_BY)
    return [(t, entry, user) for t, entry in news for user in _whom(t, entry, watchers)]


def spread(concerned: list[Concerned]) -> None:
    """They hear of these entries, each as they chose. The entries must be written, and numbered."""
    if concerned:
        people = User.objects.in_bulk({user for *_, user in concerned})
        ways = _ways(people)
        rows = (_news(ticket, entry, people.get(user), ways) for ticket, entry, user in concerned)
        copy_rows([row for row in rows if row])


def _is_heard(ticket: Ticket, entry: TimelineEntry) -> bool:
    return not ticket.quiet or bool(mentioned_in(entry.reason))


def _watchers(tickets: Iterable[int]) -> Mapping[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    numbers = set(tickets)
    if numbers:
        watches = Watch.objects.that_hear().filter(ticket__in=numbers)
        for ticket, user in watches.order_by("pk").values_list("ticket", "user"):
            found[ticket].append(user)
    return found


def _whom(ticket: Ticket, entry: TimelineEntry, watchers: Mapping[int, list[int]]) -> list[int]:
    if entry.kind in NAMED_BY:
        named = [named_in(entry.kind, entry.reason)]
    else:
        follow = [] if ticket.quiet else [ticket.assignee_id, *watchers.get(ticket.pk, ())]
        told = [] if ticket.quiet else told_of_handover(entry.kind, entry.reason)
        wrote = [] if ticket.quiet else wrote_what_failed(entry.kind, entry.reason)
        named = [*mentioned_in(entry.reason), *told, *wrote, *follow]
    return [user for user in dict.fromkeys(named) if user and user != entry.actor_id]


def _ways(people: Iterable[int]) -> dict[tuple[int, str], str]:
    chosen = NewsChoice.objects.filter(user__in=people)
    return {(user, event): way for user, event, way in chosen.values_list("user", "event", "way")}


def _news(
    ticket: Ticket, entry: TimelineEntry, user: User | None, ways: Mapping[tuple[int, str], str]
) -> News | None:
    if user is None or not user.is_active or user.kind != User.Kind.PERSON:
        return None
    event = event_for(user.pk, entry.kind, entry.reason)
    way = ways.get((user.pk, event), UNLESS_CHOSEN[event])
    if way == Way.OFF:
        return None
    return News(
        entry_id=entry.pk,
        ticket_id=ticket.pk,
        user_id=user.pk,
        event=event,
        at=entry.at,
        tell_at=letter_at(way, user.time_zone, entry.at),
    )
