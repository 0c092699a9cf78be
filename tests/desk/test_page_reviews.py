"""A review of a store on the desk: where it stands, what was replied there, how it was edited."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest

from cxloop.kernel.moment import moment
from feedback.intake.models import Customer, Feedback, Source
from feedback.stores.actions import take_reviews
from feedback.stores.exports import read_export
from tests.cast import Cast
from tests.desk.browsing import browse, text_of
from tests.feedback.exports import apple_page, apple_review, as_csv, play_row
from tests.makers import make_feedback, make_policy, make_source
from tickets.rules.actions import write_rule
from tickets.work.models import Ticket
from tickets.work.sweeps import take_up_answers, triage_arrivals

pytestmark = pytest.mark.django_db

NOW = datetime.now(UTC).replace(microsecond=0)


def ago(hours: float) -> datetime:
    return NOW - timedelta(hours=hours)


@pytest.fixture(autouse=True)
def source(cast: Cast) -> Source:
    make_policy("standard")
    unhappy = {"fact": "score.class", "op": "eq", "value": "negative"}
    then = {"ticket": True, "group": "care", "policy": "standard"}
    rule = {"name": "Unhappy", "when": unhappy, "then": then}
    write_rule(rule, known_policies={"standard"}, by=None, now=moment())
    return make_source("reviews", channel="store", owners=(cast.group,))


def told(text: str) -> None:
    reads = list(read_export(StringIO(text, newline=""), ZoneInfo("UTC")))
    source = Source.objects.get(slug="reviews")
    take_reviews(reads, source, by="key sk_1… nightly", now=moment(), live=False)
    triage_arrivals()
    take_up_answers()


def page_of(cast: Cast, language: str = "en") -> str:
    cast.agent.language = language
    cast.agent.save()
    return text_of(browse(cast.agent).get(f"/tickets/{Ticket.objects.get().ref}"))


def test_the_ticket_tells_reply_and_edit_with_who_imported_it(cast: Cast) -> None:
    told(as_csv(play_row(at=ago(9), reply=(ago(7), "We are sorry."))))
    told(as_csv(play_row(at=ago(9), edited=ago(2), stars=5, text="Works now")))
    page = page_of(cast)
    for words in (
        "Replied in Google Play on",
        "We are sorry.",
        "So says an export of the store; imported by key sk_1… nightly",
        "The customer edited their review: 1 stars before, 5 now",
        "Works now",
        "By a reply in the app store",
        "They are answered in the app store",
    ):
        assert words in page, words


def test_it_says_so_in_korean(cast: Cast) -> None:
    told(as_csv(play_row(at=ago(9), reply=(ago(7), "죄송합니다."))))
    told(as_csv(play_row(at=ago(9), edited=ago(2), stars=5, text="이제 돼요")))
    page = page_of(cast, "ko")
    for words in ("구글 플레이에서 답글을 달았습니다", "별 1개에서 5개로", "앱 스토어 답글로만"):
        assert words in page, words


def test_the_link_leads_to_the_store_and_says_nothing_of_where_it_came_from(cast: Cast) -> None:
    told(as_csv(play_row(at=ago(9))))
    heard = Feedback.objects.get()
    for address in (f"/tickets/{Ticket.objects.get().ref}", f"/feedback/{heard.pk}"):
        page = browse(cast.agent).get(address).content.decode()
        assert '<a href="https://play.google.com/console/' in page
        assert 'rel="noopener noreferrer"' in page
        assert "Google Play" in page


def test_a_link_that_anybody_may_have_written_leads_nowhere(cast: Cast) -> None:
    for link in ("javascript:alert(1)", "https://evil.example/", {"a": 1}):
        heard = make_feedback(Source.objects.get(), context={"review_link": link}, judged=True)
        page = browse(cast.agent).get(f"/feedback/{heard.pk}").content.decode()
        assert 'href="https://evil' not in page
        assert 'href="javascript' not in page


def test_praise_on_a_ticket_is_not_called_one_made_by_hand(cast: Cast) -> None:
    told(as_csv(play_row(at=ago(9))))
    told(as_csv(play_row(at=ago(9), edited=ago(2), stars=5, text="Works now")))
    heard = Feedback.objects.latest("received_at")
    assert "A ticket has it all the same" in text_of(
        browse(cast.agent).get(f"/feedback/{heard.pk}")
    )


def test_a_reviewer_is_shown_as_whom_the_store_reaches(cast: Cast) -> None:
    told(apple_page(apple_review(at=ago(3))))
    page = text_of(browse(cast.agent).get(f"/customers/{Customer.objects.get().pk}"))
    assert "부산사람" in page
    assert "By a reply in the app store" in page


def test_their_source_shows_how_to_bring_them(cast: Cast) -> None:
    page = text_of(browse(cast.admin).get("/admin/sources/reviews"))
    assert "manage.py import_reviews" in page
    assert "/api/v1/reviews/import" in page
