import re
from datetime import datetime

import pytest
from django.http import HttpResponse
from django.test import Client

from feedback.intake.models import Customer, Feedback, Source
from feedback.intake.receipts import status_url
from feedback.web.actions import write_form
from feedback.web.gallery import BY_SLUG, CHECKOUT, DELIVERY
from tests.makers import make_source

NONCE = re.compile(rb'name="nonce" value="([^"]+)"')


@pytest.fixture
def form(client: Client, shop: Source) -> HttpResponse:
    return client.get("/f/shop")  # type: ignore[return-value]


def nonce_in(page: HttpResponse) -> str:
    found = NONCE.search(page.content)
    assert found
    return found[1].decode()


def test_it_asks_in_plain_html(form: HttpResponse) -> None:
    assert form.status_code == 200
    assert b"<script" not in form.content
    assert b"style=" not in form.content
    assert b"How likely are you to recommend us?" in form.content
    assert form["X-Robots-Tag"] == "noindex, nofollow"
    assert "Set-Cookie" not in form


def test_it_asks_in_the_visitors_language(client: Client, shop: Source) -> None:
    korean = client.get("/f/shop", headers={"Accept-Language": "ko-KR,ko;q=0.9"})
    assert "추천" in korean.content.decode()
    assert korean["Content-Language"] == "ko"
    asked = client.get("/f/shop?in=en", headers={"Accept-Language": "ko"})
    assert b"recommend" in asked.content


def test_it_asks_the_sources_own_question(client: Client, db: None) -> None:
    make_source("own", question="Was <b>this</b> page useful?")
    assert b"Was &lt;b&gt;this&lt;/b&gt; page useful?" in client.get("/f/own").content


def test_what_is_sent_is_feedback(client: Client, form: HttpResponse) -> None:
    said = {"score": "2", "comment": "It broke\r\ntwice", "email": "Kim@Example.com"}
    answer = client.post("/f/shop", said | {"contact_me": "on", "nonce": nonce_in(form)})
    assert answer.status_code == 200
    heard = Feedback.objects.get()
    assert (heard.score_type, heard.score_value, heard.comment) == ("nps", 2, "It broke\ntwice")
    assert (heard.answers, heard.contactable) == ({"contact_me": True}, "letter")
    customer = Customer.objects.get()
    assert (customer.email, customer.locale, customer.trusted) == ("kim@example.com", "en", False)
    assert status_url(heard.pk).encode() in answer.content


def test_it_works_with_curl(client: Client, shop: Source) -> None:
    for _ in range(2):
        assert client.post("/f/shop", {"comment": "plain"}).status_code == 200
    assert Feedback.objects.count() == 2


def test_pressed_twice_it_is_one_feedback(client: Client, form: HttpResponse) -> None:
    said = {"comment": "once", "nonce": nonce_in(form)}
    first, second = (client.post("/f/shop", said) for _ in range(2))
    assert first.content == second.content
    assert Feedback.objects.count() == 1


def test_changed_and_sent_again_it_is_another(client: Client, form: HttpResponse) -> None:
    for words in ("first", "second"):
        client.post("/f/shop", {"comment": words, "nonce": nonce_in(form)})
    assert Feedback.objects.count() == 2


@pytest.mark.parametrize(
    "said, fault",
    [
        ({}, "or write a few words"),
        ({"comment": "  "}, "or write a few words"),
        ({"score": "11"}, "Choose one of these"),
        ({"score": "five"}, "Choose one of these"),
        ({"score": "٥"}, "Choose one of these"),
        ({"comment": "x" * 10_001}, "10,000"),
        ({"comment": "keep me", "email": "nope"}, "not an e-mail address"),
        ({"comment": "keep me", "contact_me": "on"}, "not an e-mail address"),
    ],
)
def test_a_fault_keeps_what_was_typed(
    client: Client, shop: Source, said: dict[str, str], fault: str
) -> None:
    answer = client.post("/f/shop", said)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert fault in page
    assert said.get("comment", "") in page
    assert not Feedback.objects.exists()


@pytest.mark.parametrize(
    "said",
    [
        b"comment=%00nul%ED%A0%80",
        b"comment=x&nonce=forged",
        b"comment=x&nonce=%00",
        b"comment=x&comment=y",
    ],
)
def test_odd_forms_are_taken(client: Client, shop: Source, said: bytes) -> None:
    kind = "application/x-www-form-urlencoded"
    assert client.post("/f/shop", said, content_type=kind).status_code == 200


@pytest.mark.parametrize(
    "kind",
    [
        "multipart/form-data",
        "application/json",
        "multipart/form-data; boundary=\x01",
    ],
)
def test_forms_of_no_kind_are_refused(client: Client, shop: Source, kind: str) -> None:
    assert client.post("/f/shop", b"comment=x", content_type=kind).status_code in {400, 422}


def test_a_form_too_large_is_not_read(client: Client, shop: Source) -> None:
    assert client.post("/f/shop", {"comment": "x" * 200_001}).status_code == 413


@pytest.mark.parametrize("channel", ["email", "import", "hand"])
def test_only_websites_and_apps_have_one(client: Client, db: None, channel: str) -> None:
    make_source("other", channel=channel)
    assert client.get("/f/other").status_code == 404


def test_an_archived_source_has_none(client: Client, shop: Source, now: datetime) -> None:
    Source.objects.update(archived_at=now)
    assert client.get("/f/shop").status_code == 404
    assert client.post("/f/shop", {"comment": "x"}).status_code == 404


