"""A batch from a phone: by a publishable key, by the phone's clock, with what it photographed."""

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from cxloop.kernel.moment import moment
from feedback.intake import limits
from feedback.intake.models import (
    Arrival,
    Customer,
    Feedback,
    FeedbackFile,
    IdempotencyKey,
    Quarantine,
    Source,
)
from feedback.intake.trust import sign_identity
from tests.feedback.enclosing import KIND, Part, file, form, said
from tests.feedback.test_take_batch import items, results
from tests.kernel.pictures import picture
from tests.makers import make_source, make_source_key

pytestmark = pytest.mark.django_db

PostBatch = Callable[..., HttpResponse]
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def generous(settings: Any) -> None:
    limits._lots.clear()
    settings.LIMIT_PK_ADDRESS = settings.LIMIT_PK = 1_000_000


@pytest.fixture
def app(db: None) -> Source:
    return make_source("phone", channel="app")


@pytest.fixture
def key(app: Source) -> str:
    return make_source_key(app, "pk")


@pytest.fixture
def batch(client: Client, key: str) -> PostBatch:
    def post(body: Any, *, key: str = key, kind: str = "application/json", **headers: str) -> Any:
        raw = body if isinstance(body, bytes) else json.dumps(body)
        headers["Authorization"] = f"Bearer {key}"
        return client.post("/api/v1/feedback/batch", raw, content_type=kind, headers=headers)

    return post


def send(batch: PostBatch, body: Any, *parts: Part, **how: str) -> HttpResponse:
    return batch(form(said(body, "batch"), *parts), kind=KIND, **how)


def at(moment: datetime) -> str:
    return moment.isoformat()


def only(answer: HttpResponse) -> dict[str, Any]:
    (result,) = results(answer)
    return result


def error_of(result: dict[str, Any]) -> tuple[str, str]:
    return result["errors"][0]["pointer"], result["errors"][0]["code"]


def clock_of(answer: HttpResponse) -> Any:
    return json.loads(answer.content).get("clock")


