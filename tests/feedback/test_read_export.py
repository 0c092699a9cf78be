import json
from datetime import UTC, datetime
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cxloop.kernel.errors import CxloopError, Refused
from feedback.stores.exports import encoding_of_export, read_export
from feedback.stores.reading import NoReview, ReadReview, link_of
from tests.feedback.exports import (
    APPLE_HEADER,
    apple_page,
    apple_review,
    as_csv,
    play_review,
    play_row,
)

AT = datetime(2026, 11, 3, 8, 30, 15, 123000, tzinfo=UTC)
LATER = datetime(2026, 11, 4, 9, 0, tzinfo=UTC)
SEOUL = ZoneInfo("Asia/Seoul")


def read(text: str) -> list[ReadReview | NoReview]:
    return list(read_export(StringIO(text, newline=""), SEOUL))


def one(text: str) -> ReadReview:
    (found,) = read(text)
    assert isinstance(found, ReadReview), found
    return found


def test_a_row_of_the_play_console() -> None:
    said = one(as_csv(play_row(at=AT, edited=LATER, title="Bad", reply=(LATER, "Sorry!"), stars=2)))
    assert (said.store, said.names) == (
        "google_play",
        ("gp:AOqpTOE1", "com.example.shop:1793694615123"),
    )
    (wording,) = said.wordings
    assert (wording.stars, wording.text, wording.at) == (2, "Bad\nCrashes at checkout", LATER)
    assert [(reply.text, reply.at) for reply in said.replies] == [("Sorry!", LATER)]
    assert said.context["app_version"] == "4.1.2"
    assert said.context["review_link"].startswith("https://play.google.com/console/")
    assert said.tells_edits


def test_stars_without_words_are_known_by_app_and_time() -> None:
    said = one(as_csv(play_row(at=AT, text="", stars=3)))
    assert said.names == ("com.example.shop:1793694615123",)
    assert said.wordings[0].text == ""


def test_links_of_earlier_years_name_the_review_too() -> None:
    link = "https://play.google.com/apps/publish?account=1#ReviewDetailsPlace:p=com.x&reviewid=gp:B"
    assert one(as_csv(play_row(at=AT, columns={"Review Link": link}))).names[0] == "gp:B"


def test_a_review_of_the_play_api() -> None:
    said = one(json.dumps({"reviews": [play_review(at=AT, reply=(LATER, "Sorry!"))]}))
    (wording,) = said.wordings
    assert (wording.text, wording.at, said.nickname) == ("Crashes at checkout", AT, "Anna K.")
    assert said.context["os"] == "Android SDK 34"
    assert said.context["device"] == "star2qlte (Galaxy S9+)"
    assert said.replies[0].at == LATER


def test_what_was_written_counts_and_not_its_translation() -> None:
    review = play_review(at=AT, text="It crashes")
    review["comments"][0]["userComment"]["originalText"] = "Titre\tÇa plante"
    assert one(json.dumps({"reviews": [review]})).wordings[0].text == "Titre\nÇa plante"


def test_csv_and_api_of_play_tell_of_the_same_review() -> None:
    from_csv = one(as_csv(play_row(at=AT)))
    from_api = one(json.dumps({"reviews": [play_review(at=AT)]}))
    assert from_csv.marks[0] == from_api.marks[0]
    assert from_csv.wordings[0].digest == from_api.wordings[0].digest


def test_a_review_of_the_app_store_with_its_response() -> None:
    review = apple_review(at=AT, response={"type": "customerReviewResponses", "id": "r1"})
    said = one(apple_page(review, responses=[("r1", "PUBLISHED", LATER, "죄송합니다.")]))
    assert said.wordings[0].text == "결제가 안 돼요\n업데이트 뒤로 결제 화면에서 꺼집니다."
    assert (said.nickname, said.context) == ("부산사람", {"territory": "KOR"})
    assert [(reply.text, reply.at) for reply in said.replies] == [("죄송합니다.", LATER)]
    assert not said.tells_edits


def test_a_response_that_is_not_published_yet_is_none() -> None:
    review = apple_review(at=AT, response={"type": "customerReviewResponses", "id": "r1"})
    said = one(apple_page(review, responses=[("r1", "PENDING_PUBLISH", LATER, "Soon")]))
    assert said.replies == ()
    assert "not published" in said.remarks[0]


def test_pages_saved_as_a_list_are_read_one_after_the_other() -> None:
    pages = [json.loads(apple_page(apple_review(id, at=AT))) for id in ("a", "b")]
    found = read(json.dumps([*pages, {"data": [], "links": {}}]))
    assert [review.place for review in found] == ["/0/data/0", "/1/data/0"]


def test_a_csv_of_the_app_store() -> None:
    row = ["7", "2", "Titel", "Stürzt ab", "max", "2026-11-03", "DEU", "Tut uns leid"]
    said = one(as_csv([*row, "2026-11-04T10:00:00+01:00", "PUBLISHED"], header=APPLE_HEADER))
    assert said.wordings[0].at == datetime(2026, 11, 2, 15, 0, tzinfo=UTC)  # midnight in Seoul
    assert said.replies[0].at == LATER
    assert (said.names, said.store) == (("7",), "app_store")