def test_it_keeps_to_the_days_cap(client: Client, db: None) -> None:
    make_source("small", daily_cap=1)
    assert client.post("/f/small", {"comment": "x"}).status_code == 200
    refused = client.post("/f/small", {"comment": "y"})
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0


class TestFormOfASource:
    @pytest.fixture
    def delivery(self, shop: Source, now: datetime) -> None:
        for slug, document in (("delivery", DELIVERY), ("checkout", CHECKOUT)):
            write_form(shop, slug=slug, name=slug, document=document, by=None, now=now)

    def test_its_first_is_asked_where_none_is_named(self, client: Client, delivery: None) -> None:
        assert b"recommend us to a friend" in client.get("/f/shop").content
        assert b"How easy was it" in client.get("/f/shop/checkout").content
        assert client.get("/f/shop/none").status_code == 404

    def test_it_is_asked_in_the_language_asked_for(self, client: Client, delivery: None) -> None:
        korean = client.get("/f/shop/checkout?in=ko").content.decode()
        assert "주문하기가 얼마나 쉬우셨나요?" in korean
        assert 'lang="ko"' in korean

    def test_its_answers_keep_its_name_and_version(self, client: Client, delivery: None) -> None:
        said = {"recommend": "2", "delivery": "1", "trouble": ["late", "damaged"]}
        said |= {"recommend_why": "Late again", "email": "kim@example.com", "contact_me": "on"}
        answer = client.post("/f/shop", said)
        assert answer.status_code == 200
        assert "A person reads this." in answer.content.decode()
        heard = Feedback.objects.get()
        assert (heard.form, heard.form_version, heard.comment) == ("delivery", 1, "Late again")
        assert heard.score == {"type": "nps", "value": 2, "class": "negative"}
        assert heard.answers == {"trouble": ["late", "damaged"], "contact_me": True}
        assert [score["key"] for score in heard.scores] == ["delivery"]

    def test_what_is_missing_is_said_beside_it_and_all_else_kept(
        self, client: Client, delivery: None
    ) -> None:
        answer = client.post("/f/shop", {"delivery": "4", "recommend_why": "<b>Hm</b>"})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert 'id="recommend-fault">Please answer this.' in page
        assert '<input type="radio" name="delivery" value="4" checked>' in page
        assert "&lt;b&gt;Hm&lt;/b&gt;" in page
        assert not Feedback.objects.exists()

    def test_what_follows_an_answer_is_told_by_a_stylesheet(
        self, client: Client, delivery: None
    ) -> None:
        page = client.get("/f/shop/checkout").content.decode()
        assert '<link rel="stylesheet" href="/f/shop/checkout/1.css">' in page
        assert 'class="when when-1"' in page
        styles = client.get("/f/shop/checkout/1.css")
        assert styles["Content-Type"] == "text/css; charset=utf-8"
        assert "immutable" in styles["Cache-Control"]
        for nothing in ("/f/shop/checkout/2.css", "/f/other/checkout/1.css"):
            assert client.get(nothing).status_code == 404

    def test_a_link_in_a_letter_chooses_and_says_nothing(
        self, client: Client, delivery: None
    ) -> None:
        page = client.get("/f/shop?recommend=2&delivery=9&recommend_why=x&trouble=late")
        text = page.content.decode()
        assert '<input type="radio" name="recommend" value="2" checked>' in text
        assert 'name="trouble" value="late" checked' in text
        assert text.count(" checked") == 2
        assert not Feedback.objects.exists()
        head = client.head("/f/shop?recommend=2")
        assert head.status_code == 200
        assert not Feedback.objects.exists()


class TestCallBack:
    @pytest.fixture
    def calling(self, shop: Source, now: datetime) -> None:
        shop.time_zone = "Asia/Seoul"
        shop.save()
        document = BY_SLUG["call-back"].document
        write_form(shop, slug="call", name="Call", document=document, by=None, now=now)

    def test_its_times_are_the_sources_and_the_wish_is_dated(
        self, client: Client, calling: None
    ) -> None:
        page = client.get("/f/shop/call").content.decode()
        assert "Asia/Seoul" in page
        times = re.findall(r'<option value="([^"]+)">', page)
        assert 12 <= len(times) <= 15
        said = {"matter": "My parcel", "call-phone": "010-1234-5678", "call-at": times[-1]}
        assert client.post("/f/shop/call", said).status_code == 200
        heard = Feedback.objects.get()
        after, before = times[-1].split("/")
        wish = {"after": after, "before": before, "zone": "Asia/Seoul"}
        assert (heard.answers, heard.contactable) == ({"call_back": wish}, "phone")
        assert Customer.objects.get().phone == "010-1234-5678"

    def test_at_any_time_is_a_wish_too(self, client: Client, calling: None) -> None:
        said = {"matter": "My parcel", "call-phone": "010-1234-5678", "call-at": ""}
        client.post("/f/shop/call", said)
        assert Feedback.objects.get().answers == {"call_back": {"zone": "Asia/Seoul"}}

    @pytest.mark.parametrize(
        ("said", "words"),
        [
            ({}, "number that we can call"),
            ({"call-phone": "no"}, "number that we can call"),
            ({"call-phone": "010-1234-5678", "call-at": "now"}, "Choose one of these"),
        ],
    )
    def test_without_a_number_or_with_a_time_of_ones_own_it_is_asked_again(
        self, client: Client, calling: None, said: dict[str, str], words: str
    ) -> None:
        page = client.post("/f/shop/call", {"matter": "My parcel", **said})
        assert page.status_code == 422
        assert words in page.content.decode()
        assert "My parcel" in page.content.decode()
