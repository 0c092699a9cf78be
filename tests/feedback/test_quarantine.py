"""What looks automatic is taken as everything is, and held before the rules …"""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.signing import Signer
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from feedback.intake import counters, repeats
from feedback.intake.models import (
    Arrival,
    Customer,
    Feedback,
    IdempotencyKey,
    Quarantine,
    Source,
    new_id,
)
from feedback.intake.receipts import status_url
from feedback.intake.repeats import WITHIN, is_repeated
from feedback.intake.suspicion import FASTEST_MS, MOST_REPEATED
from tests.feedback.conftest import Post

LONG = "The parcel came a week late, and nobody could tell me where it was."
TRAPPED = {"comment": "Buy pills", "customer": {"email": "x@spam.example"}, "trap": "https://x"}


def reasons() -> list[list[str]]:
    return list(Quarantine.objects.order_by("held_at").values_list("reasons", flat=True))


def shape(answer: HttpResponse) -> tuple[int, set[str], set[str]]:
    return answer.status_code, set(answer.json()), set(answer.headers)


class TestPost:
    def test_it_is_held_whole_and_the_sender_learns_nothing(self, post: Post) -> None:
        answer, usual = post(TRAPPED), post({"comment": "Fine"})
        assert shape(answer) == shape(usual)
        held = Quarantine.objects.select_related("feedback__customer").get()
        assert (held.reasons, held.state, held.ended_by) == (["trap"], "held", None)
        assert answer.json()["id"] == str(held.feedback_id)
        assert answer.json()["status_url"] == status_url(held.feedback_id)
        assert (held.feedback.comment, held.feedback.customer.email) == (
            "Buy pills",
            "x@spam.example",
        )
        assert held.held_at == held.feedback.received_at
        assert held.source_id == held.feedback.source_id
        assert Arrival.objects.get().feedback_id != held.feedback_id

    def test_its_receipt_says_what_every_receipt_says(self, client: Client, post: Post) -> None:
        held, usual = (post({"comment": "Same", **more}) for more in ({"trap": "x"}, {}))
        pages = [
            client.get("/" + said.json()["status_url"].split("/", 3)[3]) for said in (held, usual)
        ]
        assert [page.status_code for page in pages] == [200, 200]
        assert b"held" not in pages[0].content.lower()

    def test_sent_twice_by_one_key_it_is_held_once(self, post: Post) -> None:
        first, second = (post(TRAPPED, **{"Idempotency-Key": "a"}) for _ in range(2))
        assert first.json() == second.json()
        assert Quarantine.objects.count() == Feedback.objects.count() == 1
        assert IdempotencyKey.objects.get().feedback_id == Quarantine.objects.get().pk

    @pytest.mark.parametrize("said", [{"trap": ""}, {"trap": "  "}, {"trap": None}, {}])
    def test_an_empty_trap_holds_nobody(self, post: Post, said: dict[str, Any]) -> None:
        assert post({"comment": "x", **said}).status_code == 201
        assert reasons() == []

    @pytest.mark.parametrize(
        ("took", "held"), [(0, True), (FASTEST_MS - 1, True), (FASTEST_MS, False), (None, False)]
    )
    def test_nobody_fills_in_a_form_in_no_time(
        self, post: Post, took: int | None, held: bool
    ) -> None:
        post({"comment": "x", "filled_ms": took})
        assert reasons() == ([["too_fast"]] if held else [])

    def test_all_reasons_are_named(self, post: Post) -> None:
        post({"comment": "x", "filled_ms": 3, "trap": "y"})
        assert reasons() == [["trap", "too_fast"]]

    def test_a_server_is_never_suspected(self, post: Post, sk: str) -> None:
        for _ in range(MOST_REPEATED + 2):
            post({"comment": LONG, "filled_ms": 3, "trap": "y"}, key=sk)
        assert reasons() == []
        assert Arrival.objects.count() == MOST_REPEATED + 2

    @pytest.mark.parametrize("said", [{"filled_ms": -1}, {"filled_ms": "fast"}, {"trap": 3}])
    def test_what_is_no_measure_is_refused_as_any_other_fault(
        self, post: Post, said: dict[str, Any]
    ) -> None:
        answer = post({"comment": "x", **said})
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == f"/{next(iter(said))}"

    def test_no_language_address_or_length_is_held_against_anybody(self, post: Post) -> None:
        for words in ("buy http://x.example now", "谢谢", "спасибо", "x", "!" * 9_000, "ㅋㅋㅋ"):
            for email in ("a@mail.ru", "b@qq.com", "c@example.com"):
                post({"comment": words, "customer": {"email": email}})
        assert reasons() == []


