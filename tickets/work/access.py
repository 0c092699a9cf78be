"""Whether somebody may see something, and why. The answer is that of the predicates which serve
every list; the grounds are facts read beside it, and never decide."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import AccessGroup, Membership, User
from accounts.roles import WORKING_ROLES
from cxloop.kernel.errors import NotHere
from feedback.intake.models import Customer, Feedback, SourceOwner
from tickets.work.door import number_of
from tickets.work.models import Ticket, TicketFeedback, TicketShare
from tickets.work.shown import (
    customers_visible_to,
    customers_workable_by,
    feedback_visible_to,
)

MOST_TOLD = 5
CODES = (
    "switched_off",
    "admin",
    "auditor",
    "member",
    "shared",
    "shared_to_note",
    "owner",
    "stranger",
    "no_ticket",
)

Thing = Ticket | Feedback | Customer


@dataclass(frozen=True, kw_only=True)
class Ground:
    """One fact that bears on it; `sees` and `works` say what it gives."""

    code: str
    sees: bool = False
    works: bool = False
    group: AccessGroup | None = None
    role: str = ""
    ref: str = ""
    source: str = ""

    def public(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "sees": self.sees,
            "works": self.works,
            "group": self.group and self.group.brief(),
            "role": self.role or None,
            "ticket": self.ref or None,
            "source": self.source or None,
        }


@dataclass(frozen=True)
class Access:
    """`works` is None where there is nothing to work: feedback without a ticket."""

    kind: str
    name: str
    sees: bool
    works: bool | None
    grounds: list[Ground]


def access_to(thing: Thing, person: User) -> Access:
    if isinstance(thing, Ticket):
        return _to_ticket(thing, person)
    if isinstance(thing, Feedback):
        return _to_feedback(thing, person)
    return _to_customer(thing, person)


def thing_named(ref: str, reader: User) -> Thing:
    """A ticket by its ref; feedback or a customer by id. Raises NotHere for what there is not, as
    far as the reader may see."""
    if ref.startswith("T-"):
        tickets = Ticket.objects.visible_to(reader).select_related("group")
        ticket: Ticket = _first(tickets.filter(pk=number_of(ref)))
        return ticket
    try:
        pk = UUID(ref)
    except ValueError:
        raise NotHere() from None
    heard = feedback_visible_to(reader).select_related("source").filter(pk=pk).first()
    found: Thing = heard or _first(customers_visible_to(reader).filter(pk=pk))
    return found


def _first(rows: QuerySet[Any]) -> Any:
    found = rows.first()
    if found is None:
        raise NotHere()
    return found


def _to_ticket(ticket: Ticket, person: User) -> Access:
    sees = Ticket.objects.visible_to(person).filter(pk=ticket.pk).exists()
    works = Ticket.objects.workable_by(person).filter(pk=ticket.pk).exists()
    grounds = _of_person(person, works=True) + _of_tickets([ticket], person)
    return Access("ticket", ticket.ref, sees, works, grounds or [_stranger(ticket)])


def _to_feedback(heard: Feedback, person: User) -> Access:
    sees = feedback_visible_to(person).filter(pk=heard.pk).exists()
    tickets = Ticket.objects.filter(
        pk__in=TicketFeedback.objects.filter(feedback=heard).values("ticket")
    )
    found = list(tickets.select_related("group"))
    works = tickets.workable_by(person).exists() if found else None
    grounds = _of_person(person, works=bool(found)) + _of_tickets(found, person)
    grounds += _of_sources([heard.source_id], person)
    if not found:
        grounds.append(Ground(code="no_ticket"))
    return Access("feedback", str(heard.pk), sees, works, _or_strangers(grounds, found))


def _to_customer(customer: Customer, person: User) -> Access:
    sees = customers_visible_to(person).filter(pk=customer.pk).exists()
    works = customers_workable_by(person).filter(pk=customer.pk).exists()
    heard = Feedback.objects.filter(customer=customer)
    on = TicketFeedback.objects.filter(feedback__in=heard.values("pk")).values("ticket")
    tickets = Ticket.objects.filter(Q(customer=customer) | Q(pk__in=on)).select_related("group")
    # Those that count come first: a customer may have more tickets than anybody reads.
    near = [*tickets.workable_by(person)[:MOST_TOLD], *tickets.visible_to(person)[:MOST_TOLD]]
    found = list(dict.fromkeys(near))[:MOST_TOLD] or list(tickets[:MOST_TOLD])
    grounds = _of_person(person, works=bool(found)) + _of_tickets(found, person)
    sources = feedback_visible_to(person).filter(customer=customer).values("source")
    grounds += _of_sources(sources, person)
    if not found:
        grounds.append(Ground(code="no_ticket"))
    return Access("customer", str(customer), sees, works, _or_strangers(grounds, found))


def _of_person(person: User, *, works: bool) -> list[Ground]:
    """What holds of them wherever they look. `works`: whether there is something to work."""
    if not person.is_active:
        return [Ground(code="switched_off")]
    if person.is_admin:
        return [Ground(code="admin", sees=True, works=works)]
    return [Ground(code="auditor", sees=True)] if person.reads_everything else []


def _of_tickets(tickets: list[Ticket], person: User) -> list[Ground]:
    """Through which groups they come to these tickets. Who reads everything needs none."""
    if not _counts(person):
        return []
    shares = TicketShare.objects.filter(ticket__in=tickets).select_related("group")
    shared: dict[int, list[TicketShare]] = {}
    for share in shares:
        shared.setdefault(share.ticket_id, []).append(share)
    roles = _roles(person)
    grounds = []
    for ticket in tickets:
        if role := roles.get(ticket.group_id):
            works = role in WORKING_ROLES
            grounds.append(_held("member", ticket.group, role, works=works, ref=ticket.ref))
        grounds += [
            _held(
                _code_of(share, roles[share.group_id]),
                share.group,
                roles[share.group_id],
                ref=ticket.ref,
            )
            for share in shared.get(ticket.pk, [])
            if share.group_id in roles
        ]
    return grounds


def _code_of(share: TicketShare, role: str) -> str:
    notes = share.right == TicketShare.Right.NOTE and role in WORKING_ROLES
    return "shared_to_note" if notes else "shared"


def _of_sources(sources: Iterable[Any] | QuerySet[Any], person: User) -> list[Ground]:
    """Through which groups that own the source they read all of it."""
    if not _counts(person):
        return []
    roles = _roles(person)
    owners = SourceOwner.objects.filter(source__in=sources, group__in=roles)
    return [
        _held("owner", owner.group, roles[owner.group_id], source=owner.source.slug)
        for owner in owners.select_related("group", "source").order_by("pk")[:MOST_TOLD]
    ]


def _counts(person: User) -> bool:
    """Whether what groups they are in makes any difference."""
    return person.is_active and not person.reads_everything


def _roles(person: User) -> dict[int, str]:
    return dict(Membership.objects.filter(user=person).values_list("group", "role"))


def _held(
    code: str,
    group: AccessGroup,
    role: str,
    *,
    works: bool = False,
    ref: str = "",
    source: str = "",
) -> Ground:
    return Ground(code=code, sees=True, works=works, group=group, role=role, ref=ref, source=source)


def _stranger(ticket: Ticket) -> Ground:
    return Ground(code="stranger", group=ticket.group, ref=ticket.ref)


def _or_strangers(grounds: list[Ground], tickets: list[Ticket]) -> list[Ground]:
    """Where nothing lets them in, whose it would be."""
    if any(ground.sees or ground.code == "switched_off" for ground in grounds):
        return grounds
    return [*map(_stranger, tickets), *grounds] or [Ground(code="stranger")]
