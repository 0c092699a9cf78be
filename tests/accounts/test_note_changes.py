"""note changes: who, when and what, with the change itself."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts import actions
from accounts.models import Change, Invitation
from accounts.roles import GroupRole
from cxloop.kernel.errors import Refused
from feedback.intake.actions import sources
from tests.cast import Cast, api
from tests.makers import NOW, make_source

pytestmark = pytest.mark.django_db


def noted(about: str, key: object) -> list[tuple[str, Any]]:
    rows = Change.objects.filter(about=about, key=str(key)).order_by("id")
    return [(row.act, row.facts) for row in rows]


def test_of_groups(cast: Cast) -> None:
    by = {"now": NOW, "by": cast.admin}
    group = actions.create_group(slug="vip", name="VIP", **by)
    actions.rename_group(group=group, name="Very", **by)
    actions.rename_group(group=group, name="Very", **by)
    for role in (GroupRole.AGENT, GroupRole.AGENT, GroupRole.LEAD):
        actions.set_role(person=cast.outsider, group=group, role=role, **by)
    for _ in range(2):
        actions.leave_group(person=cast.outsider, group=group, **by)
        actions.archive_group(group=group, **by)
    actions.restore_group(group=group, **by)
    assert [act for act, _facts in noted("group", "vip")] == [
        *("created", "changed", "joined", "joined", "left", "archived", "restored"),
    ]
    assert noted("group", "vip")[1][1] == {"fields": {"name": ["VIP", "Very"]}}
    person = noted("person", cast.outsider.pk)
    assert [(act, facts["before"], facts["role"]) for act, facts in person] == [
        ("joined", None, "agent"),
        ("joined", "agent", "lead"),
        ("left", "lead", None),
    ]
    assert set(Change.objects.values_list("by", flat=True)) == {cast.admin.pk}


def test_of_people_only_what_changed(cast: Cast) -> None:
    where = f"/api/v1/users/{cast.agent.pk}"
    api(cast.admin).patch(where, {"name": "Ada", "email": cast.agent.email, "stand_in": None})
    api(cast.admin).patch(where, {"stand_in": cast.lead.pk})
    api(cast.admin).delete(where)
    api(cast.admin).delete(where)
    api(cast.admin).patch(where, {"active": True})
    assert noted("person", cast.agent.pk) == [
        ("changed", {"fields": {"name": ["Agent", "Ada"]}}),
        ("changed", {"fields": {"stand_in": [None, "Lead"]}}),
        ("switched_off", {}),
        ("switched_on", {}),
    ]


def test_of_sources_and_their_keys(cast: Cast) -> None:
    said = {"slug": "shop", "name": "Shop", "channel": "website"}
    admin = api(cast.admin)
    admin.post("/api/v1/sources", said)
    admin.patch("/api/v1/sources/shop", {"daily_cap": 5, "owners": ["care"]})
    key = admin.post("/api/v1/sources/shop/keys", {"kind": "pk", "label": "page"}).json()
    admin.delete(f"/api/v1/sources/shop/keys/{key['id']}")
    admin.delete("/api/v1/sources/shop")
    found = noted("source", "shop")
    assert [act for act, _facts in found] == [
        *("created", "changed", "changed", "key_issued", "key_revoked", "archived"),
    ]
    assert found[1][1] == {"fields": {"owners": [[], ["Care"]]}}
    assert found[2][1] == {"fields": {"daily_cap": [None, 5]}}
    assert key["key"] not in str(found)


def test_of_invitations(cast: Cast) -> None:
    by = {"now": NOW, "by": cast.admin}
    invitation = actions.invite(
        email="new@house.example", group=cast.group, group_role="agent", **by
    )
    actions.withdraw_invitation(invitation=invitation, **by)
    actions.withdraw_invitation(invitation=invitation, **by)
    found = noted("invitation", invitation.pk)
    assert [act for act, _facts in found] == ["invited", "withdrawn"]
    assert found[0][1]["group"] == {"slug": "care", "name": "Care"}


def test_what_was_refused_is_not_noted(cast: Cast) -> None:
    with pytest.raises(Refused):
        actions.create_group(slug="care", name="Again", now=NOW, by=cast.admin)
    with pytest.raises(Refused):
        sources.change_source(make_source(), allowed_origins=["x"], now=NOW, by=cast.admin)
    assert not Change.objects.exists()


@pytest.mark.parametrize(
    "sql", ["UPDATE accounts_change SET act = 'x'", "DELETE FROM accounts_change"]
)
def test_it_is_never_rewritten(cast: Cast, sql: str) -> None:
    actions.rename_group(group=cast.group, name="Another", now=NOW)
    with (
        pytest.raises(IntegrityError, match="is history"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


def test_many_are_invited_at_once_or_none(cast: Cast) -> None:
    by = {"now": NOW, "by": cast.admin, "group": cast.group, "group_role": "agent"}
    emails = ["a@house.example", "b@house.example"]
    assert actions.invite_many(emails=emails, **by) == 2
    with pytest.raises(Refused) as refused:
        actions.invite_many(emails=["c@house.example", "nonsense", cast.lead.email], **by)
    assert [(fault.pointer, fault.code) for fault in refused.value.faults] == [
        ("/emails/1", "malformed"),
        ("/emails/2", "taken"),
    ]
    assert sorted(Invitation.objects.values_list("email", flat=True)) == emails
    with pytest.raises(Refused):
        actions.invite_many(emails=[], **by)
    with pytest.raises(Refused):
        actions.invite_many(emails=["d@house.example"] * 51, **by)


def test_inviting_again_keeps_the_terms_and_ends_the_first_link(cast: Cast) -> None:
    by = {"now": NOW, "by": cast.admin}
    first = actions.invite(email="a@house.example", group=cast.group, group_role="lead", **by)
    again = actions.invite_again(invitation=first, **by)
    first.refresh_from_db()
    assert (again.group, again.group_role, first.expires_at) == (cast.group, "lead", NOW)
    assert list(Invitation.objects.unanswered(NOW.replace(year=2020))) == [again]
