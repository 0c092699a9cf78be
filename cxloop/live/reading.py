"""What the database says of the pages that are open: a few statements for all of them."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models import Max
from django.utils.crypto import constant_time_compare

from accounts.models import User
from cxloop.kernel.moment import moment
from desk.presence import present_on
from tickets.work.models import News, Ticket, TimelineEntry

# Whoever was away for longer finds the rest when the pages look by themselves.
MOST_AT_ONCE = 2000


@dataclass(frozen=True)
class Written:
    """The newest numbers; and since when they were other ones, the newest entry of each ticket and
    the newest news of each person."""

    entry: int
    news: int
    tickets: dict[int, int] = field(default_factory=dict)
    people: dict[int, int] = field(default_factory=dict)


def people_of(sessions: Collection[str]) -> dict[str, User]:
    """Who is signed in by which session; a session that has ended, or whose password was changed
    since, is nobody's."""
    rows = Session.objects.filter(session_key__in=sessions, expire_date__gt=moment())
    said = {str(row.session_key): row.get_decoded() for row in rows}
    numbers = {int(one[SESSION_KEY]) for one in said.values() if SESSION_KEY in one}
    known = User.objects.active().in_bulk(numbers)
    found = {key: known.get(int(one.get(SESSION_KEY, 0))) for key, one in said.items()}
    return {
        key: user
        for key, user in found.items()
        if user and _is_theirs(said[key].get(HASH_SESSION_KEY, ""), user)
    }


def _is_theirs(mark: str, user: User) -> bool:
    return constant_time_compare(mark, user.get_session_auth_hash())


def seen_by(user: User, tickets: Collection[int]) -> set[int]:
    """Those of these tickets that they may see."""
    found = Ticket.objects.visible_to(user).filter(pk__in=tickets)
    return set(found.values_list("pk", flat=True)) if tickets else set()


def newest_of(tickets: Collection[int]) -> dict[int, int]:
    """The number of each ticket's newest entry."""
    entries = TimelineEntry.objects.filter(ticket__in=tickets).order_by()
    return dict(entries.values_list("ticket").annotate(Max("pk")))


def looking_at(tickets: Collection[int]) -> dict[int, frozenset[tuple[int, str]]]:
    """Who looks at each of them, and what they type."""
    found = defaultdict(set)
    for row in present_on(tickets, now=moment()):
        found[row.ticket_id].add((row.user_id, row.verb))
    return {ticket: frozenset(people) for ticket, people in found.items()}


def newest() -> Written:
    entry = TimelineEntry.objects.aggregate(newest=Max("pk"))["newest"]
    news = News.objects.aggregate(newest=Max("pk"))["newest"]
    return Written(entry or 0, news or 0)


def written_since(known: Written) -> Written:
    """By number: what was committed late under an earlier one was told when it was committed."""
    entries = TimelineEntry.objects.filter(pk__gt=known.entry).order_by("pk")
    news = News.objects.filter(pk__gt=known.news).order_by("pk")
    written = list(entries.values_list("pk", "ticket_id")[:MOST_AT_ONCE])
    spread = list(news.values_list("pk", "user_id")[:MOST_AT_ONCE])
    return Written(
        entry=written[-1][0] if written else known.entry,
        news=spread[-1][0] if spread else known.news,
        tickets={ticket: number for number, ticket in written},
        people={user: number for number, user in spread},
    )