class TestPublishable:
    def test_an_app_may(self, batch: PostBatch, app: Source) -> None:
        answered = results(batch(items({"comment": "a"}, {"comment": 3}, {"comment": "c"})))
        assert [one["status"] for one in answered] == [201, 422, 201]
        assert set(Feedback.objects.values_list("source", "channel")) == {(app.pk, "app")}
        assert Arrival.objects.count() == 2

    @pytest.mark.parametrize("channel", ["website", "email", "import", "hand"])
    def test_nobody_else_may(self, batch: PostBatch, channel: str) -> None:
        other = make_source_key(make_source(channel=channel), "pk")
        answer = batch(items({"comment": "a"}), key=other)
        assert (answer.status_code, json.loads(answer.content)["code"]) == (403, "wrong_key")

    def test_what_it_says_of_a_customer_is_a_claim(self, batch: PostBatch, app: Source) -> None:
        trusted = Customer.objects.create(
            identity="id:C-1", external_id="C-1", trusted=True, created_at=moment()
        )
        signed = {"id": "C-1", "proof": sign_identity("C-1", app.identity_secret), "name": "Kim"}
        answered = results(
            batch(
                items(
                    {"comment": "a", "customer": {"id": "C-1", "email": "a@b.example"}},
                    {"comment": "b", "customer": signed},
                    {"comment": "c", "customer": {"id": "C-1", "proof": "0" * 64}},
                )
            )
        )
        assert [one["status"] for one in answered] == [201, 201, 422]
        assert error_of(answered[2]) == ("/items/2/customer/proof", "wrong_proof")
        claimed, proven = (Feedback.objects.get(pk=one["id"]).customer for one in answered[:2])
        assert claimed
        assert (claimed.trusted, claimed.email) == (False, "a@b.example")
        assert proven == trusted
        trusted.refresh_from_db()
        assert (trusted.name, trusted.email) == ("Kim", "")

    def test_what_looks_automatic_is_held_item_by_item(self, batch: PostBatch) -> None:
        answered = results(batch(items({"comment": "a", "trap": "x"}, {"comment": "b"})))
        assert [one["status"] for one in answered] == [201, 201]
        held = Quarantine.objects.get()
        assert (str(held.feedback_id), held.reasons) == (answered[0]["id"], ["trap"])
        assert str(Arrival.objects.get().pk) == answered[1]["id"]

    def test_fifty_at_most(self, batch: PostBatch) -> None:
        assert len(results(batch(items(*[{"comment": "x"}] * 50)))) == 50
        answer = batch(items(*[{"comment": "x"}] * 51))
        assert (answer.status_code, json.loads(answer.content)["errors"][0]["code"]) == (
            422,
            "too_many",
        )

    def test_never_more_than_a_minute_takes(
        self, batch: PostBatch, app: Source, settings: Any
    ) -> None:
        settings.LIMIT_PK = 10
        assert batch(items(*[{"comment": "x"}] * 11)).status_code == 422
        unused = make_source_key(app, "pk")
        assert batch(items(*[{"comment": "x"}] * 10), key=unused).status_code == 200

    def test_each_item_counts_as_a_post(self, batch: PostBatch, settings: Any) -> None:
        settings.LIMIT_PK = 10
        first = batch(items(*[{"comment": "x"}] * 6))
        assert first.status_code == 200
        assert '"key";r=4;' in first["RateLimit"]
        assert batch(items(*[{"comment": "x"}] * 5)).status_code == 429
        assert Feedback.objects.count() == 6

    def test_it_keeps_to_the_days_cap(self, batch: PostBatch, app: Source) -> None:
        Source.objects.filter(pk=app.pk).update(daily_cap=2)
        assert batch(items(*[{"comment": "x"}] * 3)).status_code == 429
        assert batch(items(*[{"comment": "x"}] * 2)).status_code == 200

    def test_it_may_not_backdate(self, batch: PostBatch) -> None:
        old = {"comment": "a", "backdated": True, "occurred_at": at(moment() - DAY)}
        assert error_of(only(batch(items(old)))) == ("/items/0/backdated", "not_for_this_key")

    def test_pages_of_other_origins_may_not(self, batch: PostBatch, app: Source) -> None:
        Source.objects.filter(pk=app.pk).update(allowed_origins=["capacitor://localhost"])
        assert batch(items({"comment": "a"}), Origin="https://evil.example").status_code == 403
        assert batch(items({"comment": "a"}), Origin="capacitor://localhost").status_code == 200
        assert batch(items({"comment": "a"})).status_code == 200

    def test_it_reads_at_most_4_mib(self, batch: PostBatch) -> None:
        assert batch(b" " * (4 * 1024 * 1024 + 1)).status_code == 413
        packed = {"Content-Encoding": "gzip"}
        assert batch(gzip.compress(b" " * (4 * 1024 * 1024 + 1)), **packed).status_code == 413
        assert batch(gzip.compress(json.dumps(items({"comment": "a"})).encode()), **packed)
        assert Feedback.objects.count() == 1
        assert batch(b"\x1f\x8b broken", **packed).status_code == 400

    def test_an_item_posted_again_is_the_same_feedback(self, batch: PostBatch) -> None:
        offline = items({"comment": "a", "idempotency_key": "of-1"})
        first = only(batch(offline | {"sent_at": at(moment())}))
        again = only(batch(offline | {"sent_at": at(moment() + 2 * HOUR)}))
        assert again == first | {"status": 200, "replayed": True}