def test_other_names_of_the_same_columns_are_understood() -> None:
    header = ["Review ID", "Stars", "Review", "Author", "Date", "Country", "App Version"]
    row = ["7", "5", "よい", "花子", "2026-11-03 08:00:00", "jp", "4.2"]
    said = one(as_csv(row, header=header))
    assert (said.wordings[0].text, said.context) == (
        "よい",
        {"app_version": "4.2", "territory": "jp"},
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "id,stars\n1,2\n",
        "Date,Rating,Text\n2026-11-03,1,x\n",
        '{"items": []}',
        '{"data": [{"type": "apps", "id": "1"}]}',
        "[]",
        '[{"reviews": []}, {"data": []}]',
    ],
)
def test_what_is_no_export_is_refused_with_what_was_expected(text: str) -> None:
    with pytest.raises(Refused, match=r"reviews_\*\.csv.*reviews.list.*customerReviews"):
        read(text)


def test_json_that_breaks_off_is_refused() -> None:
    with pytest.raises(CxloopError, match="not JSON"):
        read('{"reviews": [')


BROKEN: list[tuple[dict[str, Any], str]] = [
    ({"stars": 9}, "9' is not 1 to 5 stars"),
    ({"stars": "four"}, "'four' is not 1 to 5 stars"),
    ({"columns": {"Review Submit Millis Since Epoch": "soon"}}, "'soon' is not a time"),
    ({"columns": {"Review Last Update Millis Since Epoch": "9" * 30}}, "is not a time"),
]


@pytest.mark.parametrize(("said", "reason"), BROKEN)
def test_a_broken_row_is_named_and_the_others_are_read(said: dict[str, Any], reason: str) -> None:
    good = play_row("gp:good", at=AT, text="two\nlines")
    first, bad, last = read(as_csv(good, play_row(at=AT, **said), good))
    assert isinstance(first, ReadReview)
    assert isinstance(last, ReadReview)
    assert isinstance(bad, NoReview)
    assert (bad.place, reason in bad.reason) == ("line 4", True)


def test_a_row_of_too_many_cells_is_named() -> None:
    _, bad = read(as_csv(play_row(at=AT), [*play_row(at=AT), "more"]))
    assert isinstance(bad, NoReview)
    assert "17 cells under 16 columns" in bad.reason


@pytest.mark.parametrize(
    "review",
    [
        "text",
        {"reviewId": 7},
        {"reviewId": "a", "comments": None},
        {"reviewId": "a", "comments": [{"developerComment": {}}]},
        {"reviewId": "a", "comments": [{"userComment": {"starRating": 1}}]},
        {"reviewId": "a", "comments": [{"userComment": {"lastModified": {"seconds": "9" * 40}}}]},
        {"reviewId": "a", "comments": [{"userComment": {"lastModified": {"seconds": []}}}]},
    ],
)
def test_a_broken_review_of_the_api_is_named(review: Any) -> None:
    bad, good = read(json.dumps({"reviews": [review, play_review(at=AT)]}))
    assert isinstance(bad, NoReview)
    assert bad.place == "/reviews/0"
    assert isinstance(good, ReadReview)


@pytest.mark.parametrize(
    "change",
    [{"createdDate": "yesterday"}, {"rating": True}, {"rating": None}, {"createdDate": 7}],
)
def test_a_broken_review_of_the_app_store_is_named(change: dict[str, Any]) -> None:
    review = apple_review(at=AT)
    review["attributes"] |= change
    bad, good = read(apple_page(review, apple_review("b", at=AT)))
    assert isinstance(bad, NoReview)
    assert isinstance(good, ReadReview)


def test_a_reply_without_a_time_is_said_and_the_review_is_read() -> None:
    columns = {"Developer Reply Text": "Sorry"}
    said = one(as_csv(play_row(at=AT, columns=columns)))
    assert said.replies == ()
    assert "does not say when" in said.remarks[0]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8", "utf-8-sig"])
def test_the_encoding_is_told_by_how_it_begins(encoding: str) -> None:
    text = as_csv(play_row(at=AT, text="너무 느려요 😡"))
    raw = text.encode(encoding)
    assert one(raw.decode(encoding_of_export(raw))).wordings[0].text == "너무 느려요 😡"


@pytest.mark.parametrize(
    "said",
    [
        "javascript:alert(1)",
        "https://play.google.com.evil.example/x",
        "https://evil.example/play.google.com",
        "https://user@play.google.com/x",
        "https://play.google.com:8443/x",
        "//play.google.com/x",
        "ftp://play.google.com/x",
        "https://[::1/",
        "https://play.google.com/" + "x" * 2000,
    ],
)
def test_a_link_leads_to_a_store_or_nowhere(said: str) -> None:
    assert link_of(said) == ""
