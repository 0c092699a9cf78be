"""Whoever writes the code that posts sees on the page of the source …"""

import threading
from typing import Any

import pytest
from django.test import Client

from desk.asked_words import what_to_do
from desk.samples import samples_of
from feedback.intake import noted
from feedback.intake.actions.sources import issue_source_key
from feedback.intake.models import Arrival, Customer, Feedback, Source, SourceKey, Trial
from feedback.intake.noted import write_noted
from tests.cast import Cast
from tests.desk.browsing import browse, text_of
from tests.makers import NOW, make_source
from tickets.rules.actions import write_rule
from tickets.rules.defaults import default_rules
from tickets.work.models import Ticket, Triage

pytestmark = pytest.mark.django_db

WHERE = "/admin/sources/shop"


@pytest.fixture(autouse=True)
def nobody_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(noted, "_EVERY", 3600.0)
    monkeypatch.setattr(noted, "_hand", noted._Hand({}, writer=threading.current_thread()))
    noted._client.cache_clear()


@pytest.fixture
def shop(cast: Cast) -> Source:
    return make_source("shop")


@pytest.fixture
def admin(cast: Cast, shop: Source) -> Client:
    return browse(cast.admin)


@pytest.fixture
def tried(shop: Source) -> str:
    return issue_source_key(shop, kind="pk", test=True, now=NOW)[1]


def post(body: Any, key: str, **headers: str) -> Any:
    headers["Authorization"] = f"Bearer {key}"
    return Client().post("/api/v1/feedback", body, "application/json", headers=headers)


def page_of(admin: Client, **headers: str) -> str:
    write_noted()
    return text_of(admin.get(WHERE, headers=headers))


class TestAsked:
    def test_nothing_yet_and_what_to_do(self, admin: Client, tried: str) -> None:
        page = page_of(admin)
        assert "Nothing yet: paste a sample" in page
        assert "Nothing yet: post by a key for tests" in page

    def test_each_request_with_its_answer_and_the_cure(
        self, admin: Client, shop: Source, tried: str
    ) -> None:
        Source.objects.update(allowed_origins=["https://shop.example"])
        post({"comment": "a"}, tried, Origin="https://staging.example")
        post({"score": {"type": "nps", "value": 11}}, tried)
        page = page_of(admin)
        assert "Add https://staging.example to the pages that may post" in page
        assert "403 origin_not_allowed" in page
        assert "/score/value out_of_range" in page
        assert "POST /api/v1/feedback" in page

    def test_a_live_one_leads_to_its_feedback_and_says_that_it_is_held(
        self, admin: Client, shop: Source
    ) -> None:
        live = issue_source_key(shop, kind="pk", now=NOW)[1]
        heard = post({"comment": "a", "trap": "x"}, live).json()["id"]
        assert "held in quarantine" in page_of(admin)
        assert f'href="/feedback/{heard}"' in admin.get(WHERE).content.decode()

    def test_that_redis_is_away(self, admin: Client, tried: str, settings: Any) -> None:
        settings.REDIS_URL = "redis://127.0.0.1:1/0"
        assert "Redis does not answer" in page_of(admin)

    def test_it_renews_itself_without_the_rest(self, admin: Client, tried: str) -> None:
        post({"comment": "so late"}, tried)
        fragment = page_of(admin, **{"HX-Request": "true"})
        assert "so late" in fragment
        assert "Make a key" not in fragment

    def test_every_common_code_has_a_cure(self) -> None:
        for code in ("wrong_key", "refused", "too_many", "daily_cap", "idempotency_mismatch"):
            assert what_to_do({"code": code, "status": 400, "origin": None})
        assert what_to_do({"code": None, "status": 500, "origin": None})
        assert what_to_do({"code": None, "status": 201, "origin": None}) == ""
        assert "None" not in what_to_do(
            {"code": "origin_not_allowed", "status": 403, "origin": None}
        )


class TestTried:
    def test_which_rule_would_take_it_and_where(
        self, admin: Client, cast: Cast, tried: str
    ) -> None:
        for rule in default_rules(group=cast.group.slug, policy="standard"):
            write_rule(rule, known_policies={"standard"}, by=None, now=NOW)
        said = {"score": {"type": "nps", "value": 1}, "comment": "Broken", "trap": "x"}
        post({**said, "customer": {"email": "nora@example.com"}}, tried)
        page = page_of(admin)
        assert f"It would become a ticket of {cast.group.name}" in page
        assert "It would first be held in quarantine" in page
        assert "nora@example.com" in page
        for model in (Feedback, Arrival, Triage, Ticket, Customer):
            assert not model.objects.exists()

    def test_that_no_rule_would(self, admin: Client, tried: str) -> None:
        post({"comment": "Fine"}, tried)
        page = page_of(admin)
        assert "It would open no ticket" in page
        assert "There are no rules." in page

    def test_it_stands_in_no_list_of_feedback(self, admin: Client, tried: str) -> None:
        post({"comment": "only tried"}, tried)
        for address in ("/feedback", "/queue", "/find?q=tried", "/quarantine", "/report"):
            assert "only tried" not in text_of(admin.get(address, follow=True))


class TestSend:
    def test_one_arrives_without_a_script(self, admin: Client, tried: str) -> None:
        sent = admin.post(f"{WHERE}/test", {"nps": "3", "comment": "By the button"})
        assert (sent.status_code, sent["Location"]) == (303, f"{WHERE}#tried")
        assert "By the button" in page_of(admin)
        assert Trial.objects.get().said["score"] == {"type": "nps", "value": 3}

    def test_one_that_says_nothing_is_refused(self, admin: Client, tried: str) -> None:
        answer = admin.post(f"{WHERE}/test", {"nps": "", "comment": ""})
        assert answer.status_code == 422
        assert not Trial.objects.exists()

    def test_it_wants_a_key_for_tests(self, admin: Client, shop: Source) -> None:
        issue_source_key(shop, kind="pk", now=NOW)
        answer = admin.post(f"{WHERE}/test", {"nps": "3"})
        assert answer.status_code == 409
        assert "Make a key for tests first" in text_of(answer)

    def test_nobody_but_admins(self, cast: Cast, tried: str) -> None:
        assert browse(cast.auditor).post(f"{WHERE}/test", {"nps": "3"}).status_code == 403
        assert not Trial.objects.exists()


class TestKeys:
    def test_one_for_tests_is_made_and_shown_as_such(self, admin: Client) -> None:
        made = admin.post(f"{WHERE}/keys", {"kind": "pk", "label": "staging", "test": "on"})
        key = SourceKey.objects.get()
        assert key.is_test
        assert key.shown.startswith("pk_test_")
        assert "for tests" in text_of(made)
        assert "nobody can show it again" not in text_of(made)
        assert "Key made" in page_of(admin)

    def test_a_publishable_one_stands_whole_in_its_samples(
        self, admin: Client, shop: Source
    ) -> None:
        clear = issue_source_key(shop, kind="pk", now=NOW)[1]
        texts = {one.id: one.text for one in samples_of(shop, list(SourceKey.objects.all()), "")}
        for name in ("widget", "curl", "javascript", "javascript-client"):
            assert clear in texts[name]
        assert "sk_…" in texts["python-client"]

    def test_a_secret_one_is_never_kept(self, shop: Source) -> None:
        _, clear = issue_source_key(shop, kind="sk", test=True, now=NOW)
        assert clear.startswith("sk_test_")
        assert clear not in repr(list(SourceKey.objects.values()))
