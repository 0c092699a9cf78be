"""Who may use which route of this room."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import AccessGroup, Invitation, Membership, User
from cxloop.kernel.models import Letter
from tests.cast import Cast, api

MEMBERS = ("viewer", "agent", "lead", "manager", "outsider")
EVERYBODY = (*MEMBERS, "auditor", "admin")

Route = tuple[str, str, dict[str, Any] | None]

READS: list[Route] = [
    ("get", "/users", None),
    ("get", "/users/{agent}", None),
    ("get", "/access-groups", None),
    ("get", "/access-groups/care", None),
    ("get", "/invitations", None),
]
WRITES: list[Route] = [
    ("post", "/users", {"email": "new@house.example", "name": "New"}),
    ("patch", "/users/{agent}", {"name": "Other"}),
    ("delete", "/users/{agent}", None),
    ("post", "/access-groups", {"slug": "new", "name": "New"}),
    ("patch", "/access-groups/care", {"name": "Other"}),
    ("delete", "/access-groups/care", None),
    ("put", "/access-groups/care/members/{outsider}", {"role": "viewer"}),
    ("delete", "/access-groups/care/members/{agent}", None),
    ("post", "/invitations", {"email": "new@house.example"}),
    ("delete", "/invitations/{invitation}", None),
]
OWN: list[Route] = [
    ("get", "/me", None),
    ("patch", "/me", {"language": "ko"}),
    ("get", "/keys", None),
    ("post", "/keys", {"label": "script"}),
]
OF_NOTHING: list[Route] = [
    ("get", "/users/0", None),
    ("patch", "/users/9223372036854775808", {"name": "Other"}),
    ("delete", "/users/0", None),
    ("get", "/access-groups/none", None),
    ("delete", "/access-groups/none", None),
    ("put", "/access-groups/none/members/{agent}", {"role": "viewer"}),
    ("put", "/access-groups/care/members/0", {"role": "viewer"}),
    ("delete", "/invitations/0", None),
]


@pytest.fixture
def call(cast: Cast) -> Callable[[str, Route], int]:
    invitation = Invitation.objects.create(
        email="a@house.example",
        digest=b"",
        invited_by=cast.admin,
        created_at=cast.admin.created_at,
        expires_at=cast.admin.created_at,
    )

    def status(who: str, route: Route) -> int:
        method, path, body = route
        ids = {"agent": cast.agent.pk, "outsider": cast.outsider.pk, "invitation": invitation.pk}
        client = api(getattr(cast, who, None))
        answer = getattr(client, method)(f"/api/v1{path.format(**ids)}", body)
        if answer.status_code >= 400:
            assert answer["Content-Type"] == "application/problem+json"
            assert answer.json()["status"] == answer.status_code
        return int(answer.status_code)

    return status


def facts() -> list[Any]:
    tables = (User, AccessGroup, Membership, Invitation, Letter)
    return [list(table.objects.order_by("pk").values()) for table in tables]


@pytest.mark.parametrize("route", READS + WRITES + OWN)
def test_a_stranger_is_asked_for_a_key(call: Callable[[str, Route], int], route: Route) -> None:
    assert call("nobody", route) == 401


@pytest.mark.parametrize("route", READS + WRITES + OF_NOTHING)
@pytest.mark.parametrize("who", MEMBERS)
def test_members_are_told_nothing(
    call: Callable[[str, Route], int], who: str, route: Route
) -> None:
    before = facts()
    assert call(who, route) == 403
    assert facts() == before


@pytest.mark.parametrize("route", READS)
@pytest.mark.parametrize("who", ["auditor", "admin"])
def test_admins_and_auditors_read(
    call: Callable[[str, Route], int], who: str, route: Route
) -> None:
    assert call(who, route) == 200


@pytest.mark.parametrize("route", WRITES)
def test_auditors_change_nothing(call: Callable[[str, Route], int], route: Route) -> None:
    before = facts()
    assert call("auditor", route) == 403
    assert facts() == before


@pytest.mark.parametrize("route", WRITES)
def test_admins_write(call: Callable[[str, Route], int], route: Route) -> None:
    assert call("admin", route) in {200, 201, 204}


@pytest.mark.parametrize("route", OF_NOTHING)
def test_what_does_not_exist_is_not_there(call: Callable[[str, Route], int], route: Route) -> None:
    assert call("admin", route) == 404


@pytest.mark.parametrize("route", OWN)
@pytest.mark.parametrize("who", EVERYBODY)
def test_everybody_has_what_is_theirs(
    call: Callable[[str, Route], int], who: str, route: Route
) -> None:
    assert call(who, route) in {200, 201}


@pytest.mark.parametrize("path", ["/users/", "/access-groups/care/", "/keys/", "/me/"])
def test_no_address_ends_with_a_slash(call: Callable[[str, Route], int], path: str) -> None:
    assert call("admin", ("get", path, None)) == 404
