"""Personal tokens, by /keys and in use …"""

from datetime import timedelta
from hashlib import sha256

import pytest
from django.db import connection

from accounts.actions import issue_token, revoke_token, switch_off
from accounts.models import PersonalToken, User
from cxloop.kernel.errors import Conflict
from cxloop.kernel.moment import moment
from tests.cast import Cast, api
from tests.makers import NOW, make_person, make_token

KEYS = "/api/v1/keys"


def call_with(clear: str) -> int:
    client = api(None)
    return int(client.get("/api/v1/me", HTTP_AUTHORIZATION=f"Bearer {clear}").status_code)


def test_a_token_is_shown_once_and_then_works(cast: Cast) -> None:
    answer = api(cast.agent).post(KEYS, {"label": "script"})
    body = answer.json()
    assert (answer.status_code, answer["Cache-Control"]) == (201, "no-store")
    assert body["kind"] == "pat"
    assert body["key"].startswith("pat_")
    assert body["hint"] == body["key"][:10]
    assert call_with(body["key"]) == 200
    listed = api(cast.agent).get(KEYS).json()["results"]
    assert body["id"] in [token["id"] for token in listed]
    assert not any("key" in token for token in listed)


def test_it_is_kept_only_as_a_hash(cast: Cast) -> None:
    clear = make_token(cast.agent)
    with connection.cursor() as cursor:
        cursor.execute("SELECT token::text FROM accounts_personaltoken token")
        (kept,) = cursor.fetchone()
    assert sha256(clear.encode()).hexdigest() in kept
    assert clear[12:24] not in kept
    assert clear[12:24].encode().hex() not in kept


def test_it_acts_as_its_person(cast: Cast) -> None:
    assert api(cast.agent).get("/api/v1/me").json()["email"] == cast.agent.email


def test_a_revoked_one_is_unknown_at_once(cast: Cast) -> None:
    token, clear = issue_token(person=cast.agent, label="script", now=NOW)
    assert call_with(clear) == 200
    assert api(cast.agent).delete(f"{KEYS}/{token.pk}").status_code == 204
    assert call_with(clear) == 401


def test_revoking_twice_keeps_the_first_time(cast: Cast) -> None:
    token, _ = issue_token(person=cast.agent, label="script", now=NOW)
    for hours in (1, 2):
        revoke_token(token=token, now=NOW + timedelta(hours=hours))
    assert PersonalToken.objects.get(pk=token.pk).revoked_at == NOW + timedelta(hours=1)


def test_that_of_somebody_switched_off_is_unknown(cast: Cast) -> None:
    clear = make_token(cast.agent)
    User.objects.filter(pk=cast.agent.pk).update(is_active=False)
    assert call_with(clear) == 401


def test_nobody_switched_off_gets_one(cast: Cast) -> None:
    switch_off(person=cast.agent, now=NOW)
    with pytest.raises(Conflict):
        issue_token(person=cast.agent, label="script", now=NOW)


@pytest.mark.parametrize(
    "clear", ["", "pat_", "pat_wrong", "sk_wrong", "pat_\x00", "pä", "x" * 100_000]
)
def test_a_wrong_one_is_unknown(cast: Cast, clear: str) -> None:
    assert call_with(clear) == 401


def test_its_last_use_is_kept_to_the_minute(cast: Cast) -> None:
    token, clear = issue_token(person=cast.agent, label="script", now=NOW)
    start = moment()
    call_with(clear)
    first = PersonalToken.objects.get(pk=token.pk).last_used_at
    assert first is not None
    assert start <= first <= moment()
    call_with(clear)
    assert PersonalToken.objects.get(pk=token.pk).last_used_at == first
    PersonalToken.objects.filter(pk=token.pk).update(last_used_at=first - timedelta(minutes=2))
    call_with(clear)
    assert (PersonalToken.objects.get(pk=token.pk).last_used_at or first) > first


def test_others_see_it_only_as_admin_or_auditor(cast: Cast) -> None:
    token, _ = issue_token(person=cast.agent, label="script", now=NOW)
    for person, sees in ((cast.manager, False), (cast.auditor, True), (cast.admin, True)):
        listed = api(person).get(KEYS).json()["results"]
        assert (token.pk in [found["id"] for found in listed]) is sees


def test_others_revoke_it_only_as_admin(cast: Cast) -> None:
    token, _ = issue_token(person=cast.agent, label="script", now=NOW)
    statuses = [
        api(person).delete(f"{KEYS}/{token.pk}").status_code
        for person in (cast.manager, cast.auditor, cast.admin)
    ]
    assert statuses == [404, 403, 204]


def test_an_admin_makes_them_for_services_and_for_no_other_person(cast: Cast) -> None:
    robot = make_person("Robot", kind=User.Kind.SERVICE)
    asked = {"label": "robot", "user": robot.pk}
    assert api(cast.agent).post(KEYS, asked).status_code == 403
    assert api(cast.admin).post(KEYS, asked).json()["user"] == {"id": robot.pk, "name": "Robot"}
    for user in (cast.agent.pk, 0, 2**70):
        refused = api(cast.admin).post(KEYS, {"label": "theirs", "user": user})
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/user")
