from datetime import datetime

from django.db import transaction
from django.utils.text import slugify

from accounts.acceptable import acceptable_name
from accounts.actions.unique import given_once
from accounts.models import AccessGroup, Membership, User
from accounts.roles import GroupRole
from cxloop.kernel.errors import Conflict, Refused


def create_group(*, slug: str, name: str, now: datetime) -> AccessGroup:
    """The slug is for good: rules name groups by it. Raises Refused."""
    if slug != slugify(slug) or not 0 < len(slug) <= 60:
        raise Refused.at("/slug", "malformed", "Up to 60 of a-z, 0-9, hyphen and underscore.")
    group = AccessGroup(slug=slug, name=acceptable_name(name), created_at=now)
    with given_once("/slug", "There is a group of this slug already."):
        group.save(force_insert=True)
    return group


def rename_group(*, group: AccessGroup, name: str) -> None:
    group.name = acceptable_name(name)
    group.save(update_fields=["name"])


def archive_group(*, group: AccessGroup, now: datetime) -> None:
    """No longer offered for new work; its tickets and members stay."""
    group.archived_at = group.archived_at or now
    group.save(update_fields=["archived_at"])


def restore_group(*, group: AccessGroup) -> None:
    group.archived_at = None
    group.save(update_fields=["archived_at"])


def set_role(*, person: User, group: AccessGroup, role: GroupRole) -> Membership:
    """Joins the group in this role, or changes the role there. Raises Conflict `archived` or
    `switched_off`."""
    with transaction.atomic():
        if AccessGroup.objects.select_for_update(no_key=True).get(pk=group.pk).archived_at:
            raise Conflict("The group is archived.", code="archived")
        if not person.is_active:
            raise Conflict("This person is switched off.", code="switched_off")
        member, _ = Membership.objects.update_or_create(
            user=person, group=group, defaults={"role": role}
        )
    return member


def leave_group(*, person: User, group: AccessGroup) -> None:
    Membership.objects.filter(user=person, group=group).delete()
