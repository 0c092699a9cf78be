"""Colleagues who are mentioned on a ticket: only those who may see it."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Membership, User
from accounts.roles import OrganisationRole
from cxloop.kernel.errors import Refused
from tickets.work.actor import Actor
from tickets.work.mentions import Colleague, Found, find_mentions, has_mentions
from tickets.work.models import Ticket, TicketShare

MOST_MENTIONED = 20


def who_sees(ticket: Ticket) -> QuerySet[User]:
    """The active people who may see it: the question of `visible_to`, asked from the other side."""
    shared = TicketShare.objects.filter(ticket=ticket).values("group")
    held = Membership.objects.filter(
        Q(group=ticket.group_id) | Q(group__in=shared), user=OuterRef("pk")
    )
    people = User.objects.active().filter(kind=User.Kind.PERSON)
    return people.filter(~Q(organisation_role=OrganisationRole.NONE) | Exists(held))


def whom_it_mentions(ticket: Ticket, text: str, by: Actor) -> list[User]:
    """Those named in it, but for who writes it. Raises Refused for somebody who may not see the
    ticket, and where a name is that of several who may."""
    if not has_mentions(text):
        return []
    found = find_mentions(text, _everybody())
    sees = set(who_sees(ticket).filter(pk__in=_numbers(found)).values_list("pk", flat=True))
    numbers = [_meant(one, sees) for one in found]
    if len(set(numbers)) > MOST_MENTIONED:
        detail = f"At most {MOST_MENTIONED} colleagues are mentioned at once."
        raise Refused.at("/body", "too_many", detail)
    people = User.objects.in_bulk(numbers)
    own = by.user.pk if by.user else None
    return [people[number] for number in dict.fromkeys(numbers) if number != own]


def _everybody() -> list[Colleague]:
    people = User.objects.active().filter(kind=User.Kind.PERSON)
    rows = people.order_by("pk").values_list("pk", "name", "email")
    return [Colleague(pk, name, email.partition("@")[0]) for pk, name, email in rows]


def _numbers(found: Iterable[Found]) -> set[int]:
    return {one.number for mention in found for one in mention.meant}


def _meant(mention: Found, sees: set[int]) -> int:
    able = [one for one in mention.meant if one.number in sees]
    name = mention.written
    if not able:
        detail = f"{name} cannot see this ticket: share it with their group first."
        raise Refused.at("/body", "cannot_see", detail, names=[name])
    if len(able) > 1:
        detail = f"Several colleagues are called {name}: write the beginning of their address."
        raise Refused.at("/body", "several", detail)
    return able[0].number
