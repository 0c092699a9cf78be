from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from feedback.intake.models import Arrival, Channel, Customer, Feedback, Source
from feedback.intake.receipts import read_receipt
from feedback.intake.trust import sign_identity
from tests.feedback.conftest import Post
from tests.makers import make_source, make_source_key

WHOLE = {
    "score": {"type": "nps", "value": 3},
    "scores": [{"key": "delivery", "type": "csat", "value": 2}],
    "comment": "Parcel never arrived",
    "answers": {"reason": "delivery", "contact_me": True},
    "customer": {
        "id": "C-81",
        "email": "Customer@Example.com",
        "name": "Kim",
        "phone": "+82 10 1234",
        "locale": "ko",
        "segment": "gold",
        "value": "1240.50",
        "company": "Kim & Co",
    },
    "context": {"url": "https://shop.example/checkout", "order": {"id": "A-1", "weight": 1.5}},
    "occurred_at": "2026-11-21T09:00:00+09:00",
    "tags": ["checkout"],
    "form": "checkout",
    "form_version": 3,
}


def test_it_answers_with_a_receipt(post: Post) -> None:
    answer = post({"score": {"type": "nps", "value": 3}, "comment": "Parcel never arrived"})
    assert answer.status_code == 201, answer.content
    feedback, body = Feedback.objects.get(), answer.json()
    assert body["id"] == str(feedback.pk)
    assert datetime.fromisoformat(body["received_at"]) == feedback.received_at
    assert body["received_at"].endswith("Z")
    assert read_receipt(body["status_url"].rpartition("/r/")[2]) == feedback.pk
    assert set(body) == {"id", "received_at", "status_url"}


def test_it_writes_the_arrival_beside_it(post: Post) -> None:
    post({"comment": "x"})
    arrival = Arrival.objects.get()
    assert arrival.feedback_id == Feedback.objects.get().pk
    assert arrival.received_at == Feedback.objects.get().received_at


def test_it_keeps_all_that_was_said(post: Post) -> None:
    assert post(WHOLE).status_code == 201
    heard = Feedback.objects.select_related("customer").get()
    assert (heard.score_type, heard.score_value, heard.score_class) == ("nps", 3, "negative")
    assert heard.scores == [{"key": "delivery", "type": "csat", "value": 2, "class": "negative"}]
    assert heard.comment == "Parcel never arrived"
    assert (heard.answers, heard.context) == (WHOLE["answers"], WHOLE["context"])
    assert heard.occurred_at == datetime(2026, 11, 21, tzinfo=UTC)
    assert (heard.tags, heard.form, heard.form_version) == (["checkout"], "checkout", 3)
    assert (heard.channel, heard.contactable, heard.quiet) == ("website", "letter", False)
    customer = heard.customer
    assert customer is not None
    assert (customer.email, customer.value) == ("customer@example.com", Decimal("1240.50"))


def test_a_past_occurrence_moves_nothing(post: Post) -> None:
    post({"comment": "x", "occurred_at": "2020-01-01T00:00:00Z"})
    heard = Feedback.objects.get()
    assert datetime.now(UTC) - heard.received_at < timedelta(minutes=1)
    assert heard.imported_at is None
    assert not heard.quiet


@pytest.mark.parametrize(
    "scores, worst",
    [
        ([], "positive"),
        ([{"key": "a", "type": "gcr", "value": "no"}], "negative"),
        ([{"key": "a", "type": "gcr", "value": "partly"}], "neutral"),
        ([{"key": "a", "type": "stars", "value": 5}], "positive"),
    ],
)
def test_the_worst_score_is_kept_beside_the_main_one(
    post: Post, scores: list[object], worst: str
) -> None:
    post({"score": {"type": "nps", "value": 10}, "scores": scores})
    assert Feedback.objects.get().worst_class == worst


def test_a_servers_customer_is_trusted(post: Post, sk: str) -> None:
    post(WHOLE, key=sk)
    customer = Customer.objects.get()
    assert (customer.trusted, customer.identity) == (True, "id:C-81")


def test_a_browsers_customer_is_a_claim(post: Post) -> None:
    post(WHOLE)
    assert not Customer.objects.get().trusted


def test_a_claim_never_becomes_the_trusted_customer(post: Post, sk: str) -> None:
    post({"comment": "x", "customer": {"email": "a@example.com"}}, key=sk)
    post({"comment": "x", "customer": {"email": "a@example.com"}})
    trusted, claimed = Customer.objects.order_by("-trusted")
    assert list(Customer.objects.possible_matches(claimed)) == [trusted]


def test_the_same_claim_is_the_same_customer(post: Post) -> None:
    for name in ("", "Kim"):
        post({"comment": "x", "customer": {"email": "a@example.com", "name": name}})
    assert Customer.objects.get().name == "Kim"


