"""Forms of a source over REST …"""

from copy import deepcopy
from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Change
from feedback.intake.models import Source
from feedback.web.gallery import CHECKOUT, SUPPORT
from feedback.web.models import Form, FormVersion
from tests.cast import Cast, api
from tests.makers import make_source

pytestmark = pytest.mark.django_db

WHERE = "/api/v1/sources/shop/forms"


@pytest.fixture
def shop(cast: Cast) -> Source:
    return make_source("shop")


def made(cast: Cast, **said: Any) -> Any:
    body = {"slug": "checkout", "name": "Checkout", "document": CHECKOUT} | said
    return api(cast.admin).post(WHERE, body)


def changed(cast: Cast, **said: Any) -> Any:
    return api(cast.admin).patch(f"{WHERE}/checkout", said)


def test_are_made_and_read(cast: Cast, shop: Source) -> None:
    answer = made(cast)
    assert answer.status_code == 201
    read = api(cast.auditor).get(f"{WHERE}/checkout").json()
    assert read == answer.json()
    assert (read["version"], read["languages"]) == (1, ["en", "ko"])
    assert read["url"].endswith("/f/shop/checkout")
    assert read["document"] == CHECKOUT
    (listed,) = api(cast.admin).get(WHERE).json()["results"]
    assert listed == read
    assert Change.objects.get(act="form_written").by == cast.admin


def asked_for(client: Any, listed: int) -> int:
    """How many statements the list takes."""
    with CaptureQueriesContext(connection) as seen:
        assert len(client.get(WHERE).json()["results"]) == listed
    return len(seen)


def test_are_listed_in_as_many_statements_as_one(cast: Cast, shop: Source) -> None:
    client = api(cast.admin)
    made(cast, slug="first")
    asked_for(client, 1)
    one = asked_for(client, 1)
    for number in range(4):
        assert made(cast, slug=f"form-{number}").status_code == 201
    assert asked_for(client, 5) == one


def test_a_change_that_is_refused_changes_nothing(cast: Cast, shop: Source) -> None:
    made(cast)
    api(cast.admin).delete(f"{WHERE}/checkout")
    assert changed(cast, archived=False, document={}).status_code == 422
    assert Form.objects.get().archived_at


def test_are_revised_and_every_version_stays(cast: Cast, shop: Source) -> None:
    made(cast)
    document = deepcopy(CHECKOUT)
    document["questions"][0]["ask"]["en"] = "Was it easy?"
    assert changed(cast, document=document).json()["version"] == 2
    assert changed(cast, document=document, name="Checkout 2").json()["version"] == 2
    rows = api(cast.admin).get(f"{WHERE}/checkout/versions").json()["results"]
    assert [row["version"] for row in rows] == [1, 2]
    assert [row["document"] == CHECKOUT for row in rows] == [True, False]
    assert rows[0]["made_by"]["id"] == cast.admin.pk


def test_are_put_away_and_brought_back(cast: Cast, shop: Source, client: Any) -> None:
    made(cast)
    assert client.get("/f/shop/checkout").status_code == 200
    for _ in range(2):
        assert api(cast.admin).delete(f"{WHERE}/checkout").status_code == 204
    assert client.get("/f/shop/checkout").status_code == 404
    assert changed(cast, name="Other").status_code == 409
    assert changed(cast, archived=False).json()["archived_at"] is None
    assert client.get("/f/shop/checkout").status_code == 200
    acts = list(Change.objects.filter(act__startswith="form_").values_list("act", flat=True))
    assert sorted(acts) == ["form_archived", "form_restored", "form_written"]


@pytest.mark.parametrize(
    "wrong, pointer",
    [
        ({"slug": "Check Out"}, "/slug"),
        ({"name": " "}, "/name"),
        ({"document": {}}, "/document/questions"),
        ({"document": "x"}, "/document"),
    ],
)
def test_are_refused_with_what_is_wrong(
    wrong: dict[str, Any], pointer: str, cast: Cast, shop: Source
) -> None:
    answer = made(cast, **wrong)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert not Form.objects.exists()


def test_have_a_name_of_their_own_in_each_source(cast: Cast, shop: Source) -> None:
    assert made(cast).status_code == 201
    assert made(cast).json()["errors"][0]["code"] == "taken"
    make_source("other")
    said = {"slug": "checkout", "name": "Checkout", "document": CHECKOUT}
    assert api(cast.admin).post("/api/v1/sources/other/forms", said).status_code == 201


@pytest.mark.parametrize("channel", ["email", "import", "hand"])
def test_are_asked_by_websites_and_apps_alone(channel: str, cast: Cast) -> None:
    make_source("shop", channel=channel)
    assert made(cast).status_code == 422


def test_an_archived_source_gets_none(cast: Cast, shop: Source, now: datetime) -> None:
    Source.objects.update(archived_at=now)
    assert made(cast).status_code == 409


def test_are_ready_in_a_gallery(cast: Cast, shop: Source) -> None:
    ready = api(cast.admin).get("/api/v1/form-gallery").json()
    assert len(ready) == 6
    for one in ready:
        answer = made(cast, slug=one["slug"], name=one["name"]["ko"], document=one["document"])
        assert answer.status_code == 201, answer.json()


@pytest.mark.parametrize(
    "wrong",
    ["UPDATE web_formversion SET document = '{}'", "DELETE FROM web_formversion"],
)
def test_versions_are_history(wrong: str, cast: Cast, shop: Source) -> None:
    made(cast)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(wrong)
    assert FormVersion.objects.get().document == CHECKOUT


def test_are_found_only_under_their_source(cast: Cast, shop: Source) -> None:
    made(cast)
    make_source("other")
    assert api(cast.admin).get("/api/v1/sources/other/forms/checkout").status_code == 404
    assert api(cast.admin).get(f"{WHERE}/none").status_code == 404
    assert api(cast.admin).get(f"{WHERE}/checkout").json()["document"] != SUPPORT
