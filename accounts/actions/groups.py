from datetime import datetime

from django.db import transaction
from django.utils.text import slugify

from accounts.acceptable import acceptable_name
from accounts.actions.changes import note_change
from accounts.actions.unique import given_once
from accounts.models import (
    LONGEST_ACCEPT_WITHIN_S,
    SHORTEST_ACCEPT_WITHIN_S,
    AccessGroup,
    Change,
    Membership,
    User,
)
from accounts.roles import GroupRole
from cxloop.kernel.errors import Conflict, Refused

GROUP, PERSON = Change.About.GROUP, Change.About.PERSON


@transaction.atomic
def create_group(*, slug: str, name: str, now: datetime, by: User | None = None) -> AccessGroup:
    """The slug is for good: rules name groups by it. Raises Refused."""
    if slug != slugify(slug) or not 0 < len(slug) <= 60:
        raise Refused.at("/slug", "malformed", "Up to 60 of a-z, 0-9, hyphen and underscore.")
    group = AccessGroup(slug=slug, name=acceptable_name(name), created_at=now)
    with given_once("/slug", "There is a group of this slug already."):
        group.save(force_insert=True)
    note_change(GROUP, slug, "created", by=by, now=now, name=group.name)
    return group


@transaction.atomic
def rename_group(*, group: AccessGroup, name: str, now: datetime, by: User | None = None) -> None:
    before, group.name = group.name, acceptable_name(name)
    group.save(update_fields=["name"])
    if group.name != before:
        fields = {"name": [before, group.name]}
        note_change(GROUP, group.slug, "changed", by=by, now=now, fields=fields)


@transaction.atomic
def set_accept_within(
    *, group: AccessGroup, seconds: int, now: datetime, by: User | None = None
) -> None:
    """For what is handed over from now on. Raises Refused outside of a minute to thirty days."""
    if not SHORTEST_ACCEPT_WITHIN_S <= seconds <= LONGEST_ACCEPT_WITHIN_S:
        raise Refused.at("/accept_within_s", "out_of_range", "A minute at least, 30 days at most.")
    before, group.accept_within_s = group.accept_within_s, seconds
    group.save(update_fields=["accept_within_s"])
    if seconds != before:
        fields = {"accept_within_s": [before, seconds]}
        note_change(GROUP, group.slug, "changed", by=by, now=now, fields=fields)


@transaction.atomic
def archive_group(*, group: AccessGroup, now: datetime, by: User | None = None) -> None:
    """No longer offered for new work; its tickets and members stay."""
    if group.archived_at is None:
        note_change(GROUP, group.slug, "archived", by=by, now=now)
    group.archived_at = group.archived_at or now
    group.save(update_fields=["archived_at"])


@transaction.atomic
def restore_group(*, group: AccessGroup, now: datetime, by: User | None = None) -> None:
    if group.archived_at is not None:
        note_change(GROUP, group.slug, "restored", by=by, now=now)
    group.archived_at = None
    group.save(update_fields=["archived_at"])


@transaction.atomic
def set_role(
    *,
    person: User,
    group: AccessGroup,
    role: GroupRole,
    now: datetime,
    by: User | None = None,
) -> Membership:
    """Joins the group in this role, or changes the role there. Raises Conflict `archived` or
    `switched_off`."""
    if AccessGroup.objects.select_for_update(no_key=True).get(pk=group.pk).archived_at:
        raise Conflict("The group is archived.", code="archived")
    if not person.is_active:
        raise Conflict("This person is switched off.", code="switched_off")
    before = _role_of(person, group)
    member, _ = Membership.objects.update_or_create(
        user=person, group=group, defaults={"role": role}
    )
    if before != role:
        _note_member("joined", person, group, by=by, now=now, before=before, role=role)
    return member


@transaction.atomic
def leave_group(*, person: User, group: AccessGroup, now: datetime, by: User | None = None) -> None:
    if before := _role_of(person, group):
        Membership.objects.filter(user=person, group=group).delete()
        _note_member("left", person, group, by=by, now=now, before=before, role=None)


def _role_of(person: User, group: AccessGroup) -> str | None:
    held = Membership.objects.filter(user=person, group=group)
    return held.values_list("role", flat=True).first()


def _note_member(
    act: str,
    person: User,
    group: AccessGroup,
    *,
    by: User | None,
    now: datetime,
    before: str | None,
    role: str | None,
) -> None:
    """It is read where the group is and where the person is."""
    facts = {"person": person.brief(), "group": group.brief(), "before": before, "role": role}
    for about, key in ((GROUP, group.slug), (PERSON, person.pk)):
        note_change(about, key, act, by=by, now=now, **facts)