def test_a_claimed_id_with_another_address_is_somebody_else(post: Post) -> None:
    post({"comment": "x", "customer": {"id": "C-1", "email": "victim@example.com"}})
    post({"comment": "x", "customer": {"id": "C-1", "email": "thief@example.com"}})
    assert Customer.objects.count() == 2


def test_a_claim_changes_nothing_that_is_known(post: Post) -> None:
    post({"comment": "x", "customer": {"email": "a@example.com", "name": "Kim"}})
    post({"comment": "x", "customer": {"email": "a@example.com", "name": "Lee", "locale": "ko"}})
    customer = Customer.objects.get()
    assert (customer.name, customer.locale) == ("Kim", "ko")


def test_a_server_says_it_anew(post: Post, sk: str) -> None:
    post({"comment": "x", "customer": {"id": "C-1", "name": "Kim", "segment": "gold"}}, key=sk)
    post({"comment": "x", "customer": {"id": "C-1", "name": "Lee"}}, key=sk)
    customer = Customer.objects.get()
    assert (customer.name, customer.segment) == ("Lee", "gold")


def test_a_signed_id_is_trusted_and_fills_blanks_only(post: Post, sk: str, shop: Source) -> None:
    proof = sign_identity("C-1", shop.identity_secret)
    post({"comment": "x", "customer": {"id": "C-1", "name": "Kim"}}, key=sk)
    said = {"id": "C-1", "name": "Lee", "email": "kim@example.com", "proof": proof}
    assert post({"comment": "x", "customer": said}).status_code == 201
    customer = Customer.objects.get()
    assert (customer.name, customer.email) == ("Kim", "kim@example.com")


@pytest.mark.parametrize("said", [{"id": "C-1", "proof": "0" * 64}, {"proof": "0" * 64}])
def test_a_wrong_proof_is_refused(post: Post, said: dict[str, str]) -> None:
    answer = post({"comment": "x", "customer": said})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/customer/proof"
    assert not Feedback.objects.exists()


@pytest.mark.parametrize(
    "said, contactable",
    [
        (None, "none"),
        ({}, "none"),
        ({"name": "Kim"}, "none"),
        ({"id": "C-1"}, "none"),
        ({"phone": "+82 10"}, "phone"),
        ({"phone": "+82 10", "email": "a@example.com"}, "letter"),
    ],
)
def test_it_knows_how_the_customer_can_be_reached(
    post: Post, said: dict[str, str] | None, contactable: str
) -> None:
    post({"comment": "x", "customer": said})
    assert Feedback.objects.get().contactable == contactable


def test_whom_we_may_not_contact_is_out_of_reach(post: Post, now: datetime) -> None:
    Customer.objects.create(
        trusted=False,
        identity="email:a@example.com",
        email="a@example.com",
        do_not_contact=True,
        do_not_contact_since=now,
        created_at=now,
    )
    post({"comment": "x", "customer": {"email": "a@example.com"}})
    assert Feedback.objects.get().contactable == "none"


def test_nameless_customers_are_each_their_own(post: Post) -> None:
    for _ in range(2):
        post({"comment": "x", "customer": {"name": "Kim"}})
    assert Customer.objects.filter(identity=None).count() == 2


def test_money_passes_through_no_float(post: Post) -> None:
    post('{"comment": "x", "customer": {"id": "1", "value": 99999999999999.99}}')
    assert Customer.objects.get().value == Decimal("99999999999999.99")


@pytest.fixture
def history(db: None) -> str:
    return make_source_key(make_source("history", channel=Channel.IMPORT), "sk")


def test_backdated_feedback_counts_from_its_own_time(post: Post, history: str) -> None:
    said = {"comment": "x", "occurred_at": "2020-01-01T00:00:00Z", "backdated": True}
    assert post(said, key=history).status_code == 201
    heard = Feedback.objects.get()
    assert heard.received_at == datetime(2020, 1, 1, tzinfo=UTC)
    assert heard.imported_at is not None
    assert heard.quiet


def test_backdated_by_a_day_it_is_not_quiet(post: Post, history: str) -> None:
    yesterday = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    post({"comment": "x", "occurred_at": yesterday, "backdated": True}, key=history)
    assert not Feedback.objects.get().quiet


def test_only_an_import_may_be_backdated(post: Post, pk: str, sk: str) -> None:
    said = {"comment": "x", "occurred_at": "2020-01-01T00:00:00Z", "backdated": True}
    for key in (pk, sk):
        answer = post(said, key=key)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == "/backdated"


def test_it_takes_one_statement(post: Post, sk: str, django_assert_num_queries: object) -> None:
    post(WHOLE, key=sk)
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert post(WHOLE, key=sk).status_code == 201


def test_an_unknown_method_is_a_problem(client: Client, db: None) -> None:
    answer = client.put("/api/v1/feedback", "{}", content_type="application/json")
    assert answer.status_code in {401, 404, 405}
    assert answer["Content-Type"] == "application/problem+json"
