"""A colleague says that two customers are one person, or that they are two after all."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from accounts.models import User
from cxloop.kernel.errors import Conflict
from cxloop.kernel.silences import end_silence
from feedback.intake.actions.consents import last_word
from feedback.intake.models import Consent, Customer
from feedback.intake.silence import heed, marketing_mark, surveys_mark

REFUSABLE = {
    Consent.Purpose.SURVEYS: surveys_mark,
    Consent.Purpose.MARKETING: marketing_mark,
}


def lock_people(named: Iterable[UUID]) -> dict[UUID, Customer]:
    """These rows and the people they stand for, locked until the end, by id; each knows its person.

    Claims before trusted ones, each in the order of their ids, everywhere: so nobody waits in a
    circle. Only whom a colleague names in the very moment of the locking comes after them.
    """
    people: dict[UUID, Customer] = {}
    wanted = set(named)
    while wanted:
        people |= _locked(wanted)
        wanted = {row.joined_to_id for row in people.values() if row.joined_to_id} - set(people)
    for row in people.values():
        row.joined_to = people[row.joined_to_id] if row.joined_to_id else None
    return people


def _locked(named: Collection[UUID]) -> dict[UUID, Customer]:
    rows = Customer.objects.filter(pk__in=named)
    with_people = rows.values("pk").union(rows.exclude(joined_to=None).values("joined_to"))
    found = Customer.objects.filter(pk__in=with_people).order_by("trusted", "pk")
    return {row.pk: row for row in found.select_for_update(no_key=True)}


def check_join(one: Customer, person: Customer) -> None:
    """Raises Conflict where the first may not stand for the second."""
    if one.erased_at or person.erased_at:
        raise Conflict("This customer was erased.", code="erased")
    if one.joined_to_id or person.joined_to_id or not person.trusted or one == person:
        raise Conflict("One who stands alone joins a trusted one who does.", code="not_alone")
    if stands_for_others(one):
        detail = "Others were joined to this customer: part them first, or join the other to it."
        raise Conflict(detail, code="others_stand_for_it")


def stands_for_others(customer: Customer) -> bool:
    return customer.trusted and Customer.objects.filter(joined_to=customer).exists()


def join_claim(one: Customer, person: Customer, *, by: User | None, now: datetime) -> None:
    """From now on the first, a claim or as trusted as the other, stands for this person. A wish not
    to be contacted, of either, is the wish of both; so is what a trusted one has refused, or a
    claim that nobody joins (`by` is None) since its address was proven. Both rows must be locked;
    raises Conflict."""
    check_join(one, person)
    one.joined_to = person
    one.save(update_fields=["joined_to"])
    for silent, other in ((one, person), (person, one)):
        if silent.do_not_contact and not other.do_not_contact:
            _share_silence(silent, other)
    if one.do_not_contact:
        heed(person, Consent.Purpose.CONTACT, granted=False, now=now)
    if one.trusted or by is None:
        _share_refusals(one, person, by=by, now=now)


def _share_silence(silent: Customer, other: Customer) -> None:
    names = ("do_not_contact", "do_not_contact_since", "do_not_contact_said")
    wish = {name: getattr(silent, name) for name in names}
    Customer.objects.known_as(other.person).filter(do_not_contact=False).update(**wish)
    for name, value in wish.items():
        setattr(other, name, value)  # whoever holds the row asks it how they can be reached


def _share_refusals(one: Customer, person: Customer, *, by: User | None, now: datetime) -> None:
    for purpose in REFUSABLE:
        theirs, standing = last_word(one, purpose), last_word(person, purpose)
        if theirs and not theirs.granted and (standing is None or standing.granted):
            Consent.objects.create(
                customer=person,
                purpose=purpose,
                granted=False,
                said=theirs.said,
                at=now,
                recorded_by=by,
            )
        refused = last_word(person, purpose)
        if refused and not refused.granted:
            heed(person, purpose, granted=False, now=now)


def part_claim(one: Customer) -> Customer:
    """It stands for itself again; the customer it stood for. Raises Conflict."""
    if one.joined_to is None:
        raise Conflict("This customer stands for nobody else.", code="not_joined")
    person, one.joined_to = one.joined_to, None
    one.save(update_fields=["joined_to"])
    for purpose, mark in REFUSABLE.items():
        own = last_word(one, purpose)
        if own is None or own.granted:
            end_silence([mark(one.pk)])  # that was the other's word
    return person
