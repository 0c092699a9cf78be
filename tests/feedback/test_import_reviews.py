import json
import resource
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.http import HttpResponse
from django.test import Client

from feedback.intake.models import Customer, Feedback, Source
from feedback.stores.models import Review, Revision, StoreReply
from tests.feedback.exports import (
    APPLE_HEADER,
    apple_page,
    apple_review,
    as_csv,
    play_review,
    play_row,
    write,
)
from tests.makers import make_source, make_source_key

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime.now(UTC).replace(microsecond=0)
PATH = "/api/v1/reviews/import"
Send = Callable[..., HttpResponse]


def ago(hours: float) -> datetime:
    return NOW - timedelta(hours=hours)


@pytest.fixture
def source() -> Source:
    return make_source("reviews", channel="store", time_zone="Asia/Seoul")


@pytest.fixture
def send(client: Client, source: Source) -> Send:
    secret = make_source_key(source, "sk")

    def post(text: str | bytes, *, key: str = secret) -> HttpResponse:
        raw = text if isinstance(text, bytes) else text.encode()
        headers = {"Authorization": f"Bearer {key}"}
        answer = client.post(PATH, raw, content_type="text/csv", headers=headers)
        return answer  # type: ignore[return-value]

    return post


def counts(answer: HttpResponse) -> dict[str, Any]:
    assert answer.status_code == 200, answer.content
    return {name: what for name, what in json.loads(answer.content).items() if what}


def run(path: Path, *more: str) -> tuple[str, str]:
    said, refused = StringIO(), StringIO()
    call_command(
        "import_reviews", str(path), "--source", "reviews", *more, stdout=said, stderr=refused
    )
    return said.getvalue(), refused.getvalue()


def test_a_review_is_heard_as_of_its_own_time(source: Source, tmp_path: Path) -> None:
    text = as_csv(play_row(at=ago(5), text="결제가 안 돼요", title="최악", stars=1))
    assert "1 read, 1 new" in run(write(tmp_path / "reviews_com.example.shop_202611.csv", text))[0]
    heard = Feedback.objects.get()
    assert (heard.received_at, heard.quiet) == (ago(5), False)
    assert heard.score == {"type": "stars", "value": 1, "class": "negative"}
    assert (heard.comment, heard.channel) == ("최악\n결제가 안 돼요", "store")
    assert heard.contactable == "store"
    assert heard.context["store"] == "google_play"
    assert heard.context["review_link"].startswith("https://play.google.com/")
    assert not heard.customer.trusted


def test_history_is_quiet_unless_it_is_said_to_be_live(source: Source, tmp_path: Path) -> None:
    run(write(tmp_path / "a.csv", as_csv(play_row("gp:a", at=ago(50)))))
    run(write(tmp_path / "b.csv", as_csv(play_row("gp:b", at=ago(50)))), "--live")
    assert list(Feedback.objects.order_by("pk").values_list("quiet", flat=True)) == [True, False]


def test_read_twice_or_in_two_files_it_is_heard_once(send: Send) -> None:
    both = [play_row("gp:a", at=ago(5), reply=(ago(4), "Sorry")), play_row("gp:b", at=ago(3))]
    assert counts(send(as_csv(*both))) == {"read": 2, "new": 2, "replies": 1}
    assert counts(send(as_csv(*both))) == {"read": 2, "already_there": 2}
    api = json.dumps({"reviews": [play_review("gp:b", at=ago(3)), play_review("gp:c", at=ago(2))]})
    assert counts(send(api)) == {"read": 2, "new": 1, "already_there": 1}
    assert (Feedback.objects.count(), StoreReply.objects.count()) == (3, 1)


def test_twice_in_one_file_it_is_heard_once(send: Send) -> None:
    row = play_row(at=ago(5), reply=(ago(4), "Sorry"))
    told = counts(send(as_csv(row, row)))
    assert told == {"read": 2, "new": 1, "replies": 1, "already_there": 1}


def test_changed_words_or_stars_are_further_feedback_of_the_same_customer(send: Send) -> None:
    send(as_csv(play_row(at=ago(9))))
    edited = play_row(at=ago(9), edited=ago(2), stars=4, text="Fixed, thanks")
    assert counts(send(as_csv(edited))) == {"read": 1, "edited": 1}
    assert counts(send(as_csv(edited))) == {"read": 1, "already_there": 1}
    first, second = Feedback.objects.order_by("received_at")
    assert (second.received_at, second.score_value) == (ago(2), 4)
    assert first.customer == second.customer


