import gzip
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from feedback.intake.actions.sources import revoke_source_key
from feedback.intake.models import Arrival, Customer, Feedback, Source, SourceKey
from tests.makers import make_source, make_source_key

PostBatch = Callable[..., HttpResponse]


@pytest.fixture
def batch(client: Client, sk: str) -> PostBatch:
    def post(body: Any, *, key: str = sk, **headers: str) -> HttpResponse:
        raw = body if isinstance(body, bytes) else json.dumps(body)
        headers["Authorization"] = f"Bearer {key}"
        path = "/api/v1/feedback/batch"
        answer = client.post(path, raw, content_type="application/json", headers=headers)
        return answer  # type: ignore[return-value]

    return post


def items(*said: Any) -> dict[str, Any]:
    return {"items": list(said)}


def results(answer: HttpResponse) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.content
    return json.loads(answer.content)["results"]  # type: ignore[no-any-return]


def test_it_answers_in_order(batch: PostBatch) -> None:
    first, bad, last = results(batch(items({"comment": "a"}, {"comment": 3}, {"comment": "c"})))
    assert (first["status"], bad["status"], last["status"]) == (201, 422, 201)
    assert Feedback.objects.get(pk=first["id"]).comment == "a"
    assert Feedback.objects.get(pk=last["id"]).comment == "c"
    assert Arrival.objects.count() == 2


def test_a_bad_item_is_pointed_at_from_the_top(batch: PostBatch) -> None:
    _, bad = results(batch(items({"comment": "a"}, {"comment": "b", "tags": [1]})))
    assert bad["errors"][0]["pointer"] == "/items/1/tags/0"
    assert bad["errors"][0]["code"] == "not_text"


def test_an_item_is_no_larger_than_a_body_of_its_own(batch: PostBatch) -> None:
    large = {"comment": "a", "context": {"log": "x" * 70_000}}
    refused, taken = results(batch(items(large, {"comment": "b"})))
    assert (refused["code"], taken["status"]) == ("too_large", 201)


def test_one_customer_of_many_items_is_one(batch: PostBatch) -> None:
    said = [{"comment": "x", "customer": {"id": "C-1", "name": name}} for name in ("Kim", "Lee")]
    results(batch(items(*said)))
    customer = Customer.objects.get()
    assert (customer.name, customer.trusted) == ("Lee", True)
    assert Feedback.objects.filter(customer=customer).count() == 2


def test_nameless_customers_stay_apart(batch: PostBatch) -> None:
    results(batch(items(*[{"comment": "x", "customer": {"name": "Kim"}}] * 2)))
    assert Customer.objects.count() == 2


def test_an_item_posted_again_is_the_same_feedback(batch: PostBatch) -> None:
    said = items({"comment": "a", "idempotency_key": "k1"}, {"comment": "b"})
    first, _ = results(batch(said))
    again, other = results(batch(said))
    assert again == first | {"status": 200, "replayed": True}
    assert other["status"] == 201
    assert Feedback.objects.count() == 3


def test_an_item_doubled_in_one_batch_is_heard_once(batch: PostBatch) -> None:
    item = {"comment": "a", "idempotency_key": "k1"}
    first, second = results(batch(items(item, item)))
    assert (first["status"], second["status"]) == (201, 200)
    assert first["id"] == second["id"]
    assert Feedback.objects.count() == 1


def test_a_key_of_another_item_is_refused(batch: PostBatch) -> None:
    first, second = ({"comment": text, "idempotency_key": "k1"} for text in "ab")
    _, other = results(batch(items(first, second)))
    assert (other["status"], other["code"]) == (422, "idempotency_mismatch")
    (later,) = results(batch(items(second)))
    assert later["errors"][0]["pointer"] == "/items/0"


def test_a_refused_item_leaves_its_key_unused(batch: PostBatch) -> None:
    results(batch(items({"comment": 3, "idempotency_key": "k1"})))
    (again,) = results(batch(items({"comment": "a", "idempotency_key": "k1"})))
    assert again["status"] == 201


@pytest.mark.parametrize("key", ["", "a b", "x" * 256, 3, "ключ"])
def test_a_malformed_key_refuses_its_item(batch: PostBatch, key: Any) -> None:
    (bad,) = results(batch(items({"comment": "a", "idempotency_key": key})))
    assert bad["status"] == 422


@pytest.mark.parametrize(
    "body, pointer",
    [
        ([], ""),
        ({}, "/items"),
        ({"items": {}}, "/items"),
        ({"items": []}, "/items"),
        ({"items": [{"comment": "x"}] * 1001}, "/items"),
        ({"items": [{"comment": "x"}], "dry": True}, "/dry"),
    ],
)
def test_what_is_no_batch_is_refused(batch: PostBatch, body: Any, pointer: str) -> None:
    answer = batch(body)
    assert answer.status_code == 422
    assert json.loads(answer.content)["errors"][0]["pointer"] == pointer


def test_items_that_are_no_objects_are_refused_one_by_one(batch: PostBatch) -> None:
    found = results(batch(items(None, 1, "x", [], {"comment": "a"})))
    assert [result["status"] for result in found] == [422, 422, 422, 422, 201]


def test_a_publishable_key_may_not(batch: PostBatch, pk: str) -> None:
    answer = batch(items({"comment": "a"}), key=pk)
    assert (answer.status_code, json.loads(answer.content)["code"]) == (403, "wrong_key")


def test_a_revoked_key_may_not(batch: PostBatch, sk: str, now: datetime) -> None:
    assert batch(items({"comment": "a"})).status_code == 200
    revoke_source_key(SourceKey.objects.get(), now=now)
    assert batch(items({"comment": "a"})).status_code == 401


def test_it_reads_more_than_a_single_body(batch: PostBatch) -> None:
    found = results(batch(items(*[{"comment": "x" * 9_000}] * 1000)))
    assert len(found) == 1000
    assert Feedback.objects.count() == 1000


def test_it_reads_at_most_16_mib(batch: PostBatch) -> None:
    assert batch(b" " * (16 * 1024 * 1024 + 1)).status_code == 413
    bomb = gzip.compress(b" " * (16 * 1024 * 1024 + 1))
    assert batch(bomb, **{"Content-Encoding": "gzip"}).status_code == 413


def test_it_keeps_to_the_days_cap(batch: PostBatch) -> None:
    small = make_source(daily_cap=2)
    key = make_source_key(small, "sk")
    assert batch(items(*[{"comment": "x"}] * 3), key=key).status_code == 429
    assert batch(items(*[{"comment": "x"}] * 2), key=key).status_code == 200
    assert Feedback.objects.count() == 2


def test_it_costs_the_same_queries_for_one_and_for_many(
    batch: PostBatch, shop: Source, django_assert_max_num_queries: Any
) -> None:
    said = [
        {"comment": "x", "customer": {"id": str(n)}, "idempotency_key": str(n)} for n in range(500)
    ]
    with django_assert_max_num_queries(14):
        results(batch(items(*said)))
