from datetime import timedelta

import pytest
from django.db import connection, transaction

from feedback.intake.models import Feedback, IdempotencyKey
from feedback.intake.sweeps import forget_idempotency_keys
from tests.feedback.conftest import Post
from tests.makers import make_source, make_source_key

KEY = "Idempotency-Key"


def test_the_same_post_again_has_the_same_answer(post: Post) -> None:
    first = post({"comment": "x"}, **{KEY: "k1"})
    again = post({"comment": "x"}, **{KEY: "k1"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.content == again.content
    assert again["Idempotency-Replayed"] == "true"
    assert KEY not in first
    assert Feedback.objects.count() == 1


def test_another_body_is_refused(post: Post) -> None:
    post({"comment": "x"}, **{KEY: "k1"})
    answer = post({"comment": "y"}, **{KEY: "k1"})
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_mismatch")


def test_the_spacing_of_the_body_is_not_its_meaning(post: Post) -> None:
    post('{"comment":"x","tags":[]}', **{KEY: "k1"})
    assert post('{ "tags": [], "comment": "x" }', **{KEY: "k1"}).status_code == 200


def test_a_refused_request_leaves_the_key_unused(post: Post) -> None:
    assert post({"comment": 3}, **{KEY: "k1"}).status_code == 422
    assert not IdempotencyKey.objects.exists()
    assert post({"comment": "x"}, **{KEY: "k1"}).status_code == 201


def test_a_key_means_nothing_under_another_key(post: Post) -> None:
    other = make_source_key(make_source("other"), "pk")
    post({"comment": "x"}, **{KEY: "k1"})
    assert post({"comment": "x"}, key=other, **{KEY: "k1"}).status_code == 201


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 256, "a\tb", "é"])
def test_what_is_no_key_is_refused(post: Post, key: str) -> None:
    answer = post({"comment": "x"}, **{KEY: key})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_idempotency_key")


def test_the_longest_key_is_taken(post: Post) -> None:
    assert post({"comment": "x"}, **{KEY: "~" * 255}).status_code == 201


def test_keys_are_forgotten_after_eight_days(post: Post) -> None:
    for key in ("old", "young"):
        post({"comment": "x"}, **{KEY: key})
    aged = IdempotencyKey.objects.get(key="old")
    aged.created_at -= timedelta(days=8, minutes=1)
    aged.save()
    assert forget_idempotency_keys() == 1
    assert IdempotencyKey.objects.get().key == "young"


def test_the_database_itself_refuses_a_second_answer(post: Post) -> None:
    post({"comment": "x"}, **{KEY: "k1"})
    copy = """
        INSERT INTO intake_idempotencykey
            (source_key_id, endpoint, key, body_digest, feedback_id, created_at)
        SELECT source_key_id, endpoint, key, body_digest, feedback_id, created_at
        FROM intake_idempotencykey
    """
    with (
        pytest.raises(Exception, match="one_answer_a_key"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(copy)
