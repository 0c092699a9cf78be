"""Who may work the tickets of a group, and who leads it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from accounts.models import AccessGroup, Membership, User
from accounts.roles import LEADING_ROLES, WORKING_ROLES


def may_work(person: User, group: AccessGroup) -> bool:
    if not person.is_active:
        return False
    held = person.memberships.filter(group=group, role__in=WORKING_ROLES)
    return person.is_admin or held.exists()


def who_leads(group: AccessGroup, now: datetime) -> list[User]:
    """Its leads; where none is there its managers, and at last the admins. Whoever is away is
    stood in for by whom they chose, if that one is there and may work the group's tickets."""
    held = Membership.objects.filter(group=group, user__in=_people()).order_by("user")
    for role in LEADING_ROLES:
        found = [one.user for one in held.filter(role=role).select_related("user__stand_in")]
        if there := _there(found, group, now):
            return there
    admins = list(User.objects.admins().filter(kind=User.Kind.PERSON).order_by("pk"))
    return _there(admins, group, now) or admins


def _people() -> Any:
    return User.objects.active().filter(kind=User.Kind.PERSON).values("pk")


def _there(people: Iterable[User], group: AccessGroup, now: datetime) -> list[User]:
    found = [one if not one.is_away(now) else one.stand_in for one in people]
    there = [
        one
        for one in found
        if one and one.is_active and not one.is_away(now) and may_work(one, group)
    ]
    return list(dict.fromkeys(there))


def briefs_of(people: Iterable[User]) -> list[dict[str, Any]]:
    return [person.brief() for person in people]
