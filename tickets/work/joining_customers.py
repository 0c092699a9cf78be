"""Which customers may be one person, and what would move if they were; done a moment later."""

from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict

from accounts.models import User
from cxloop.kernel.errors import Conflict, NotHere, Refused
from cxloop.kernel.moment import moment
from feedback.intake.actions.claims import check_join, lock_people, stands_for_others
from feedback.intake.models import Consent, Contactable, Customer
from tickets.work.actions.customers import of_claim_alone
from tickets.work.actions.joinings import hold_joining
from tickets.work.customers import customer_to_work
from tickets.work.filters import narrow
from tickets.work.finding import ticket_filters
from tickets.work.lifecycle import UNRESOLVED
from tickets.work.models import Contact, Joining, Ticket, TicketFeedback
from tickets.work.shown import customers_visible_to, feedback_visible_to

SHOWN = 20
MOST = 1000
FOUND = 12


@dataclass(frozen=True)
class Counted:
    """The first of them, and how many they are; `MOST` means that many or more."""

    first: list[Ticket]
    number: int


@dataclass(frozen=True)
class Told:
    """What would become of both, as far as `user` may see. `goes` are tickets that change their
    customer, `stays` those on which both have spoken; `owed` how many of the first are owed a
    contact only then; `silent` where the wish of one not to be contacted is, or stays, of both."""

    what: str
    claim: Customer
    person: Customer
    goes: Counted
    stays: Counted
    feedback: int
    owed: int
    silent: bool
    consents: list[Consent] = field(default_factory=list)


def pair_to_join(user: User, pk: UUID, other: UUID) -> tuple[Customer, Customer]:
    """Who joins, and the person of two customers, whichever was looked at first. Raises NotHere for
    strangers, Forbidden for readers, Refused for another that they may not see, Conflict for two
    that cannot be one."""
    one = customer_to_work(user, pk).customer
    two = customers_visible_to(user).select_related("joined_to").filter(pk=other).first()
    if two is None:
        raise Refused.at("/to", "unknown_customer", "There is no such customer.")
    claim, person = (one, two) if _joins(one, two) else (two, one)
    check_join(claim, person)
    customer_to_work(user, claim.pk)
    return claim, person


def _joins(one: Customer, two: Customer) -> bool:
    """The claim joins the trusted one. Of two trusted the one looked at joins the other, unless
    others stand for it."""
    return two.trusted and not (one.trusted and stands_for_others(one))


def tell_join(user: User, claim: Customer, person: Customer) -> Told:
    theirs = Ticket.objects.visible_to(user).filter(customer=claim)
    silent = claim.do_not_contact or person.do_not_contact
    return Told(
        what=Joining.What.JOIN,
        claim=claim,
        person=person,
        goes=_counted(theirs),
        stays=Counted([], 0),
        feedback=_said_by(user, claim),
        owed=0 if silent or person.way == Contactable.NONE else _unreached(theirs),
        silent=silent,
        consents=list(Consent.objects.filter(customer=claim).order_by("-at", "-pk")[:SHOWN]),
    )


def claim_to_part(user: User, pk: UUID) -> tuple[Customer, Customer]:
    """The claim and whom it stands for. Raises Conflict where it stands for nobody else."""
    claim = customer_to_work(user, pk).customer
    if claim.joined_to is None:
        raise Conflict("This customer stands for nobody else.", code="not_joined")
    return claim, claim.joined_to


def tell_part(user: User, claim: Customer, person: Customer) -> Told:
    seen = Ticket.objects.visible_to(user)
    goes = of_claim_alone(claim, person).filter(pk__in=seen.values("pk"))
    spoke = TicketFeedback.objects.filter(ticket=OuterRef("pk"), feedback__customer=claim)
    both = seen.filter(Exists(spoke), customer=person).exclude(pk__in=goes.values("pk"))
    return Told(
        what=Joining.What.PART,
        claim=claim,
        person=person,
        goes=_counted(goes),
        stays=_counted(both),
        feedback=_said_by(user, claim),
        owed=0 if claim.way == Contactable.NONE else _unreached(goes),
        silent=claim.do_not_contact and person.do_not_contact,
    )


def _counted(tickets: QuerySet[Ticket]) -> Counted:
    numbers = list(tickets.order_by("-pk").values_list("pk", flat=True)[:MOST])
    rows = Ticket.objects.filter(pk__in=numbers[:SHOWN]).select_related("group")
    return Counted(list(rows.order_by("-pk")), len(numbers))


def _said_by(user: User, claim: Customer) -> int:
    return len(feedback_visible_to(user).filter(customer=claim).values_list("pk")[:MOST])


def _unreached(tickets: QuerySet[Ticket]) -> int:
    """Open ones whose customer could not be reached, and was not."""
    reached = Contact.objects.filter(ticket=OuterRef("pk"), reached=True, struck_at=None)
    unable = tickets.filter(contactable=Contactable.NONE, status__in=UNRESOLVED)
    return len(unable.filter(~Exists(reached)).values_list("pk")[:MOST])


def find_customers(user: User, said: str, *, beside: UUID) -> list[Customer]:
    """By an address, a number or a phone as it stands; by name through their tickets, whose words
    are indexed. As far as they may see, and not the one itself."""
    exact = Q(email=said.lower()) | Q(phone=said) | Q(external_id=said)
    seen = customers_visible_to(user).exclude(pk=beside)
    found = {one.pk: one for one in seen.filter(exact).order_by("created_at", "pk")[:FOUND]}
    query = QueryDict(mutable=True)
    query["q"] = said
    tickets = narrow(Ticket.objects.visible_to(user), query, ticket_filters(user))
    named = tickets.exclude(customer=None).select_related("customer").order_by("-pk")
    for ticket in named[: 10 * FOUND]:
        one = ticket.customer
        if one and one.pk != beside and _is_called(one, said):
            found.setdefault(one.pk, one)
    return list(found.values())[:FOUND]


def _is_called(customer: Customer, said: str) -> bool:
    known = f"{customer.name} {customer.email} {customer.external_id} {customer.company}"
    return all(word in known.casefold() for word in said.casefold().split())


def say_join(user: User, pk: UUID, other: UUID) -> Joining:
    """Held for a moment. Raises what `pair_to_join` raises, and Conflict `joining_held`."""
    with transaction.atomic():
        claim, person = pair_to_join(user, pk, other)
        people = lock_people([claim.pk, person.pk])
        check_join(people[claim.pk], people[person.pk])
        return hold_joining(Joining.What.JOIN, claim, person, by=user, now=moment())


def say_part(user: User, pk: UUID) -> Joining:
    with transaction.atomic():
        customer_to_work(user, pk)
        lock_people([pk])
        claim, person = claim_to_part(user, pk)
        return hold_joining(Joining.What.PART, claim, person, by=user, now=moment())


def joining_of(user: User, pk: int) -> Joining:
    """Whose it is: nobody else learns of it."""
    found = Joining.objects.filter(pk=pk, by=user).first()
    if found is None:
        raise NotHere()
    return found
