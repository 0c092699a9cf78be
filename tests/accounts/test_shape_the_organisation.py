"""Admins shape the organisation over the API."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actions import invite
from accounts.models import Membership, User
from cxloop.kernel.models import Letter
from cxloop.kernel.moment import moment
from tests.cast import Cast, api
from tests.makers import NOW, make_group, make_member, make_person, make_token


def test_they_create_read_change_and_switch_off_a_person(cast: Cast) -> None:
    admin = api(cast.admin)
    made = admin.post(
        "/api/v1/users",
        {"email": "New@House.example", "name": "New", "time_zone": "Asia/Seoul", "language": "ko"},
    )
    assert made.status_code == 201
    path = f"/api/v1/users/{made.json()['id']}"
    changed = admin.patch(
        path, {"name": "Newer", "open_ticket_cap": 12, "organisation_role": "auditor"}
    )
    assert changed.status_code == 200
    assert admin.delete(path).status_code == admin.delete(path).status_code == 204
    body = admin.get(path).json()
    assert body == {
        "id": made.json()["id"],
        "email": "new@house.example",
        "name": "Newer",
        "kind": "person",
        "organisation_role": "auditor",
        "groups": [],
        "language": "ko",
        "time_zone": "Asia/Seoul",
        "away_until": None,
        "stand_in": None,
        "open_ticket_cap": 12,
        "active": False,
        "created_at": made.json()["created_at"],
    }
    assert body["created_at"].endswith("Z")
    assert admin.patch(path, {"active": True}).json()["active"] is True


def test_they_create_read_change_and_archive_a_group(cast: Cast) -> None:
    admin = api(cast.admin)
    assert (
        admin.post("/api/v1/access-groups", {"slug": "returns", "name": "Returns"}).status_code
        == 201
    )
    path = "/api/v1/access-groups/returns"
    assert admin.patch(path, {"name": "Returns and refunds"}).json()["archived_at"] is None
    assert admin.delete(path).status_code == 204
    body = admin.get(path).json()
    assert (body["name"], body["members"]) == ("Returns and refunds", [])
    assert body["archived_at"].endswith("Z")
    assert admin.patch(path, {"archived": False}).json()["archived_at"] is None
    assert admin.patch(path, {"archived": True}).json()["archived_at"] is not None


def test_they_give_change_and_take_roles_in_a_group(cast: Cast) -> None:
    path = f"/api/v1/access-groups/care/members/{cast.outsider.pk}"
    for role in ("viewer", "lead"):
        members = api(cast.admin).put(path, {"role": role}).json()["members"]
        assert {"id": cast.outsider.pk, "name": "Outsider", "role": role, "active": True} in members
    groups = api(cast.outsider).get("/api/v1/me").json()["groups"]
    assert {"slug": "care", "name": "Care", "role": "lead"} in groups
    assert api(cast.admin).delete(path).status_code == 204
    assert not Membership.objects.filter(user=cast.outsider, group=cast.group).exists()


def test_the_last_admin_stays_one(cast: Cast) -> None:
    path = f"/api/v1/users/{cast.admin.pk}"
    admin = api(cast.admin)
    for answer in (
        admin.delete(path),
        admin.patch(path, {"active": False, "name": "Gone"}),
        admin.patch(path, {"organisation_role": ""}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "last_admin")
    cast.admin.refresh_from_db()
    assert (cast.admin.name, cast.admin.is_admin, cast.admin.is_active) == ("Admin", True, True)


def test_they_invite_by_a_letter_whose_link_is_ours_whatever_host_was_asked(cast: Cast) -> None:
    asked = {"email": "new@house.example", "group": "care", "role": "agent"}
    answer = api(cast.admin).post("/api/v1/invitations", asked, HTTP_HOST="evil.example")
    assert answer.status_code == 201
    assert answer.json()["group"] == {"slug": "care", "name": "Care"}
    assert answer.json()["role"] == "agent"
    body = Letter.objects.get().body
    assert f"{settings.BASE_URL}/invitation/inv_" in body
    assert "evil" not in body


def test_no_page_is_linked_to_a_forged_host(cast: Cast) -> None:
    answer = api(cast.admin).get("/api/v1/users?page_size=1", HTTP_HOST="evil.example")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


NEW = {"email": "a@b.example", "name": "A"}


@pytest.mark.parametrize(
    "path, body, pointer, code",
    [
        ("users", {}, "/email", "required"),
        ("users", NEW | {"nickname": "B"}, "/nickname", "unknown_name"),
        ("users", NEW | {"x/~y": 1}, "/x~1~0y", "unknown_name"),
        ("users", NEW | {"organisation_role": "king"}, "/organisation_role", "invalid_choice"),
        ("users", {"email": "admin@house.example", "name": "A"}, "/email", "taken"),
        ("users", NEW | {"open_ticket_cap": -1}, "/open_ticket_cap", "min_value"),
        ("users", NEW | {"password": "x" * 60_000}, "/password", "too_long"),
        ("users", {"email": ["a@b.example"], "name": {"a": 1}}, "/email", "invalid"),
        ("users", [], "", "invalid"),
        ("access-groups", {"slug": "care", "name": "Again"}, "/slug", "taken"),
        ("access-groups", {"slug": "two words", "name": "Two"}, "/slug", "malformed"),
        ("invitations", {"email": "agent@house.example"}, "/email", "taken"),
        ("invitations", {"email": "a@b.example", "group": "care"}, "/role", "incomplete"),
        ("invitations", {"email": "a@b.ex", "group": "?", "role": "lead"}, "/group", "unknown"),
        ("keys", {"label": ""}, "/label", "blank"),
    ],
)  # fmt: skip
def test_a_wrong_body_is_refused_with_a_pointer(
    cast: Cast, path: str, body: object, pointer: str, code: str
) -> None:
    answer = api(cast.admin).post(f"/api/v1/{path}", body)
    assert answer.status_code == 422, answer.json()
    assert (pointer, code) in {(e["pointer"], e["code"]) for e in answer.json()["errors"]}


def test_a_person_changes_their_language_zone_and_presence(cast: Cast) -> None:
    me = api(cast.agent)
    until = (moment() + timedelta(days=1)).replace(microsecond=0)
    said = {"language": "ko", "time_zone": "Asia/Seoul", "away_until": until.isoformat()}
    body = me.patch("/api/v1/me", said).json()
    assert (body["language"], body["time_zone"]) == ("ko", "Asia/Seoul")
    assert body["away_until"] == until.isoformat().replace("+00:00", "Z")
    assert cast.agent not in User.objects.present(moment())
    assert me.patch("/api/v1/me", {"away_until": None}).json()["away_until"] is None
    assert cast.agent in User.objects.present(moment())


@pytest.mark.parametrize(
    "said, pointer, code",
    [
        ({"away_until": "2036-01-01T00:00:00"}, "/away_until", "no_offset"),
        ({"away_until": "2036-01-01"}, "/away_until", "no_offset"),
        ({"away_until": "2001-01-01T00:00:00Z"}, "/away_until", "in_the_past"),
        ({"away_until": "soon"}, "/away_until", "invalid"),
        ({"language": "tlh"}, "/language", "unknown"),
        ({"time_zone": "Mars/Olympus"}, "/time_zone", "unknown"),
        ({"organisation_role": "admin"}, "/organisation_role", "unknown_name"),
        ({"email": "other@house.example"}, "/email", "unknown_name"),
        ({"active": False}, "/active", "unknown_name"),
    ],
)
def test_a_person_changes_nothing_else_of_theirs(
    cast: Cast, said: dict[str, object], pointer: str, code: str
) -> None:
    answer = api(cast.agent).patch("/api/v1/me", said)
    assert answer.status_code == 422
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [(pointer, code)]


@pytest.mark.parametrize("path", ["users", "access-groups", "invitations", "keys"])
def test_lists_ask_as_often_however_many_rows_there_are(cast: Cast, path: str) -> None:
    few = queries_of(cast.admin, path)
    for n in range(10):
        person = make_member(make_group(), "agent")
        make_token(person)
        invite(email=f"{n}@new.example", by=make_admin(), now=NOW)
    assert queries_of(cast.admin, path) == few > 0


def make_admin() -> User:
    return make_person(organisation_role="admin")


def queries_of(person: User, path: str) -> int:
    client = api(person)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(f"/api/v1/{path}").status_code == 200
    return len(asked)
