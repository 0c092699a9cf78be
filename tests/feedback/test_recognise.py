"""Who may post, and by which key."""

from datetime import datetime

import pytest
from django.test import Client

from feedback.intake.actions.sources import archive_source, revoke_source_key
from feedback.intake.models import Feedback, Source, SourceKey
from tests.cast import Cast
from tests.feedback.conftest import Post
from tests.makers import make_token


def test_a_beacon_posts_text_with_its_key_in_the_address(client: Client, pk: str) -> None:
    address = f"/api/v1/feedback?key={pk}"
    answer = client.post(address, '{"comment": "bye"}', content_type="text/plain;charset=UTF-8")
    assert answer.status_code == 201
    assert Feedback.objects.get().comment == "bye"


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "", "image/png"])
def test_the_body_counts_not_what_it_is_called(post: Post, kind: str) -> None:
    assert post({"comment": "x"}, content_type=kind).status_code == 201


@pytest.mark.parametrize("key", ["", "pk_", "pk_unknown", "nonsense", "sk_x", "pk_\x00", "ключ"])
def test_without_a_known_key_nobody_is_heard(post: Post, key: str) -> None:
    answer = post({"comment": "x"}, key=key)
    assert (answer.status_code, answer.json()["code"]) == (401, "unknown_key")
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_secret_key_does_not_go_into_an_address(post: Post, sk: str) -> None:
    answer = post({"comment": "x"}, key="", query=f"?key={sk}")
    assert (answer.status_code, answer.json()["code"]) == (403, "wrong_key")


def test_a_persons_token_is_the_wrong_kind(post: Post, cast: Cast) -> None:
    answer = post({"comment": "x"}, key=make_token(cast.agent))
    assert (answer.status_code, answer.json()["code"]) == (403, "wrong_key")
    assert post({"comment": "x"}, key="pat_unknown").status_code == 401


def test_a_revoked_key_is_dead_at_once(post: Post, pk: str, now: datetime) -> None:
    assert post({"comment": "x"}).status_code == 201
    revoke_source_key(SourceKey.objects.get(), now=now)
    assert post({"comment": "x"}).status_code == 401
    assert Feedback.objects.count() == 1


def test_an_archived_source_is_deaf_at_once(post: Post, shop: Source, now: datetime) -> None:
    assert post({"comment": "x"}).status_code == 201
    archive_source(shop, now=now)
    assert post({"comment": "x"}).status_code == 401


def test_the_last_use_is_noted(post: Post) -> None:
    post({"comment": "x"})
    assert SourceKey.objects.get().last_used_at is not None


def test_keys_are_not_kept_in_clear(pk: str) -> None:
    row = SourceKey.objects.get()
    assert pk not in {str(value) for value in vars(row).values()}
    assert bytes(row.digest) not in pk.encode()
