"""Who may decide on what waits for approval: whom to tell of it, since nobody else can end it."""

from collections.abc import Collection, Iterator
from decimal import Decimal
from functools import cache

from accounts.models import AccessGroup, Membership, User
from accounts.roles import LEADING_ROLES
from tickets.recovery.models import Gesture, GestureLimit


def who_may_decide(tickets: Collection[int]) -> dict[int, frozenset[int]]:
    """By ticket the numbers of those who may approve something that waits there: who leads its
    group, and admins, did not propose it, and may approve as much. A few statements a
    group, and one for each whom a limit holds."""
    rows = Gesture.objects.waiting().filter(recovery__ticket__in=tickets)
    limits, leaders = cache(limit_of), cache(_leaders)
    found: dict[int, frozenset[int]] = {}
    for gesture in rows.select_related("recovery__ticket__group"):
        ticket = gesture.recovery.ticket
        may = {
            person
            for person, role in leaders(ticket.group).items()
            if person != gesture.by_id
            and above(gesture, person, limits(ticket.group, role, gesture.kind, gesture.currency))
            is None
        }
        found[ticket.pk] = found.get(ticket.pk, frozenset()) | may
    return found


def above(gesture: Gesture, person: int, limit: Decimal | None) -> Decimal | None:
    """What they approved for the same repair before, where this is above their limit with it: twice
    two hundred is four hundred. None where it is not, or nothing limits them."""
    if limit is None or gesture.amount is None:
        return None
    before = Gesture.objects.approved_by(person, gesture.recovery, gesture.currency)
    return before if gesture.amount + before > limit else None


def limit_of(group: AccessGroup, role: str, kind: str, currency: str) -> Decimal | None:
    return GestureLimit.objects.to_approve(group, role=role, kind=kind, currency=currency)


def _leaders(group: AccessGroup) -> dict[int, str]:
    """With their role there; blank for an admin who is no member."""
    return dict(_led(group)) | dict(_admins(group))


def _led(group: AccessGroup) -> Iterator[tuple[int, str]]:
    held = Membership.objects.filter(group=group, role__in=LEADING_ROLES).select_related("user")
    for one in held:
        if not one.user.reads_everything:
            yield one.user_id, one.role


def _admins(group: AccessGroup) -> Iterator[tuple[int, str]]:
    roles = dict(Membership.objects.filter(group=group).values_list("user", "role"))
    for person in User.objects.admins().values_list("pk", flat=True):
        yield person, roles.get(person, "")
