from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
import redis
from django.test import Client, RequestFactory

from accounts.addresses import neighbourhood
from cxloop.kernel.callers import address_of
from cxloop.kernel.errors import TooMany
from feedback.intake import counters, limits
from feedback.intake.caps import midnight_before, next_midnight
from feedback.intake.limits import LOOKS_A_POST, Limit, count_request
from feedback.intake.models import Feedback
from tests.cast import Cast, api
from tests.feedback.conftest import Post
from tests.makers import make_source, make_source_key

NOON = datetime(2026, 11, 22, 12, 0, 18, tzinfo=UTC)


@pytest.fixture(autouse=True)
def nothing_counted(settings: Any) -> None:
    """Redis outlives the tests, and rows get the same numbers in the next run."""
    settings.LIMIT_PK_ADDRESS = 3
    limits._lots.clear()
    broker = redis.Redis.from_url(settings.REDIS_URL)
    for key in broker.scan_iter("cxloop:limit:*"):
        broker.delete(key)
    broker.close()


def fresh(quota: int) -> Limit:
    return Limit("key", f"test:{uuid4()}", quota)


def take(limit: Limit, times: int, now: datetime = NOON) -> None:
    for _ in range(times):
        count_request(RequestFactory().post("/"), [limit], now=now)


def test_one_more_than_the_quota_is_too_many(db: None) -> None:
    limit = fresh(5)
    take(limit, 5)
    with pytest.raises(TooMany) as refused:
        take(limit, 1)
    assert refused.value.retry_after == 42


def test_the_next_minute_begins_anew(db: None) -> None:
    limit = fresh(2)
    take(limit, 2)
    take(limit, 2, now=NOON.replace(minute=1))


def test_what_is_left_is_exact_within_a_lot() -> None:
    limit, left = fresh(1000), []
    for _ in range(7):
        request = RequestFactory().post("/")
        count_request(request, [limit], now=NOON)
        left.append(vars(request)["said_in_answer"]["RateLimit"])
    assert left == [f'"key";r={n};t=42' for n in range(999, 992, -1)]


@pytest.mark.parametrize("quota", [1, 60, 600, 1000])
def test_lots_never_exceed_the_quota(quota: int) -> None:
    limit = fresh(quota)
    take(limit, quota)
    with pytest.raises(TooMany):
        take(limit, 1)


def test_the_answer_says_what_is_left(post: Post) -> None:
    answer = post({"comment": "x"}, **{"X-Forwarded-For": "127.0.0.1, <script>"})
    assert answer["RateLimit-Policy"] == '"address";q=3;w=60, "key";q=600;w=60'
    assert answer["RateLimit"].startswith('"address";r=')
    assert "Retry-After" not in answer


def test_a_page_that_posts_too_much_is_told_when_to_come_back(post: Post, client: Any) -> None:
    client.defaults["REMOTE_ADDR"] = "2001:db8:ab::1"
    refused = [post({"comment": "x"}) for _ in range(12)]
    statuses = [answer.status_code for answer in refused]
    assert statuses.count(201) <= 6, "three a minute, and a minute may end meanwhile"
    last = next(answer for answer in refused if answer.status_code == 429)
    assert 0 < int(last["Retry-After"]) <= 60
    assert last["Content-Type"] == "application/problem+json"
    assert "RateLimit" in last
    assert Feedback.objects.count() == statuses.count(201)


def test_a_server_is_not_counted_by_its_address(post: Post, sk: str) -> None:
    assert {post({"comment": "x"}, key=sk).status_code for _ in range(8)} == {201}


def test_people_are_counted_by_their_token(cast: Cast, settings: Any) -> None:
    settings.LIMIT_PAT = 2
    person = api(cast.agent)
    statuses = [person.get("/api/v1/me").status_code for _ in range(6)]
    assert statuses[:2] == [200, 200]
    assert 429 in statuses


@pytest.mark.parametrize(
    "remote, forwarded, trusted, address",
    [
        ("203.0.113.9", "", [], "203.0.113.9"),
        ("203.0.113.9", "127.0.0.1, <script>", [], "203.0.113.9"),
        ("10.0.0.1", "198.51.100.7", ["10.0.0.1"], "198.51.100.7"),
        ("10.0.0.1", "6.6.6.6, 198.51.100.7", ["10.0.0.1"], "198.51.100.7"),
        ("10.0.0.1", "198.51.100.7, 10.0.0.2", ["10.0.0.1", "10.0.0.2"], "198.51.100.7"),
        ("10.0.0.1", "<script>", ["10.0.0.1"], "10.0.0.1"),
        ("10.0.0.1", "", ["10.0.0.1"], "10.0.0.1"),
    ],
)
def test_only_trusted_proxies_are_believed(
    settings: Any, remote: str, forwarded: str, trusted: list[str], address: str
) -> None:
    settings.TRUSTED_PROXIES = trusted
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = RequestFactory().post("/", REMOTE_ADDR=remote, headers=headers)
    assert address_of(request) == address


def test_a_household_is_one_address() -> None:
    assert neighbourhood("2001:db8::1") == neighbourhood("2001:db8::ffff")
    assert neighbourhood("2001:db8::1") != neighbourhood("2001:db8:0:1::1")
    assert neighbourhood("::ffff:192.0.2.1") == neighbourhood("192.0.2.1")


def test_without_redis_each_process_counts_for_itself(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr(counters, "_away_until", 0.0)
    counters._script.cache_clear()
    limit = fresh(5)
    take(limit, 5)
    with pytest.raises(TooMany):
        take(limit, 1)
    counters._script.cache_clear()


def test_the_days_cap_holds_until_midnight(post: Post) -> None:
    key = make_source_key(make_source(daily_cap=2, time_zone="Asia/Seoul"), "sk")
    statuses = [post({"comment": "x"}, key=key).status_code for _ in range(3)]
    assert statuses == [201, 201, 429]
    answer = post({"comment": "x"}, key=key)
    assert answer.json()["code"] == "daily_cap"
    assert 0 < int(answer["Retry-After"]) <= 86_400


@pytest.mark.parametrize(
    "now, zone, midnight",
    [
        ("2026-11-22T12:00+00:00", "UTC", "2026-11-23T00:00+00:00"),
        ("2026-11-22T15:30+00:00", "Asia/Seoul", "2026-11-23T15:00+00:00"),
        ("2026-10-24T22:30+00:00", "Europe/Berlin", "2026-10-25T23:00+00:00"),
        ("2026-03-28T23:30+00:00", "Europe/Berlin", "2026-03-29T22:00+00:00"),
    ],
)
def test_midnight_is_the_sources_own(now: str, zone: str, midnight: str) -> None:
    today = midnight_before(datetime.fromisoformat(now), zone)
    assert next_midnight(today) == datetime.fromisoformat(midnight)


def test_who_looks_at_many_pages_may_still_post(client: Client, post: Post, pk: str) -> None:
    def look() -> int:
        return client.get("/w/config", {"key": pk}).status_code

    assert 429 in {look() for _ in range(2 * LOOKS_A_POST * 3 + 1)}
    assert post({"comment": "Still here"}).status_code == 201