def test_an_older_file_read_later_changes_nothing(send: Send) -> None:
    old, new = play_row(at=ago(9)), play_row(at=ago(9), edited=ago(2), text="Still crashes")
    send(as_csv(new))
    assert counts(send(as_csv(old))) == {"read": 1, "outdated": 1}
    assert Feedback.objects.get().comment == "Still crashes"


def test_changed_without_other_words_it_is_the_same(send: Send) -> None:
    send(as_csv(play_row(at=ago(9))))
    assert counts(send(as_csv(play_row(at=ago(9), edited=ago(2))))) == {
        "read": 1,
        "already_there": 1,
    }


def test_where_the_store_does_not_say_when_it_was_changed_it_is_when_we_read_it(
    send: Send,
) -> None:
    first = apple_page(apple_review(at=ago(90)))
    assert counts(send(first)) == {"read": 1, "new": 1}
    edited = apple_page(apple_review(at=ago(90), stars=2, text="아직도 꺼져요"))
    assert counts(send(edited)) == {"read": 1, "edited": 1}
    heard = Feedback.objects.order_by("received_at").last()
    assert (heard.occurred_at, heard.imported_at, heard.quiet) == (None, None, False)
    assert heard.received_at > ago(1)
    assert counts(send(first)) == {"read": 1, "outdated": 1}
    assert counts(send(edited)) == {"read": 1, "already_there": 1}


def test_stars_that_get_words_later_are_the_same_review(send: Send) -> None:
    send(as_csv(play_row(at=ago(9), text="", stars=2)))
    worded = as_csv(play_row(at=ago(9), edited=ago(3), stars=2))
    assert counts(send(worded)) == {"read": 1, "edited": 1}
    api = json.dumps({"reviews": [play_review(at=ago(3), stars=2)]})
    assert counts(send(api)) == {"read": 1, "already_there": 1}
    assert (Review.objects.count(), Revision.objects.count()) == (1, 2)
    assert Customer.objects.count() == 1


def test_two_of_the_same_moment_are_two(send: Send) -> None:
    both = [play_row("gp:a", at=ago(5)), play_row("gp:b", at=ago(5), text="Slow")]
    assert counts(send(as_csv(*both)))["new"] == 2
    assert counts(send(as_csv(*both))) == {"read": 2, "already_there": 2}
    assert Customer.objects.count() == 2


def test_an_edited_reply_is_not_one_more(send: Send) -> None:
    send(as_csv(play_row(at=ago(9), reply=(ago(8), "Sorry"))))
    send(as_csv(play_row(at=ago(9), reply=(ago(7), "Very sorry"))))
    edited = {"edited": ago(6), "text": "Still crashes"}
    send(as_csv(play_row(at=ago(9), reply=(ago(5), "Look at 4.2"), **edited)))
    assert list(StoreReply.objects.order_by("at").values_list("text", "is_edit")) == [
        ("Sorry", False),
        ("Very sorry", True),
        ("Look at 4.2", False),
    ]


def test_a_csv_of_the_app_store_in_several_languages(send: Send) -> None:
    rows = [
        ["1", "1", "Ça plante", "à chaque paiement", "zoé", "2026-11-03", "FRA", "", "", ""],
        ["2", "5", "すばらしい", "とても便利です", "花子", "2026-11-04", "JPN", "", "", ""],
        ["3", "2", "느려요", "화면이 멈춥니다 😡", "민수", "2026-11-05", "KOR", "", "", ""],
    ]
    assert counts(send(as_csv(*rows, header=APPLE_HEADER).encode("utf-8-sig")))["new"] == 3
    assert Feedback.objects.get(comment__startswith="느려요").context["territory"] == "KOR"
    assert set(Customer.objects.values_list("name", flat=True)) == {"zoé", "花子", "민수"}


