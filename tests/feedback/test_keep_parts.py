"""What was answered so far is kept, and heard once: sent, or half an hour after the last of it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.utils import IntegrityError
from django.test import Client

from feedback.intake.models import Arrival, Feedback, Quarantine, Source
from feedback.intake.trust import sign_identity
from feedback.web.actions import erase_parts
from feedback.web.models import Part
from feedback.web.sweeps import hear_unsent
from tests.feedback.conftest import Post

SCORE = {"score": {"type": "nps", "value": 2}, "partial": True}
ALL = {"score": {"type": "nps", "value": 2}, "comment": "It never came"}
KEY = {"Idempotency-Key": "one"}


def let_pass(minutes: float) -> None:
    """Moves what is stored: the clock of the database is nobody's to move."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE web_part SET begun_at = begun_at - %(t)s, heard_at = heard_at - %(t)s",
            {"t": timedelta(minutes=minutes)},
        )


def test_it_is_no_feedback_yet(post: Post) -> None:
    answer = post(SCORE, **KEY)
    kept = Part.objects.get()
    assert answer.status_code == 202
    assert answer.json().keys() == {"id", "received_at", "partial"}
    assert answer.json()["id"] == str(kept.pk)
    assert not Feedback.objects.exists()
    assert hear_unsent() == 0


def test_all_of_it_is_one_feedback_received_when_it_was_begun(post: Post) -> None:
    begun = post(SCORE, **KEY).json()
    post({**ALL, "comment": "It never", "partial": True}, **KEY)
    let_pass(20)
    since = Part.objects.get().begun_at
    answer = post(ALL, **KEY)
    heard = Feedback.objects.get()
    assert (answer.status_code, answer.json()["id"]) == (201, begun["id"])
    assert (heard.comment, heard.received_at) == ("It never came", since)
    assert Arrival.objects.get().received_at == since
    assert not Part.objects.exists()
    assert post(ALL, **KEY).headers["Idempotency-Replayed"] == "true"


def test_what_nobody_sent_is_heard_half_an_hour_after_the_last_of_it(post: Post) -> None:
    begun = post(SCORE, **KEY).json()
    let_pass(29)
    post({**ALL, "partial": True}, **KEY)
    let_pass(29)
    assert hear_unsent() == 0
    let_pass(2)
    since = Part.objects.get().begun_at
    assert [hear_unsent(), hear_unsent()] == [1, 0]
    heard = Feedback.objects.get()
    assert (str(heard.pk), heard.comment, heard.received_at) == (
        begun["id"],
        "It never came",
        since,
    )
    assert Arrival.objects.get().received_at == since


def test_a_part_that_comes_late_makes_no_second(post: Post) -> None:
    first = post(ALL, **KEY).json()
    late = post(SCORE, **KEY)
    assert (late.status_code, late.json()) == (200, first)
    assert not Part.objects.exists()


def test_a_part_that_was_kept_all_the_same_is_dropped_by_the_sweep(post: Post) -> None:
    """Both at once: the one saw nothing of the other."""
    post(SCORE, **KEY)
    kept = Part.objects.get()
    post(ALL, **KEY)
    kept.save(force_insert=True)
    let_pass(31)
    assert hear_unsent() == 1
    assert Feedback.objects.get().comment == "It never came"
    assert not Part.objects.exists()


def test_what_is_sent_after_it_was_heard_is_refused_by_name_and_not_dropped(post: Post) -> None:
    post(SCORE, **KEY)
    let_pass(31)
    hear_unsent()
    late = post(ALL, **KEY)
    assert (late.status_code, late.json()["code"]) == (422, "idempotency_mismatch")
    assert post(ALL, **{"Idempotency-Key": "two"}).status_code == 201


def test_what_left_the_page_earlier_puts_nothing_back(post: Post) -> None:
    for comment, filled_ms in (("It never came", 9000), ("It", 4000)):
        post({**ALL, "comment": comment, "filled_ms": filled_ms, "partial": True}, **KEY)
    let_pass(31)
    hear_unsent()
    assert Feedback.objects.get().comment == "It never came"


def test_a_beacon_says_its_key_in_the_address(client: Client, pk: str) -> None:
    address = f"/api/v1/feedback?key={pk}&idempotency_key=one"
    body = '{"comment": "Half", "partial": true}'
    assert client.post(address, body, content_type="text/plain").status_code == 202
    assert Part.objects.get().key == "one"


def test_without_a_key_it_is_refused(post: Post) -> None:
    answer = post(SCORE)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/partial"


def test_a_batch_takes_none(client: Client, sk: str) -> None:
    answer = client.post(
        "/api/v1/feedback/batch",
        {"items": [{**SCORE, "idempotency_key": "one"}]},
        content_type="application/json",
        headers={"Authorization": f"Bearer {sk}"},
    )
    (result,) = answer.json()["results"]
    assert (result["status"], result["errors"][0]["pointer"]) == (422, "/items/0/partial")


def test_who_was_signed_is_trusted_when_it_is_heard(post: Post, shop: Source) -> None:
    who = {"id": "C-1", "proof": sign_identity("C-1", shop.identity_secret)}
    post({**SCORE, "customer": who}, **KEY)
    let_pass(31)
    hear_unsent()
    customer = Feedback.objects.select_related("customer").get().customer
    assert customer is not None
    assert customer.trusted


def test_a_secret_that_is_another_since_trusts_nobody_and_loses_nothing(
    post: Post, shop: Source
) -> None:
    who = {"id": "C-1", "proof": sign_identity("C-1", shop.identity_secret)}
    post({**SCORE, "customer": who}, **KEY)
    Source.objects.update(identity_secret="another")
    let_pass(31)
    hear_unsent()
    customer = Feedback.objects.select_related("customer").get().customer
    assert customer is not None
    assert not customer.trusted


def test_what_looks_automatic_is_held_then_too(post: Post) -> None:
    post({**ALL, "trap": "https://x", "partial": True}, **KEY)
    let_pass(31)
    hear_unsent()
    assert Quarantine.objects.get().feedback_id == Feedback.objects.get().pk


@pytest.mark.parametrize("body", [{"partial": True}, {**SCORE, "partial": "yes"}])
def test_what_says_nothing_is_refused_as_ever(post: Post, body: dict[str, Any]) -> None:
    assert post(body, **KEY).status_code == 422


def test_whoever_is_forgotten_is_not_heard_half_an_hour_later(post: Post) -> None:
    who = {"email": "kim@example.com"}
    post({**ALL, "customer": who}, **{"Idempotency-Key": "before"})
    post({**SCORE, "customer": who}, **KEY)
    post({**SCORE, "customer": {"email": "lee@example.com"}}, **{"Idempotency-Key": "other"})
    customer = Feedback.objects.select_related("customer").get().customer
    assert customer is not None
    assert erase_parts(customer) == 1
    assert Part.objects.get().key == "other"


def test_a_part_is_never_heard_before_it_was_begun(post: Post) -> None:
    post(SCORE, **KEY)
    with pytest.raises(IntegrityError, match="part_is_heard_later"):
        Part.objects.update(heard_at="2020-01-01T00:00:00Z")