class TestClock:
    def said_at(self, occurred_at: datetime, **more: Any) -> dict[str, Any]:
        return items({"comment": "a", "occurred_at": at(occurred_at), **more})

    @pytest.mark.parametrize("wrong", [2 * HOUR, -2 * HOUR, 300 * DAY, -300 * DAY])
    def test_a_wrong_one_is_put_right(self, wrong: timedelta, batch: PostBatch) -> None:
        now = moment()
        told = now + wrong - HOUR
        answer = batch(self.said_at(told) | {"sent_at": at(now + wrong)})
        heard = Feedback.objects.get(pk=only(answer)["id"])
        assert heard.occurred_at
        assert abs(heard.occurred_at - (now - HOUR)) < MINUTE
        assert heard.context == {"device_time": at(told).replace("+00:00", "Z")}
        assert heard.received_at >= now
        behind_s, verdict = clock_of(answer).values()
        assert (round(behind_s / 60), verdict) == (round(-wrong / MINUTE), "corrected")

    def test_a_batch_on_its_way_is_no_wrong_one(self, batch: PostBatch) -> None:
        now = moment()
        told = now - HOUR
        answer = batch(self.said_at(told) | {"sent_at": at(now - 50 * timedelta(seconds=1))})
        heard = Feedback.objects.get(pk=only(answer)["id"])
        assert (heard.occurred_at, heard.context) == (told, {})
        assert clock_of(answer)["verdict"] == "as_said"

    def test_without_it_times_stand_as_they_are(self, batch: PostBatch) -> None:
        now = moment()
        answer = batch(self.said_at(now - HOUR))
        assert Feedback.objects.get().occurred_at == now - HOUR
        assert clock_of(answer) is None
        ahead = only(batch(self.said_at(now + HOUR)))
        assert error_of(ahead) == ("/items/0/occurred_at", "in_the_future")

    def test_what_is_ahead_after_all_is_refused(self, batch: PostBatch) -> None:
        now = moment()
        one = self.said_at(now + 2 * HOUR + 6 * MINUTE) | {"sent_at": at(now + 2 * HOUR)}
        assert error_of(only(batch(one))) == ("/items/0/occurred_at", "in_the_future")
        near = self.said_at(now + 2 * HOUR + 4 * MINUTE) | {"sent_at": at(now + 2 * HOUR)}
        assert only(batch(near))["status"] == 201

    def test_what_was_told_before_it_fell_behind_stands(self, batch: PostBatch) -> None:
        now = moment()
        only(batch(self.said_at(now - HOUR) | {"sent_at": at(now - 5 * HOUR)}))
        heard = Feedback.objects.get()
        assert (heard.occurred_at, heard.context) == (now - HOUR, {})

    @pytest.mark.parametrize(
        "sent_at", ["1970-01-01T00:09:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"]
    )
    def test_what_none_can_have_told_is_told_by_none(self, sent_at: str, batch: PostBatch) -> None:
        body = items(
            {"comment": "a", "occurred_at": "1970-01-01T00:03:00Z", "context": {"os": "iOS"}},
            {"comment": "b"},
        )
        answer = batch(body | {"sent_at": sent_at})
        assert [one["status"] for one in results(answer)] == [201, 201]
        heard = Feedback.objects.get(comment="a")
        assert heard.occurred_at is None
        assert heard.context == {"os": "iOS", "device_time": "1970-01-01T00:03:00Z"}
        assert clock_of(answer)["verdict"] == "not_believed"

    def test_what_the_app_says_under_that_name_stays(self, batch: PostBatch) -> None:
        now = moment()
        one = self.said_at(now + HOUR, context={"device_time": "mine"})
        only(batch(one | {"sent_at": at(now + HOUR)}))
        assert Feedback.objects.get().context == {"device_time": "mine"}

    def test_it_never_moves_a_receipt(self, batch: PostBatch) -> None:
        key = make_source_key(make_source(channel="import"), "sk")
        old, ahead = (
            self.said_at(moment() + by, backdated=True) | {"sent_at": at(moment() + 3 * HOUR)}
            for by in (-DAY, HOUR)
        )
        only(batch(old, key=key))
        heard = Feedback.objects.get()
        assert heard.received_at == heard.occurred_at
        assert (
            at(heard.received_at)
            == datetime.fromisoformat(old["items"][0]["occurred_at"]).astimezone(UTC).isoformat()
        )
        assert error_of(only(batch(ahead, key=key)))[1] == "in_the_future"

    @pytest.mark.parametrize(
        "sent_at, code",
        [("yesterday", "malformed_time"), (3, "malformed_time"), ("2026-11-20T09:00", "no_offset")],
    )
    def test_a_malformed_one_is_pointed_at(self, sent_at: Any, code: str, batch: PostBatch) -> None:
        answer = batch(items({"comment": "a"}) | {"sent_at": sent_at})
        assert answer.status_code == 422
        assert error_of(json.loads(answer.content)) == ("/sent_at", code)


