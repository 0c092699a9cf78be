"""The people of all tests, and how they call the API."""

from dataclasses import dataclass

from rest_framework.test import APIClient

from accounts.models import AccessGroup, Membership, User
from accounts.roles import GroupRole, OrganisationRole
from tests.makers import group, make_token, person


@dataclass(frozen=True)
class Cast:
    """Agent, lead, manager and viewer share `group`; the outsider is an agent of `other_group`."""

    group: AccessGroup
    other_group: AccessGroup
    viewer: User
    agent: User
    lead: User
    manager: User
    outsider: User
    admin: User
    auditor: User


def gather_cast() -> Cast:
    """In three statements: nearly every test calls for it."""
    care, billing = AccessGroup.objects.bulk_create([group("care"), group("billing")])
    *in_care, outsider, admin, auditor = User.objects.bulk_create(
        [
            *(person(role.label) for role in GroupRole),
            person("Outsider"),
            person("Admin", organisation_role=OrganisationRole.ADMIN),
            person("Auditor", organisation_role=OrganisationRole.AUDITOR),
        ]
    )
    roles = dict(zip(GroupRole, in_care, strict=True))
    held = [Membership(group=care, user=user, role=role) for role, user in roles.items()]
    Membership.objects.bulk_create(
        [*held, Membership(group=billing, user=outsider, role=GroupRole.AGENT)]
    )
    return Cast(
        group=care,
        other_group=billing,
        outsider=outsider,
        admin=admin,
        auditor=auditor,
        **{role.value: user for role, user in roles.items()},
    )


def api(person: User | None) -> APIClient:
    """The API as this person calls it, by a real token; as nobody without one."""
    client = APIClient()
    client.default_format = "json"
    if person is not None:
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {make_token(person)}")
    return client
