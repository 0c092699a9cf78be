"""A review of a store on the desk: where it stands, what was replied there, how it was edited."""

import pytest

from feedback.intake.models import Customer, Feedback, Source
from tests.cast import Cast
from tests.desk.browsing import browse, text_of
from tests.feedback.exports import apple_page, apple_review, as_csv, play_row
from tests.makers import make_feedback
from tests.work.reviewing import ago, open_store, read_text, work
from tickets.work.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _store(cast: Cast) -> None:
    open_store(cast.group)


def told(text: str) -> None:
    read_text(text)
    work()


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
        "So says an export of the store; imported by key sk_1…",
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
