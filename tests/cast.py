"""The people of all tests, and how they call the API."""

from dataclasses import dataclass

from rest_framework.test import APIClient

from accounts.models import AccessGroup, User
from accounts.roles import GroupRole, OrganisationRole
from tests.makers import make_group, make_member, make_person, make_token


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
    care, billing = make_group("care"), make_group("billing")
    in_care = {role.value: make_member(care, role, make_person(role.label)) for role in GroupRole}
    return Cast(
        group=care,
        other_group=billing,
        outsider=make_member(billing, GroupRole.AGENT, make_person("Outsider")),
        admin=make_person("Admin", organisation_role=OrganisationRole.ADMIN),
        auditor=make_person("Auditor", organisation_role=OrganisationRole.AUDITOR),
        **in_care,
    )


def api(person: User | None) -> APIClient:
    """The API as this person calls it, by a real token; as nobody without one."""
    client = APIClient()
    client.default_format = "json"
    if person is not None:
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {make_token(person)}")
    return client
