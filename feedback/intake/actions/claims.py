"""A colleague says who a claim is, or that it was somebody else after all."""

from collections.abc import Collection, Iterable
from uuid import UUID

from cxloop.kernel.errors import Conflict
from feedback.intake.models import Customer


def lock_people(named: Iterable[UUID]) -> dict[UUID, Customer]:
    """These rows and the people they stand for, locked until the end, by id; each knows its person.

    Claims before people, each in the order of their ids, everywhere: so nobody waits in a circle.
    """
    wanted = set(named)
    claims = _locked(wanted, trusted=False)
    people = _locked(
        wanted | {c.joined_to_id for c in claims.values() if c.joined_to_id}, trusted=True
    )
    for claim in claims.values():
        if claim.joined_to_id:
            claim.joined_to = people[claim.joined_to_id]
    return claims | people


def _locked(named: Collection[UUID], *, trusted: bool) -> dict[UUID, Customer]:
    rows = Customer.objects.filter(pk__in=named, trusted=trusted).order_by("pk")
    return {row.pk: row for row in rows.select_for_update(no_key=True)}


def check_join(claim: Customer, person: Customer) -> None:
    """Raises Conflict where the first may not stand for the second."""
    if claim.erased_at or person.erased_at:
        raise Conflict("This customer was erased.", code="erased")
    if claim.trusted or not person.trusted or claim.joined_to_id:
        raise Conflict("Only a claim that stands alone joins a trusted customer.", code="not_alone")


def join_claim(claim: Customer, person: Customer) -> None:
    """From now on the claim stands for this person. A wish not to be contacted, of either, is the
    wish of both. Both rows must be locked; raises Conflict."""
    check_join(claim, person)
    claim.joined_to = person
    claim.save(update_fields=["joined_to"])
    for silent, other in ((claim, person), (person, claim)):
        if silent.do_not_contact and not other.do_not_contact:
            _share_silence(silent, other)


def _share_silence(silent: Customer, other: Customer) -> None:
    names = ("do_not_contact", "do_not_contact_since", "do_not_contact_said")
    wish = {name: getattr(silent, name) for name in names}
    Customer.objects.known_as(other.person).filter(do_not_contact=False).update(**wish)
    for name, value in wish.items():
        setattr(other, name, value)  # whoever holds the row asks it how they can be reached


def part_claim(claim: Customer) -> Customer:
    """The claim stands for itself again; the customer it stood for. Raises Conflict."""
    if claim.joined_to is None:
        raise Conflict("This customer stands for nobody else.", code="not_joined")
    person, claim.joined_to = claim.joined_to, None
    claim.save(update_fields=["joined_to"])
    return person
