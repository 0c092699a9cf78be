"""Who stands in: a colleague one shares a group with, or an admin."""

import pytest
from django.db import IntegrityError, connection, transaction

from tests.cast import Cast, api

pytestmark = pytest.mark.django_db


def test_one_chooses_a_colleague_and_takes_it_back(cast: Cast) -> None:
    agent = api(cast.agent)
    chosen = agent.patch("/api/v1/me", {"stand_in": cast.lead.pk}).json()
    assert chosen["stand_in"] == {"id": cast.lead.pk, "name": "Lead"}
    assert agent.patch("/api/v1/me", {"stand_in": None}).json()["stand_in"] is None


def test_an_admin_chooses_for_others(cast: Cast) -> None:
    path = f"/api/v1/users/{cast.agent.pk}"
    chosen = api(cast.admin).patch(path, {"stand_in": cast.manager.pk})
    assert chosen.json()["stand_in"]["name"] == "Manager"


@pytest.mark.parametrize("whom", ["outsider", "agent"])
def test_a_stranger_or_oneself_is_no_stand_in(cast: Cast, whom: str) -> None:
    answer = api(cast.agent).patch("/api/v1/me", {"stand_in": getattr(cast, whom).pk})
    assert answer.status_code == 422
    assert answer.json()["errors"][0] | {"detail": ""} == {
        "pointer": "/stand_in",
        "code": "unknown_person",
        "detail": "",
    }


def test_an_admin_is_everybodys_colleague(cast: Cast) -> None:
    answer = api(cast.outsider).patch("/api/v1/me", {"stand_in": cast.admin.pk})
    assert answer.json()["stand_in"]["name"] == "Admin"


def test_nobody_stands_in_for_themselves_by_raw_sql(cast: Cast) -> None:
    with (
        pytest.raises(IntegrityError, match="nobody_stands_in"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE accounts_user SET stand_in_id = id")