class TestRepeated:
    def test_the_same_words_again_and_again_are_held(self, post: Post) -> None:
        for _ in range(MOST_REPEATED + 2):
            assert post({"comment": LONG}).status_code == 201
        assert reasons() == [["repeated"]] * 2
        assert Arrival.objects.count() == MOST_REPEATED

    def test_what_many_say_in_a_word_is_not(self, post: Post) -> None:
        for _ in range(MOST_REPEATED + 2):
            post({"comment": "Thanks, all is well"})
            post({"score": {"type": "nps", "value": 0}})
        assert reasons() == []

    def test_other_words_and_other_sources_are_counted_for_themselves(
        self, post: Post, shop: Source, now: datetime
    ) -> None:
        other = Source.objects.create(slug="other", name="O", channel="website", created_at=now)
        for number in range(MOST_REPEATED):
            assert not is_repeated(LONG, shop, now=now)
            assert not is_repeated(LONG, other, now=now)
            assert not is_repeated(f"{LONG} {number}", shop, now=now)
        assert is_repeated(f"  {LONG}\n", shop, now=now)

    def test_after_an_hour_it_is_said_anew(
        self, shop: Source, now: datetime, settings: Any
    ) -> None:
        for _ in range(MOST_REPEATED + 1):
            is_repeated(LONG, shop, now=now)
        assert is_repeated(LONG, shop, now=now + WITHIN - timedelta(seconds=1))
        assert not is_repeated(LONG, shop, now=now + WITHIN)

    def test_processes_count_together(self, shop: Source, now: datetime) -> None:
        said = []
        for _ in range(3):
            said += [is_repeated(LONG, shop, now=now) for _ in range(2)]
            repeats._told.clear()  # as another process, which has heard nothing yet
        assert said == [False] * MOST_REPEATED + [True]

    def test_without_redis_each_counts_for_itself(
        self, shop: Source, now: datetime, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings.REDIS_URL = "redis://127.0.0.1:1/0"
        monkeypatch.setattr(counters, "_away_until", 0.0)
        counters._script.cache_clear()
        said = [is_repeated(LONG, shop, now=now) for _ in range(MOST_REPEATED + 1)]
        counters._script.cache_clear()
        assert said == [False] * MOST_REPEATED + [True]

    def test_sent_again_by_one_key_it_is_counted_once(self, post: Post) -> None:
        for _ in range(MOST_REPEATED + 2):
            post({"comment": LONG}, **{"Idempotency-Key": "one"})
        assert not is_repeated(LONG, Source.objects.get(), now=Feedback.objects.get().received_at)


class TestForm:
    def drawn(self, before_ms: int) -> str:
        """A nonce of ours, drawn so long ago."""
        made = new_id().int - (before_ms << 80)
        return Signer(salt="cxloop.form", sep=".").sign(f"{made:032x}")

    def sends(self, client: Client, before_ms: int, query: str = "", **said: str) -> HttpResponse:
        said = {"comment": "x", "nonce": self.drawn(before_ms), **said}
        return client.post(f"/f/shop{query}", said)  # type: ignore[return-value]

    def test_whoever_fills_in_the_unseen_field_is_thanked_and_held(
        self, client: Client, shop: Source
    ) -> None:
        answer = self.sends(client, 60_000, website="https://spam.example")
        held = Quarantine.objects.get()
        assert held.reasons == ["trap"]
        assert answer.status_code == 200
        assert "Thank you." in answer.content.decode()
        assert status_url(held.pk) in answer.content.decode()
        assert not Arrival.objects.exists()

    @pytest.mark.parametrize(
        ("before", "held"), [(40, True), (1_300, True), (1_700, False), (86_400_000, False)]
    )
    def test_it_is_measured_from_its_drawing(
        self, client: Client, shop: Source, before: int, held: bool
    ) -> None:
        assert self.sends(client, before).status_code == 200
        assert reasons() == ([["too_fast"]] if held else [])

    def test_a_clock_that_was_put_back_holds_nobody(self, client: Client, shop: Source) -> None:
        self.sends(client, -60_000)
        assert reasons() == []

    def test_where_a_letter_has_chosen_already_one_only_sends(
        self, client: Client, shop: Source
    ) -> None:
        self.sends(client, 400, query="?score=9", score="9")
        assert reasons() == []
        self.sends(client, 400, query="?score=99", score="9")
        assert reasons() == [["too_fast"]]

    def test_pressed_twice_it_is_held_once(self, client: Client, shop: Source) -> None:
        nonce = self.drawn(300)
        for _ in range(2):
            client.post("/f/shop", {"comment": "x", "nonce": nonce})
        assert Quarantine.objects.count() == Feedback.objects.count() == 1

    def test_what_is_repeated_is_held(self, client: Client, shop: Source) -> None:
        for _ in range(MOST_REPEATED + 1):
            client.post("/f/shop", {"comment": LONG})
        assert reasons() == [["repeated"]]


@pytest.mark.parametrize("body", [{"comment": LONG}, {"comment": LONG, "customer": {"id": "C"}}])
def test_an_ordinary_post_costs_one_statement_and_a_held_one_no_more(
    post: Post, body: dict[str, Any]
) -> None:
    post(body)
    for more in ({}, {"filled_ms": 9_000, "trap": ""}, {"trap": "x"}):
        with CaptureQueriesContext(connection) as seen:
            post({**body, **more})
        assert len(seen) == 1
    assert Quarantine.objects.count() == 1
    assert Customer.objects.count() in (0, 1)