def test_what_is_broken_is_told_by_its_line_and_the_rest_is_taken(
    send: Send, source: Source, tmp_path: Path
) -> None:
    rows = [play_row("gp:a", at=ago(5)), play_row("gp:b", at=ago(5), stars=7)]
    rows += [play_row("gp:c", at=NOW + timedelta(days=2)), play_row("gp:d", at=ago(4))]
    told = counts(send(as_csv(*rows).encode("utf-16")))
    assert (told["new"], told["rejected"]) == (2, 2)
    assert [refusal["place"] for refusal in told["refused"]] == ["line 3", "line 4"]
    said, refused = run(write(tmp_path / "a.csv", as_csv(*rows)))
    assert "2 already there, 0 outdated, 0 erased, 2 rejected" in said
    assert refused.splitlines()[0] == "line 3: '7' is not 1 to 5 stars."
    assert "line 4: That is more than 5 minutes ahead." in refused


def test_a_reply_of_the_future_is_told_and_not_taken(send: Send) -> None:
    told = counts(send(as_csv(play_row(at=ago(5), reply=(NOW + timedelta(days=1), "Sorry")))))
    assert (told["new"], told["refused"][0]["reason"]) == (1, "The reply is of the future.")
    assert not StoreReply.objects.exists()


def test_what_cannot_be_stored_is_shown_as_such(send: Send) -> None:
    told = json.dumps({"reviews": [play_review(at=ago(1), text="nul \0 and \ud800", name="\0")]})
    assert counts(send(told))["new"] == 1
    assert Feedback.objects.get().comment == "nul \ufffd and \ufffd"


def test_whoever_wants_no_contact_is_not_answered_in_the_store_either(send: Send) -> None:
    send(as_csv(play_row(at=ago(9))))
    silent = {"do_not_contact": True, "do_not_contact_since": NOW, "do_not_contact_said": "call"}
    Customer.objects.update(**silent)
    send(as_csv(play_row(at=ago(9), edited=ago(2), text="Still crashes")))
    assert Feedback.objects.latest("received_at").contactable == "none"


def test_it_takes_the_secret_key_of_a_source_of_its_channel_alone(
    send: Send, source: Source
) -> None:
    row = as_csv(play_row(at=ago(1)))
    other = make_source("history", channel="import")
    for key in (make_source_key(source, "pk"), make_source_key(other, "sk")):
        assert send(row, key=key).status_code == 403
    assert send(row, key="sk_nobody").status_code == 401
    assert not Feedback.objects.exists()


def test_who_imported_it_is_known(send: Send, source: Source, tmp_path: Path) -> None:
    send(as_csv(play_row("gp:a", at=ago(5), reply=(ago(4), "Sorry"))))
    run(write(tmp_path / "a.csv", as_csv(play_row("gp:b", at=ago(5), reply=(ago(3), "Sorry")))))
    by_key, by_command = StoreReply.objects.order_by("at").values_list("told_by", flat=True)
    assert by_key.startswith("key sk_")
    assert by_command.startswith("command line")


def test_no_export_is_a_problem_and_not_a_crash(send: Send) -> None:
    for raw in (b"", b"\xff\xfe", b"\x00", b"hello", b"[1]", b"\xff" * 100, b'{"data": 1}'):
        answer = send(raw)
        assert answer.status_code in (400, 422), (raw, answer.content)
        assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("said", "reason"),
    [(["--source", "nowhere"], "no source"), (["--source", "shop"], "channel website, not store")],
)
def test_the_command_says_what_is_wrong(tmp_path: Path, said: list[str], reason: str) -> None:
    make_source("shop")
    path = write(tmp_path / "a.csv", as_csv(play_row(at=ago(1))))
    with pytest.raises(CommandError, match=reason):
        call_command("import_reviews", str(path), *said)
    with pytest.raises(CommandError, match="no file"):
        call_command("import_reviews", str(tmp_path / "b.csv"), *said)


def test_twenty_thousand_rows_are_taken_in_bounded_memory(source: Source, tmp_path: Path) -> None:
    rows = [
        play_row(f"gp:{number}", at=ago(100) + timedelta(seconds=number), text="느려요 " * 20)
        for number in range(20_000)
    ]
    path = write(tmp_path / "reviews.csv", as_csv(*rows))
    del rows
    before, began = _most_held(), datetime.now(UTC)
    said, _ = run(path)
    assert "20000 read, 20000 new" in said
    assert _most_held() - before < 150_000_000
    assert datetime.now(UTC) - began < timedelta(seconds=90)


def _most_held() -> int:
    """Bytes of this process at its largest."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
