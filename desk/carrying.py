"""Who carries what: agent by agent, against their cap, with who is away and who stands in."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from accounts.models import Membership, User
from accounts.roles import WORKING_ROLES
from desk.board import Counts, Look, columns, grouped, unheard
from insights.likely import MOST_WAITING, likely_to_break
from tickets.work.models import Ticket

MOST_PEOPLE = 100
SORTED_BY = ("breached", "in_4", "in_12", "in_24", "open")


@dataclass(frozen=True)
class Carrier:
    """One agent. `counts` are of the tickets that whoever looks may see; `is_full` looks at all of
    them, as the cap does, and tells no number of the others."""

    user: User
    groups: list[str]
    counts: Mapping[str, int]
    likely: int
    is_full: bool
    is_away: bool

    @property
    def is_over(self) -> bool:
        cap = self.user.open_ticket_cap
        return cap is not None and self.counts["open"] > cap


@dataclass(frozen=True)
class Carried:
    """`foretells`: whether the forecast may be told at all. `more` people are not shown."""

    rows: list[Carrier]
    more: int
    foretells: bool


def who_carries(look: Look, now: datetime) -> Carried:
    """The agents of the groups that they see, those in the worst straits first."""
    members = _members(look)
    people = {held.user_id: held.user for held in members}
    counts, told = _counts(look, people, now), _unheard(look)
    full = _full(people.values())
    likely, foretells = _likely(look, now)
    rows = [
        Carrier(
            user=user,
            groups=sorted(held.group.name for held in members if held.user_id == pk),
            counts={**_NOTHING, **counts.get(pk, {}), "unheard": told.get(pk, 0)},
            likely=likely[pk],
            is_full=pk in full,
            is_away=user.is_away(now),
        )
        for pk, user in people.items()
    ]
    worst = sorted(rows, key=_straits)
    return Carried(worst[:MOST_PEOPLE], max(len(worst) - MOST_PEOPLE, 0), foretells)


_NOTHING = dict.fromkeys((*SORTED_BY, "unheard"), 0)


def _straits(row: Carrier) -> tuple[list[int], str]:
    return [-row.counts[name] for name in SORTED_BY], row.user.name.casefold()


def _members(look: Look) -> list[Membership]:
    held = Membership.objects.filter(
        group__in=look.groups,
        role__in=WORKING_ROLES,
        user__is_active=True,
        user__kind=User.Kind.PERSON,
    )
    return list(held.select_related("user__stand_in", "group"))


def _counts(look: Look, people: Iterable[int], now: datetime) -> Counts:
    rows = look.at_work().filter(assignee__in=list(people))
    return grouped(rows, "assignee", open=Count("pk"), **columns(now))


def _unheard(look: Look) -> dict[int, int]:
    owned = unheard(look).order_by().exclude(ticket__assignee=None)
    return dict(owned.values_list("ticket__assignee").annotate(Count("pk")))


def _full(people: Iterable[User]) -> set[int]:
    caps = {one.pk: one.open_ticket_cap for one in people if one.open_ticket_cap is not None}
    carried = Ticket.objects.carried_by(caps)
    return {pk for pk, cap in caps.items() if carried.get(pk, 0) >= cap}


def _likely(look: Look, now: datetime) -> tuple[Counter[int], bool]:
    found = likely_to_break(look.person, now, most=MOST_WAITING)
    numbers = [outlook.waiting.ticket for outlook, _chance in found.found]
    owned = Ticket.objects.filter(pk__in=numbers).exclude(assignee=None)
    owners = owned.values_list("assignee", flat=True)
    return Counter(pk for pk in owners if pk), found.standing.is_shown
