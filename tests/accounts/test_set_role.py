"""set_role, leave_group and the life of a group …"""

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.actions import (
    archive_group,
    create_group,
    leave_group,
    rename_group,
    restore_group,
    set_role,
    switch_off,
)
from accounts.models import AccessGroup, Membership, User
from accounts.roles import GroupRole
from cxloop.kernel.errors import Conflict, Refused
from tests.cast import Cast
from tests.makers import NOW


def test_it_joins_and_then_changes_the_role(cast: Cast) -> None:
    for role in (GroupRole.VIEWER, GroupRole.MANAGER):
        set_role(person=cast.outsider, group=cast.group, role=role, now=NOW)
        assert Membership.objects.get(user=cast.outsider, group=cast.group).role == role


def test_it_refuses_an_archived_group_until_it_is_restored(cast: Cast) -> None:
    archive_group(group=cast.group, now=NOW)
    with pytest.raises(Conflict) as refused:
        set_role(person=cast.outsider, group=cast.group, role=GroupRole.AGENT, now=NOW)
    assert refused.value.code == "archived"
    restore_group(group=cast.group, now=NOW)
    assert set_role(person=cast.outsider, group=cast.group, role=GroupRole.AGENT, now=NOW)


def test_it_refuses_somebody_switched_off(cast: Cast) -> None:
    switch_off(person=cast.outsider, now=NOW)
    with pytest.raises(Conflict) as refused:
        set_role(person=cast.outsider, group=cast.group, role=GroupRole.AGENT, now=NOW)
    assert refused.value.code == "switched_off"


def test_leaving_ends_what_the_group_let_one_see(cast: Cast) -> None:
    assert AccessGroup.objects.visible_to(cast.agent).get() == cast.group
    leave_group(person=cast.agent, group=cast.group, now=NOW)
    assert not AccessGroup.objects.visible_to(cast.agent).exists()


@pytest.mark.parametrize("slug", ["", "Care", "two words", "-care", "돌봄", "c" * 61, "a/b"])
def test_a_group_needs_a_plain_slug(db: None, slug: str) -> None:
    with pytest.raises(Refused) as refused:
        create_group(slug=slug, name="Care", now=NOW)
    assert refused.value.faults[0].pointer == "/slug"


def test_a_slug_is_given_once_and_stays_when_the_name_changes(cast: Cast) -> None:
    rename_group(group=cast.group, name="Customer care", now=NOW)
    with pytest.raises(Refused) as refused:
        create_group(slug="care", name="Another", now=NOW)
    assert refused.value.faults[0].code == "taken"


@pytest.mark.parametrize(
    "role, sees, works, leads",
    [
        ("viewer", True, False, False),
        ("agent", True, True, False),
        ("lead", True, True, True),
        ("manager", True, True, True),
        ("outsider", False, False, False),
        ("admin", True, True, True),
        ("auditor", True, False, False),
    ],
)
def test_each_role_opens_what_it_says(
    cast: Cast, role: str, sees: bool, works: bool, leads: bool
) -> None:
    person: User = getattr(cast, role)
    groups = AccessGroup.objects.filter(pk=cast.group.pk)
    found = (
        groups.visible_to(person).exists(),
        groups.workable_by(person).exists(),
        groups.led_by(person).exists(),
    )
    assert found == (sees, works, leads)


def test_nobody_switched_off_sees_anything(cast: Cast) -> None:
    for person in (cast.manager, cast.auditor):
        switch_off(person=person, now=NOW)
        for groups in (
            AccessGroup.objects.visible_to(person),
            AccessGroup.objects.workable_by(person),
        ):
            assert not groups.exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_membership SET role = 'king'",
        "INSERT INTO accounts_membership (user_id, group_id, role)"
        " SELECT user_id, group_id, 'lead' FROM accounts_membership",
        "INSERT INTO accounts_invitation (email, digest, invited_by_id, organisation_role,"
        " group_role, created_at, expires_at) SELECT 'a@b.example', '', id, '', 'lead',"
        " now(), now() FROM accounts_user LIMIT 1",
    ],
)
def test_postgresql_refuses_an_impossible_membership(cast: Cast, statement: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