class TestFiles:
    def test_each_item_names_its_own(self, batch: PostBatch) -> None:
        one, other = {"comment": "a", "files": ["x", "y"]}, {"comment": "b", "files": ["y"]}
        parts = [file(picture(), "x.png", part="x"), file(picture("GIF"), "y.gif", part="y")]
        answered = results(send(batch, items(one, other, {"comment": "c"}), *parts))
        kept = [
            list(
                FeedbackFile.objects.filter(feedback=result["id"])
                .order_by("place")
                .values_list("file__name", flat=True)
            )
            for result in answered
        ]
        assert kept == [["x.png", "y.gif"], ["y.gif"], []]

    def test_a_replay_gives_them_once_and_others_are_another_body(self, batch: PostBatch) -> None:
        body = items({"comment": "a", "files": ["x"], "idempotency_key": "k"})
        first = only(send(batch, body, file(picture(), part="x")))
        again = only(send(batch, body, file(picture(), part="x")))
        assert (first["status"], again["status"]) == (201, 200)
        other = only(send(batch, body, file(picture("GIF"), part="x")))
        assert (other["status"], other["code"]) == (422, "idempotency_mismatch")
        assert FeedbackFile.objects.count() == 1

    @pytest.mark.parametrize(
        "names, pointer, code",
        [
            (["z"], "/items/0/files/0", "unknown_file"),
            (["x", "x"], "/items/0/files", "duplicate_key"),
            ("x", "/items/0/files", "not_a_list"),
            ([3], "/items/0/files", "not_a_list"),
            (["x", "bad"], "/items/0/files/1", "not_a_picture"),
            (["x", "none"], "/items/0/files/1", "empty_file"),
        ],
    )
    def test_a_wrong_one_refuses_its_item_alone(
        self, names: Any, pointer: str, code: str, batch: PostBatch
    ) -> None:
        parts = [
            file(picture(), part="x"),
            file(b"<svg/>", part="bad"),
            file(b"", part="none"),
            file(picture(), part="y"),
        ]
        body = items(
            {"comment": "a", "files": names, "idempotency_key": "k"},
            {"comment": "b", "files": ["x", "y"]},
            {"comment": "c", "files": ["bad", "none"]},
        )
        answered = results(send(batch, body, *parts))
        assert [one["status"] for one in answered] == [422, 201, 422]
        assert error_of(answered[0]) == (pointer, code)
        assert FeedbackFile.objects.count() == 2
        assert not IdempotencyKey.objects.exists()

    def test_one_that_nobody_names_refuses_the_batch(self, batch: PostBatch) -> None:
        answer = send(batch, items({"comment": "a"}), file(picture(), part="x"))
        assert answer.status_code == 422
        assert error_of(json.loads(answer.content)) == ("/x", "unnamed_file")
        assert not Feedback.objects.exists()

    def test_two_of_one_name_refuse_the_batch(self, batch: PostBatch) -> None:
        parts = [file(picture(), part="x")] * 2
        answer = send(batch, items({"comment": "a", "files": ["x"]}), *parts)
        assert error_of(json.loads(answer.content)) == ("/x", "duplicate_key")

    def test_named_in_json_alone_they_are_missed(self, batch: PostBatch) -> None:
        result = only(batch(items({"comment": "a", "files": ["x"]})))
        assert error_of(result) == ("/items/0/files/0", "unknown_file")

    def test_a_server_sends_any_kind(self, batch: PostBatch, app: Source) -> None:
        secret = make_source_key(app, "sk")
        body = items({"comment": "a", "files": ["x"]})
        answer = send(batch, body, file(b"a log", "a.log", part="x"), key=secret)
        assert only(answer)["status"] == 201

    def test_they_are_bounded_together(self, batch: PostBatch, app: Source) -> None:
        body = items({"comment": "a", "files": ["x"]})
        large = [file(bytes(9 * 1024 * 1024), part=name) for name in "xyz"]
        assert send(batch, body, *large).status_code == 413
        secret = make_source_key(app, "sk")
        assert send(batch, body, *large, key=secret).status_code == 422
        assert send(batch, body, *large, *large, key=secret).status_code == 413
