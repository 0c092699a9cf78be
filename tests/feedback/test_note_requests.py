"""What a key asked last, and what it was answered, is noted …"""

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.keys import digest
from cxloop.kernel.moment import moment
from feedback.intake import noted, noting
from feedback.intake.middleware import MARK
from feedback.intake.models import Source
from feedback.intake.noted import MOST_OF_A_KEY, last_requests, note, write_noted
from feedback.intake.noting import Answered
from feedback.intake.trust import sign_identity
from feedback.web.actions import write_form
from feedback.web.gallery import CHECKOUT
from tests.feedback.conftest import Post

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_writes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The thread would write whenever it likes; a test says when."""
    monkeypatch.setattr(noted, "_EVERY", 3600.0)
    monkeypatch.setattr(noted, "_hand", noted._Hand({}, writer=threading.current_thread()))
    monkeypatch.setattr(noted, "_PATIENCE", 10.0)  # Redis is slow on a machine that has other work
    noted._client.cache_clear()
    yield
    noted._client.cache_clear()


def asked(key: str) -> list[dict[str, Any]]:
    write_noted()
    found = last_requests(digest(key).hex()[:MARK], now=moment())
    assert found is not None
    return found


def answered(**facts: Any) -> Answered:
    usual: dict[str, Any] = {
        "mark": "m" * 24,
        "at": moment(),
        "method": "POST",
        "path": "/api/v1/feedback",
        "status": 201,
        "body": b"{}",
        "origin": "",
        "agent": "",
        "address": "127.0.0.1",
        "key": "",
    }
    return Answered(**usual | facts)


def test_with_its_answer_newest_first(post: Post, pk: str) -> None:
    first = post({"comment": "Fine"}, **{"Idempotency-Key": "order-81-delivered"})
    post({"score": {"type": "nps", "value": 11}, "x": 1}, Origin="https://shop.example")
    refused, heard = asked(pk)
    assert (heard["status"], heard["feedback"]) == (201, first.json()["id"])
    assert (heard["method"], heard["path"]) == ("POST", "/api/v1/feedback")
    assert (heard["idempotency_key"], heard["network"]) == ("order-81…", "127.0.0.0/24")
    assert (refused["status"], refused["code"]) == (422, "refused")
    assert refused["origin"] == "https://shop.example"
    assert {"pointer": "/score/value", "code": "out_of_range"} in refused["errors"]
    assert {"pointer": "/…", "code": "unknown_name"} in refused["errors"]


def test_of_its_own_key_alone(post: Post, pk: str, sk: str) -> None:
    post({"comment": "Fine"})
    assert len(asked(pk)) == 1
    assert asked(sk) == []


def test_refused_by_origin_limit_or_kind(
    post: Post, client: Client, pk: str, sk: str, settings: Any
) -> None:
    Source.objects.update(allowed_origins=["https://shop.example"])
    post({"comment": "a"}, Origin="https://other.example")
    client.get("/w/config", {"key": pk}, headers={"Origin": "https://other.example"})
    post({"comment": "a"}, key="", query=f"?key={sk}")
    post({"items": []}, query="/batch")
    assert [one["code"] for one in asked(pk)] == ["wrong_key", *["origin_not_allowed"] * 2]
    assert [one["code"] for one in asked(sk)] == ["wrong_key"]


def test_what_pages_only_look_at_is_not(client: Client, shop: Source, pk: str) -> None:
    assert client.get("/w/config", {"key": pk}).status_code == 200
    write_form(shop, slug="after", name="After", document=CHECKOUT, by=None, now=moment())
    who = {"id": "C-1", "proof": sign_identity("C-1", shop.identity_secret)}
    said, headers = {"form": "after", "customer": who}, {"Authorization": f"Bearer {pk}"}
    answer = client.post("/w/shown", said, "application/json", headers=headers)
    assert answer.status_code == 200
    assert asked(pk) == []


def test_of_a_batch_how_many_were_taken(client: Client, sk: str) -> None:
    items = [{"comment": "a"}, {"score": {"type": "nps", "value": 11}}]
    headers = {"Authorization": f"Bearer {sk}"}
    client.post("/api/v1/feedback/batch", {"items": items}, "application/json", headers=headers)
    (one,) = asked(sk)
    assert one["items"] == {"taken": 1, "refused": 1}
    assert one["errors"] == [{"pointer": "/items/1/score/value", "code": "out_of_range"}]


def test_no_word_and_no_name_that_somebody_chose(post: Post, pk: str) -> None:
    said = {
        "comment": "SECRETWORD",
        "SECRETWORD@example.com": 1,
        "answers": {"call_back": {"SECRETWORD": 1}},
        "customer": {"email": "SECRETWORD"},
    }
    headers = {"Idempotency-Key": "SECRETWORD@x", "User-Agent": "App/1 (SECRETWORD@x.example) ok"}
    post(said, Origin="https://SECRETWORD", query=f"?x=SECRETWORD&key={pk}", **headers)
    told = repr(asked(pk))
    assert "SECRETWORD" not in told
    assert pk not in told
    assert "App/1 ok" in told


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2::9", "2001:db8:1::/48"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("unix:", None),
    ],
)
def test_from_a_network_and_no_address(address: str, network: str | None) -> None:
    assert noting.network_of(address) == network


class TestBounds:
    def test_a_flooded_key_keeps_its_newest(self) -> None:
        for number in range(3 * MOST_OF_A_KEY):
            note(answered(path=f"/{number}"))
        assert write_noted() == MOST_OF_A_KEY
        for number in range(MOST_OF_A_KEY):
            note(answered(path=f"/again/{number}"))
            write_noted()
        found = last_requests("m" * 24, now=moment()) or []
        assert len(found) == MOST_OF_A_KEY
        assert all(one["path"].startswith("/again/") for one in found)
        stored = noted._client().llen(noted._name("m" * 24, noted._day_of(moment())))
        assert stored == MOST_OF_A_KEY

    def test_many_keys_at_once_are_not_all_noted(self) -> None:
        for number in range(noted._MOST_KEYS + 50):
            note(answered(mark=f"{number:024}"))
        assert write_noted() == noted._MOST_KEYS

    def test_after_seven_days_it_is_gone(self) -> None:
        then = moment() - timedelta(days=6)
        mark = f"old{time.monotonic_ns():021}"
        note(answered(mark=mark, at=then))
        write_noted()
        assert len(last_requests(mark, now=moment()) or []) == 1
        assert last_requests(mark, now=moment() + timedelta(days=1)) == []
        left = noted._client().ttl(noted._name(mark, noted._day_of(then)))
        assert 0 < left <= 24 * 3600  # type: ignore[operator]

    def test_a_long_answer_is_not_read(self) -> None:
        body = b'{"id": "' + b"x" * noting.LONGEST_READ + b'"}'
        assert noting.told(answered(body=body))["feedback"] is None


class TestWithoutRedis:
    @pytest.fixture(autouse=True)
    def away(self, settings: Any) -> None:
        settings.REDIS_URL = "redis://127.0.0.1:1/0"
        noted._client.cache_clear()

    def test_a_post_is_heard_all_the_same(self, post: Post, pk: str) -> None:
        assert post({"comment": "Fine"}).status_code == 201
        assert write_noted() == 0
        assert last_requests("m" * 24, now=moment()) is None

    def test_nobody_asks_again_at_once(self) -> None:
        note(answered())
        write_noted()
        assert noted._hand.away_until > time.monotonic()


def test_noting_costs_a_post_next_to_nothing() -> None:
    """Less than a twentieth of a millisecond, where a post takes more than one."""
    one = answered(body=b'{"id": "x"}')
    begun = time.perf_counter()
    for _ in range(1000):
        note(one)
    assert time.perf_counter() - begun < 0.05
