"""A colleague says who a claim is, or what a customer allows us: their tickets hear of it."""

from contextlib import suppress
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from cxloop.kernel.errors import Conflict
from feedback.email.actions import note_proof_told
from feedback.email.models import Mail
from feedback.intake.actions.claims import join_claim, lock_people, part_claim
from feedback.intake.actions.consents import record_consent
from feedback.intake.actions.proofs import person_at
from feedback.intake.models import Contactable, Customer
from tickets.sla.actions.begin import Start, start_next_cycle
from tickets.sla.models import Kind
from tickets.work.actions.move import has_contact
from tickets.work.actor import CUSTOMER, Actor
from tickets.work.deadlines import refresh_deadline
from tickets.work.door import locked
from tickets.work.lifecycle import UNRESOLVED
from tickets.work.models import Ticket, TicketFeedback
from tickets.work.timeline import write_entry
from tickets.work.words import add_words


def join_customers(claim: Customer, person: Customer, *, by: Actor, now: datetime) -> None:
    """The claim's tickets are this person's from now on. The customers must be locked; raises
    Conflict where one of them does not stand alone, or the second is no trusted customer."""
    join_claim(claim, person, by=by.user, now=now)
    kind = "address_proven" if by == CUSTOMER else "customer_joined"
    for ticket in _held(Ticket.objects.filter(customer=claim)):
        _give(ticket, person, now)
        write_entry(ticket, kind, by, now=now, reason=_who(claim, person))


@transaction.atomic
def prove_address(mail: Mail, *, now: datetime) -> None:
    """They had our letter at the address that they claimed: the claim is theirs. A colleague can
    part them, as whatever was joined. No row may be locked before; told twice it is the same."""
    claims = Customer.objects.filter(trusted=False, joined_to=None, email=mail.sender)
    of_ticket = Ticket.objects.filter(pk=mail.ticket_number).values("customer")
    claim = claims.filter(pk__in=of_ticket).first()
    person = person_at(mail.sender, like=claim, now=now) if claim else None
    if claim and person:
        people = lock_people([claim.pk, person.pk])
        with suppress(Conflict):  # one of them was joined or erased meanwhile
            join_customers(people[claim.pk], people[person.pk], by=CUSTOMER, now=now)
    note_proof_told(mail)


def part_customers(claim: Customer, *, by: Actor, now: datetime) -> None:
    """It was somebody else after all: the tickets on which nothing but the claim stands are the
    claim's again. The customers must be locked; raises Conflict."""
    person = part_claim(claim)
    for ticket in _held(of_claim_alone(claim, person)):
        _give(ticket, claim, now)
        write_entry(ticket, "customer_parted", by, now=now, reason=_who(claim, person))


def note_consent(
    customer: Customer, *, purpose: str, granted: bool, said: str, by: Actor, now: datetime
) -> None:
    """What they said is kept, and told on every ticket that is not closed. The customers must be
    locked; the same again writes nothing."""
    kept = record_consent(
        customer, purpose=purpose, granted=granted, said=said, by=by.user, now=now
    )
    if kept is None:
        return
    reason = {"purpose": purpose, "granted": granted, "said": kept.said}
    for ticket in _held(Ticket.objects.filter(customer=customer.person).not_closed()):
        write_entry(ticket, "consent", by, now=now, reason=reason)


def _held(tickets: QuerySet[Ticket]) -> list[Ticket]:
    return [locked(number) for number in tickets.order_by("pk").values_list("pk", flat=True)]


def of_claim_alone(claim: Customer, person: Customer) -> QuerySet[Ticket]:
    """The person's tickets on which nobody but the claim has spoken."""
    links = TicketFeedback.objects.filter(ticket=OuterRef("pk"))
    theirs = Exists(links.filter(feedback__customer=claim))
    others = Exists(links.exclude(feedback__customer=claim))
    return Ticket.objects.filter(theirs, ~others, customer=person)


def _give(ticket: Ticket, customer: Customer, now: datetime) -> None:
    """Whoever can be reached only now is owed what everybody is, from their receipt."""
    way = _way_to(customer, ticket)
    found_a_way = ticket.contactable == Contactable.NONE != way
    ticket.customer = customer
    if ticket.contactable != Contactable.RECEIPT or way != Contactable.NONE:
        ticket.contactable = way
    ticket.save(update_fields=["customer", "contactable"])
    add_words(ticket, f"{customer.name} {customer.email} {customer.external_id}")
    if found_a_way and ticket.status in UNRESOLVED and not has_contact(ticket):
        receipt = ticket.promise.opened_at
        start_next_cycle(Start(ticket.promise, Kind.FOLLOW_UP, receipt), now=now)
        refresh_deadline(ticket)


def _way_to(customer: Customer, ticket: Ticket) -> str:
    """Whoever has no address may have written where anybody can be answered."""
    if customer.way != Contactable.NONE or customer.do_not_contact:
        return customer.way
    in_store = ticket.feedback_links.filter(feedback__contactable=Contactable.STORE)
    return Contactable.STORE if in_store.exists() else Contactable.NONE


def _who(claim: Customer, person: Customer) -> dict[str, str]:
    return {"claim": str(claim.pk), "customer": str(person.pk)}
