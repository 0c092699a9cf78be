from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from feedback.intake.actions.sources import change_source
from feedback.intake.models import Source
from feedback.intake.origins import is_allowed
from tests.feedback.conftest import Post
from tests.makers import NOW, make_source, make_source_key

GOOD = "https://good.example"

ORIGINS = [
    (GOOD, True),
    ("https://good.example.evil.com", False),
    ("https://good.example@evil", False),
    ("https://evil-good.example", False),
    ("http://good.example", False),
    ("https://good.example:8443", False),
    ("https://GOOD.example", False),
    ("null", False),
    ("<script>", False),
]


@pytest.mark.parametrize("origin, allowed", ORIGINS)
def test_an_origin_is_compared_whole(origin: str, allowed: bool) -> None:
    assert is_allowed(origin, [GOOD]) is allowed


def test_without_a_list_any_page_may_but_not_a_sandboxed_one() -> None:
    assert is_allowed(GOOD, [])
    assert not is_allowed("null", [])
    assert is_allowed("null", ["null"])


@pytest.fixture
def listed(db: None) -> Source:
    return make_source("listed", allowed_origins=[GOOD])


@pytest.fixture
def listed_pk(listed: Source) -> str:
    return make_source_key(listed, "pk")


@pytest.mark.parametrize("origin, allowed", ORIGINS)
def test_a_page_elsewhere_is_refused(
    post: Post, listed_pk: str, origin: str, allowed: bool
) -> None:
    answer = post({"comment": "x"}, key=listed_pk, Origin=origin)
    if allowed:
        assert answer.status_code == 201
        assert answer["Access-Control-Allow-Origin"] == origin
        assert "Retry-After" in answer["Access-Control-Expose-Headers"]
    else:
        assert (answer.status_code, answer.json()["code"]) == (403, "origin_not_allowed")
        assert "Access-Control-Allow-Origin" not in answer
    assert answer["Vary"] == "Origin"
    assert "Access-Control-Allow-Credentials" not in answer


def test_a_caller_without_an_origin_is_no_page(post: Post, listed_pk: str) -> None:
    answer = post({"comment": "x"}, key=listed_pk)
    assert answer.status_code == 201
    assert "Access-Control-Allow-Origin" not in answer


def test_an_origin_listed_a_moment_ago_may(post: Post, listed: Source, listed_pk: str) -> None:
    other = "https://other.example"
    assert post({"comment": "x"}, key=listed_pk, Origin=other).status_code == 403
    change_source(listed, allowed_origins=[GOOD, other], now=NOW)
    assert post({"comment": "x"}, key=listed_pk, Origin=other).status_code == 201


def test_an_origin_struck_a_moment_ago_may_not(post: Post, listed: Source, listed_pk: str) -> None:
    assert post({"comment": "x"}, key=listed_pk, Origin=GOOD).status_code == 201
    change_source(listed, allowed_origins=["https://other.example"], now=NOW)
    assert post({"comment": "x"}, key=listed_pk, Origin=GOOD).status_code == 403


def test_a_page_may_read_why_it_was_refused(post: Post, listed: Source, listed_pk: str) -> None:
    for body, key in (({"comment": 3}, listed_pk), ({"comment": "x"}, "pk_unknown")):
        answer = post(body, key=key, Origin=GOOD)
        assert answer.status_code in {401, 422}
        assert answer["Access-Control-Allow-Origin"] == GOOD


def preflight(client: Client, origin: str, query: str = "") -> HttpResponse:
    headers: dict[str, Any] = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    return client.options(f"/api/v1/feedback{query}", headers=headers)  # type: ignore[return-value]


def test_a_preflight_is_answered_by_the_list(client: Client, listed: Source) -> None:
    answer = preflight(client, GOOD)
    assert answer.status_code == 204
    assert answer["Access-Control-Allow-Origin"] == GOOD
    assert answer["Access-Control-Allow-Methods"] == "POST"
    assert "idempotency-key" in answer["Access-Control-Allow-Headers"]
    assert int(answer["Access-Control-Max-Age"]) >= 3600
    assert answer["Vary"] == "Origin"


@pytest.mark.parametrize("origin", ["https://good.example.evil.com", "null"])
def test_a_preflight_from_elsewhere_is_refused(client: Client, listed: Source, origin: str) -> None:
    answer = preflight(client, origin)
    assert answer.status_code == 403
    assert "Access-Control-Allow-Origin" not in answer


def test_a_preflight_with_a_key_asks_its_source_alone(
    client: Client, listed_pk: str, shop: Source
) -> None:
    elsewhere = "https://elsewhere.example"
    assert preflight(client, elsewhere).status_code == 204, "the shop takes any origin"
    assert preflight(client, elsewhere, f"?key={listed_pk}").status_code == 403
    assert preflight(client, GOOD, f"?key={listed_pk}").status_code == 204


def test_an_archived_source_lets_nobody_in(client: Client, listed: Source, now: Any) -> None:
    Source.objects.filter(pk=listed.pk).update(archived_at=now)
    assert preflight(client, GOOD).status_code == 403
