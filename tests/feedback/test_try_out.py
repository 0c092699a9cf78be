"""What comes by a test key is answered as feedback is, and is none …"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.utils.crypto import get_random_string

from cxloop.forgetting import erase
from cxloop.kernel.moment import moment
from feedback.intake.models import (
    Arrival,
    Customer,
    Feedback,
    IdempotencyKey,
    Quarantine,
    Source,
    SourceKey,
    Trial,
    new_id,
)
from feedback.intake.receipts import status_url
from feedback.intake.repeats import is_repeated
from feedback.intake.suspicion import MOST_REPEATED
from feedback.intake.sweeps import forget_trials
from feedback.intake.trials import as_feedback
from feedback.intake.trust import sign_identity
from feedback.web.actions import write_form
from feedback.web.gallery import CHECKOUT
from feedback.web.models import Part, ShownForm
from feedback.web.sweeps import hear_unsent
from tests.feedback.conftest import Post
from tests.feedback.enclosing import KIND, file, form, said
from tests.makers import make_customer, make_source_key
from tickets.work.actor import acting

pytestmark = pytest.mark.django_db

SAID = {
    "score": {"type": "nps", "value": 2},
    "scores": [{"key": "goal", "type": "gcr", "value": "partly"}],
    "comment": "Parcel never arrived",
    "answers": {"call_back": {"after": "2026-11-20T09:00Z"}, "why": ["slow", "rude"]},
    "customer": {
        "id": "C-1",
        "email": "nora@example.com",
        "phone": "+82 2 123 4567",
        "value": "12.50",
    },
    "context": {"order": 7.5, "deep": {"a": [1, None]}},
    "occurred_at": "2026-11-19T10:00:00+09:00",
    "tags": ["late"],
}
Ask = Callable[..., HttpResponse]


@pytest.fixture
def tried_pk(shop: Source) -> str:
    return make_source_key(shop, test=True)


@pytest.fixture
def tried_sk(shop: Source) -> str:
    return make_source_key(shop, "sk", test=True)


def nothing_live() -> bool:
    live = (Feedback, Arrival, Customer, Quarantine, IdempotencyKey)
    return not any(model.objects.exists() for model in live)


def shape(answer: HttpResponse) -> tuple[Any, ...]:
    body = answer.json()
    told = {name: body.get(name) for name in ("code", "errors", "title")}
    return answer.status_code, set(body), told, set(answer.headers)


def times(post: Ask, keys: tuple[str, str], *bodies: Any, **headers: str) -> None:
    """Both keys are answered alike, one body after the other."""
    for body in bodies:
        live, tried = (shape(post(body, key=key, **headers)) for key in keys)
        assert live == tried


class TestPost:
    def test_is_stored_apart_from_all_that_is_heard(self, post: Post, tried_sk: str) -> None:
        answer = post(SAID, key=tried_sk)
        trial = Trial.objects.get()
        assert answer.status_code == 201
        assert answer.json()["id"] == str(trial.pk)
        assert answer.json()["status_url"] == status_url(trial.pk)
        assert trial.trust == "server"
        assert nothing_live()

    def test_answers_alike(self, post: Post, pk: str, tried_pk: str) -> None:
        keys = (pk, tried_pk)
        times(post, keys, SAID, {"score": {"type": "nps", "value": 11}}, "{", [], {"x": 1})
        times(post, keys, SAID, SAID, {"comment": "other"}, **{"Idempotency-Key": "k1"})
        times(post, keys, {"comment": "a", "partial": True}, {"comment": "b", "partial": True})
        wrong = {"comment": "a", "customer": {"id": "1", "proof": "0" * 64}}
        times(post, keys, wrong, {"comment": "a", "backdated": True, "occurred_at": "2020-01-01"})

    def test_heeds_origins_and_the_cap(self, post: Post, shop: Source, tried_pk: str) -> None:
        Source.objects.update(allowed_origins=["https://shop.example"])
        refused = post(SAID, key=tried_pk, Origin="https://evil.example")
        assert refused.json()["code"] == "origin_not_allowed"
        Source.objects.update(daily_cap=1)
        assert [post(SAID, key=tried_pk).status_code for _ in range(2)] == [201, 429]

    def test_uses_up_nothing_of_the_live_cap(self, post: Post, pk: str, tried_pk: str) -> None:
        Source.objects.update(daily_cap=1)
        assert post(SAID, key=tried_pk).status_code == 201
        assert post(SAID, key=pk).status_code == 201

    def test_gives_a_replay_the_first_answer(self, post: Post, tried_pk: str) -> None:
        first, again = (post(SAID, key=tried_pk, **{"Idempotency-Key": "k"}) for _ in range(2))
        assert again.json() == first.json()
        assert again.headers["Idempotency-Replayed"] == "true"
        assert Trial.objects.count() == 1

    def test_changes_no_customer_it_names(self, post: Post, tried_sk: str) -> None:
        known = make_customer("nora@example.com", name="Nora")
        before = Customer.objects.filter(pk=known.pk).values().get()
        post({**SAID, "customer": {"email": "nora@example.com", "name": "Eve"}}, key=tried_sk)
        assert Customer.objects.values().get() == before

    def test_makes_no_live_words_look_repeated(
        self, post: Post, shop: Source, tried_pk: str
    ) -> None:
        words = get_random_string(40)
        for _ in range(2 * MOST_REPEATED):
            post({"comment": words}, key=tried_pk)
        assert Trial.objects.newest()[0].suspicions == ["repeated"]
        assert not is_repeated(words, shop, now=moment())

    def test_names_its_files_and_keeps_no_byte(self, client: Client, tried_sk: str) -> None:
        body = form(said({"comment": "see"}), file(b"hello", "notes.txt"))
        headers = {"Authorization": f"Bearer {tried_sk}"}
        answer = client.post("/api/v1/feedback", body, content_type=KIND, headers=headers)
        assert answer.status_code == 201
        assert Trial.objects.get().files == [{"name": "notes.txt", "size": 5}]

    def test_is_refused_by_a_revoked_key(self, post: Post, tried_pk: str) -> None:
        post(SAID, key=tried_pk)
        SourceKey.objects.update(revoked_at=moment())
        assert post(SAID, key=tried_pk).status_code == 401


class TestParts:
    def test_are_tried_with_the_rest(self, post: Post, tried_pk: str) -> None:
        key = {"Idempotency-Key": "visit"}
        begun = post({"comment": "so far", "partial": True}, key=tried_pk, **key).json()
        whole = post({"comment": "all"}, key=tried_pk, **key).json()
        assert whole["id"] == begun["id"]
        late = post({"comment": "so far", "partial": True}, key=tried_pk, **key)
        assert late.headers["Idempotency-Replayed"] == "true"
        assert not Part.objects.exists()
        assert nothing_live()

    def test_never_sent_stay_trials(self, post: Post, tried_pk: str) -> None:
        key = {"Idempotency-Key": "visit"}
        post({"comment": "so far", "partial": True}, key=tried_pk, **key)
        early = moment() - timedelta(hours=1)
        Part.objects.update(begun_at=early, heard_at=early + timedelta(minutes=30))
        hear_unsent()
        assert Trial.objects.get().received_at == early
        assert nothing_live()


class TestBatch:
    def test_is_answered_item_by_item(self, client: Client, tried_sk: str) -> None:
        items = [
            {"comment": "one", "idempotency_key": "1"},
            {"score": {"type": "nps", "value": 11}},
            {"comment": "two"},
            {"comment": "one", "idempotency_key": "1"},
        ]
        headers = {"Authorization": f"Bearer {tried_sk}"}
        told = [
            client.post(
                "/api/v1/feedback/batch", {"items": items}, "application/json", headers=headers
            ).json()["results"]
            for _ in range(2)
        ]
        assert [one["status"] for one in told[0]] == [201, 422, 201, 200]
        assert [one["status"] for one in told[1]] == [200, 422, 201, 200]
        assert Trial.objects.count() == 3
        assert nothing_live()


def test_it_reads_as_the_feedback_it_would_have_been(
    post: Post, sk: str, tried_sk: str, now: Any
) -> None:
    post(SAID, key=sk)
    post(SAID, key=tried_sk)
    heard, tried = Feedback.objects.get(), as_feedback(Trial.objects.get())
    beside = {"id", "customer_id", "received_at"}
    fields = [f.attname for f in Feedback._meta.concrete_fields if f.attname not in beside]
    assert {n: getattr(tried, n) for n in fields} == {n: getattr(heard, n) for n in fields}
    assert tried.customer
    assert heard.customer
    for name in ("email", "phone", "external_id", "value", "trusted", "identity"):
        assert getattr(tried.customer, name) == getattr(heard.customer, name)


def test_a_widget_with_a_test_key_shows_nobody_a_form(
    client: Client, shop: Source, tried_pk: str
) -> None:
    write_form(shop, slug="after", name="After", document=CHECKOUT, by=None, now=moment())
    assert client.get("/w/config", {"key": tried_pk, "form": "after"}).status_code == 200
    proof = sign_identity("C-1", shop.identity_secret)
    said = {"form": "after", "shows": True, "customer": {"id": "C-1", "proof": proof}}
    headers = {"Authorization": f"Bearer {tried_pk}"}
    answer = client.post("/w/shown", said, "application/json", headers=headers)
    assert answer.json() == {"form": None, "any": None}
    assert not ShownForm.objects.exists()


def test_its_receipt_says_what_it_was(client: Client, post: Post, tried_pk: str) -> None:
    where = post(SAID, key=tried_pk).json()["status_url"]
    page = client.get(where[where.index("/r/") :])
    assert page.status_code == 200
    assert "This was a test." in page.content.decode()
    assert "Parcel" not in page.content.decode()
    assert client.get(status_url(new_id())[where.index("/r/") :]).status_code == 404


class TestEnd:
    def test_comes_after_a_month(self, post: Post, tried_pk: str) -> None:
        post(SAID, key=tried_pk)
        post(SAID, key=tried_pk, **{"Idempotency-Key": "k"})
        old = Trial.objects.get(key="")
        Trial.objects.filter(pk=old.pk).update(posted_at=moment() - timedelta(days=31))
        assert forget_trials() == 1
        assert Trial.objects.get().key == "k"

    def test_frees_its_key_after_eight_days(self, post: Post, tried_pk: str) -> None:
        first = post(SAID, key=tried_pk, **{"Idempotency-Key": "k"})
        Trial.objects.update(posted_at=moment() - timedelta(days=9))
        assert forget_trials() == 0
        again = post(SAID, key=tried_pk, **{"Idempotency-Key": "k"})
        assert again.status_code == 201
        assert again.json()["id"] != first.json()["id"]

    def test_comes_with_whom_it_names(self, post: Post, tried_pk: str, cast: Any) -> None:
        post(SAID, key=tried_pk)
        post({"comment": "another"}, key=tried_pk)
        erase(
            make_customer("nora@example.com"), reason="asked", by=acting(cast.admin), now=moment()
        )
        assert [trial.said["comment"] for trial in Trial.objects.all()] == ["another"]


class TestImpossible:
    @pytest.mark.parametrize(
        ("statement", "constraint"),
        [
            ("UPDATE intake_sourcekey SET is_test = NOT is_test", "key_stays_as_issued"),
            ("UPDATE intake_sourcekey SET shown = 'x' WHERE kind = 'sk'", "secret_key_is_never"),
            (
                "UPDATE intake_trial SET source_key_id ="
                " (SELECT id FROM intake_sourcekey WHERE NOT is_test LIMIT 1)",
                "trial_is_of_a_test_key",
            ),
            (
                "INSERT INTO intake_idempotencykey (source_key_id, endpoint, key, body_digest,"
                " feedback_id, created_at) SELECT source_key_id, 'x', 'x', '', id, now()"
                " FROM intake_trial",
                "test_key_brings_no_feedback",
            ),
            (
                "INSERT INTO intake_arrival (feedback_id, received_at, attempts, last_error)"
                " SELECT id, now(), 0, '' FROM intake_trial",
                "foreign key",
            ),
            (
                "INSERT INTO work_triage (feedback_id, decision, reason, matched, at)"
                " SELECT id, 'none', 'x', '{}', now() FROM intake_trial",
                "foreign key",
            ),
        ],
    )
    def test_a_state_that_lies(
        self, post: Post, sk: str, tried_pk: str, statement: str, constraint: str
    ) -> None:
        post(SAID, key=tried_pk)
        with pytest.raises(IntegrityError, match=constraint):
            _at_once(statement)


def _at_once(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize(
    ("method", "where"),
    [("get", "/api/v1/feedback"), ("post", "/api/v1/reviews/import")],
)
def test_a_secret_test_key_reads_and_imports_nothing(
    client: Client, tried_sk: str, method: str, where: str
) -> None:
    answer = getattr(client, method)(where, headers={"Authorization": f"Bearer {tried_sk}"})
    assert (answer.status_code, answer.json()["code"]) == (403, "test_key")
