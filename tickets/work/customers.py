"""A customer as colleagues see and work them; the API and the desk share it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from cxloop.kernel.errors import Forbidden, NotHere, Refused
from cxloop.kernel.moment import moment
from feedback.intake.actions.claims import lock_people
from feedback.intake.models import Consent, Contactable, Customer, Feedback
from tickets.work.actions.customers import join_customers, note_consent, part_customers
from tickets.work.actor import acting
from tickets.work.models import Ticket
from tickets.work.shown import customers_visible_to, customers_workable_by, feedback_visible_to

MOST_SHOWN = 50


@dataclass(frozen=True)
class Seen:
    """One customer, cut to what `user` may see. What was said and is owed under their claims is
    theirs; so is what they allowed."""

    customer: Customer
    user: User

    @property
    def consents(self) -> QuerySet[Consent]:
        rows = Consent.objects.filter(customer=self.customer.person)
        return rows.select_related("recorded_by").order_by("-at", "-pk")[:MOST_SHOWN]

    @property
    def way(self) -> str:
        """How they can be reached; whoever left no address may have written in a store."""
        if self.customer.way != Contactable.NONE or self.customer.do_not_contact:
            return self.customer.way
        said = Feedback.objects.filter(customer__in=Customer.objects.known_as(self.customer))
        in_store = said.filter(contactable=Contactable.STORE).exists()
        return Contactable.STORE if in_store else Contactable.NONE

    @property
    def claims(self) -> QuerySet[Customer]:
        rows = customers_visible_to(self.user).filter(joined_to=self.customer)
        return rows.order_by("created_at", "pk")[:MOST_SHOWN]

    @property
    def possible_matches(self) -> QuerySet[Customer]:
        rows = Customer.objects.possible_matches(self.customer)
        seen = rows.filter(pk__in=customers_visible_to(self.user).values("pk"))
        return seen.order_by("created_at", "pk")[:MOST_SHOWN]

    @property
    def tickets(self) -> QuerySet[Ticket]:
        rows = Ticket.objects.visible_to(self.user).filter(customer=self.customer.person)
        return rows.select_related("group").order_by("-pk")[:MOST_SHOWN]

    @property
    def feedback(self) -> QuerySet[Feedback]:
        known = Customer.objects.known_as(self.customer.person).values("pk")
        rows = feedback_visible_to(self.user).filter(customer__in=known)
        return rows.select_related("source").order_by("-received_at", "-pk")[:MOST_SHOWN]


def see_customer(user: User, pk: UUID) -> Seen:
    """Raises NotHere for strangers."""
    found = customers_visible_to(user).select_related("joined_to").filter(pk=pk).first()
    if found is None:
        raise NotHere()
    return Seen(found, user)


def customer_to_work(user: User, pk: UUID) -> Seen:
    """Raises NotHere for strangers, Forbidden for readers."""
    seen = see_customer(user, pk)
    if not customers_workable_by(user).filter(pk=pk).exists():
        raise Forbidden("You may read about this customer, not work for them.")
    return seen


def join(user: User, pk: UUID, *, to: UUID) -> None:
    """The claim `pk` stands for the trusted customer `to`, whom the user must be able to see."""
    with _working_on(user, pk, to) as (people, now):
        if not customers_visible_to(user).filter(pk=to, trusted=True).exists():
            detail = "There is no such trusted customer, as far as you may see."
            raise Refused.at("/to", "unknown_customer", detail)
        join_customers(people[pk], people[to], by=acting(user), now=now)


def part(user: User, pk: UUID) -> None:
    with _working_on(user, pk) as (people, now):
        part_customers(people[pk], by=acting(user), now=now)


def consent(user: User, pk: UUID, *, purpose: str, granted: bool, said: str) -> None:
    with _working_on(user, pk) as (people, now):
        customer = people[pk]
        note_consent(
            customer, purpose=purpose, granted=granted, said=said, by=acting(user), now=now
        )


@contextmanager
def _working_on(user: User, *named: UUID) -> Iterator[tuple[dict[UUID, Customer], datetime]]:
    """The first of them is who is worked; all are locked until the block ends."""
    with transaction.atomic():
        customer_to_work(user, named[0])
        yield lock_people(named), moment()
