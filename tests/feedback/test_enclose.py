"""Files that come with feedback …"""

import gzip
import json
from hashlib import sha256
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.http import HttpResponse

from cxloop.kernel.models import Content, File
from cxloop.kernel.moment import moment
from feedback.intake import quota
from feedback.intake.enclosures import LARGEST_ENCLOSED, LARGEST_FORM
from feedback.intake.models import Feedback, FeedbackFile, IdempotencyKey, Quarantine
from tests.feedback.conftest import Post
from tests.feedback.enclosing import KIND, Part, file, form, said
from tests.kernel.pictures import pdf, picture

pytestmark = pytest.mark.django_db

WORDS = {"comment": "The button is gone 단추"}
PAGE = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"


def send(post: Post, *parts: Part, **how: Any) -> HttpResponse:
    return post(form(*parts), content_type=KIND, **how)


def told(answer: HttpResponse) -> dict[str, Any]:
    return json.loads(answer.content)  # type: ignore[no-any-return]


def faults(answer: HttpResponse) -> list[tuple[str, str]]:
    return [(fault["pointer"], fault["code"]) for fault in told(answer)["errors"]]


def test_are_kept_with_it(post: Post) -> None:
    answer = send(post, said(WORDS), file(picture(), "화면.png"), file(pdf(), "b.pdf"))
    assert answer.status_code == 201, answer.content
    heard = Feedback.objects.get(pk=told(answer)["id"])
    assert heard.comment == WORDS["comment"]
    kept = [row.file for row in FeedbackFile.objects.filter(feedback=heard).order_by("place")]
    assert [(row.name, row.kind, row.drawing) for row in kept] == [
        ("화면.png", "picture", "wanted"),
        ("b.pdf", "pdf", "wanted"),
    ]
    assert kept[0].content_id == sha256(picture()).hexdigest()


def test_may_come_beside_json_that_is_a_file_itself(post: Post) -> None:
    answer = send(post, file(json.dumps(WORDS).encode(), "f.json", part="feedback"))
    assert answer.status_code == 201
    assert not FeedbackFile.objects.exists()


def test_may_be_none(post: Post) -> None:
    assert send(post, said(WORDS)).status_code == 201


def test_are_given_once_where_the_form_is_posted_again(post: Post) -> None:
    parts = [said(WORDS), file(picture())]
    first = send(post, *parts, **{"Idempotency-Key": "k1"})
    again = send(post, *parts, **{"Idempotency-Key": "k1"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert told(first) == told(again)
    assert FeedbackFile.objects.count() == 1


@pytest.mark.parametrize(
    "other",
    [
        [file(picture(size=(30, 20)))],
        [],
        [file(picture()), file(picture())],
    ],
)
def test_are_part_of_what_a_key_was_used_for(post: Post, other: list[Part]) -> None:
    send(post, said(WORDS), file(picture()), **{"Idempotency-Key": "k1"})
    answer = send(post, said(WORDS), *other, **{"Idempotency-Key": "k1"})
    assert (answer.status_code, told(answer)["code"]) == (422, "idempotency_mismatch")
    assert FeedbackFile.objects.count() == 1


def test_leave_the_key_as_it_is_for_json_alone(post: Post) -> None:
    assert send(post, said(WORDS), **{"Idempotency-Key": "k1"}).status_code == 201
    assert post(WORDS, **{"Idempotency-Key": "k1"}).status_code == 200


@pytest.mark.parametrize("how", [{}, {"Idempotency-Key": "k1"}])
def test_are_kept_with_feedback_and_key_or_nothing_is(
    how: dict[str, str], post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise DatabaseError("no more room")

    monkeypatch.setattr(FeedbackFile.objects, "bulk_create", fail)
    with pytest.raises(DatabaseError):
        send(post, said(WORDS), file(picture()), **how)
    counted = (Feedback, IdempotencyKey, File, Content)
    assert [model.objects.count() for model in counted] == [0, 0, 0, 0]


def test_are_held_in_the_order_of_their_contents(post: Post) -> None:
    """As everybody holds contents: else two who send the same ones would wait in a circle."""
    shots = [file(picture(size=(40, height)), f"{height}.png") for height in (10, 20, 30, 40)]
    send(post, said(WORDS), *shots)
    digests = list(File.objects.order_by("pk").values_list("content_id", flat=True))
    assert digests == sorted(digests)
    kept = FeedbackFile.objects.order_by("place").values_list("file__name", flat=True)
    assert list(kept) == ["10.png", "20.png", "30.png", "40.png"]


def test_come_with_what_is_held_too(post: Post) -> None:
    assert send(post, said(WORDS | {"trap": "x"}), file(picture())).status_code == 201
    assert FeedbackFile.objects.get().feedback_id == Quarantine.objects.get().pk


def test_come_with_all_of_it_and_not_with_a_part(post: Post) -> None:
    how = {"Idempotency-Key": "k1"}
    part = send(post, said(WORDS | {"partial": True}), file(picture()), **how)
    assert faults(part) == [("/partial", "partial_with_files")]
    assert send(post, said(WORDS | {"partial": True}), **how).status_code == 202
    assert send(post, said(WORDS), file(picture()), **how).status_code == 201
    assert FeedbackFile.objects.count() == 1


def test_ask_nothing_of_a_post_without_them(post: Post, django_assert_num_queries: Any) -> None:
    post(WORDS)
    with django_assert_num_queries(1):
        assert post(WORDS).status_code == 201


@pytest.mark.parametrize(
    "body, name, code",
    [
        (b"", "a.png", "empty_file"),
        (PAGE, "a.png", "not_a_picture"),
        (b"<html><script>alert(1)</script>", "a.jpg", "not_a_picture"),
        (b"only words", "a.png", "not_a_picture"),
        (b"MZ\x90\x00", "a.png", "not_a_picture"),
        (picture(), "a.html", "not_a_picture"),
        (picture(), "a\u202egnp.exe", "not_a_picture"),
        (picture() + bytes(LARGEST_ENCLOSED), "a.png", "file_too_large"),
    ],
)
def test_are_refused_at_their_place(post: Post, body: bytes, name: str, code: str) -> None:
    answer = send(post, said(WORDS), file(picture()), file(body, name))
    assert answer.status_code == 422
    assert faults(answer) == [("/files/1", code)]
    assert not Feedback.objects.exists()


def test_may_be_of_any_kind_from_a_server(post: Post, sk: str) -> None:
    answer = send(post, said(WORDS), file(b"2026-11-20 crash", "a.log"), key=sk)
    assert answer.status_code == 201
    assert File.objects.get().kind == "text"


def test_are_five_at_most(post: Post) -> None:
    assert send(post, said(WORDS), *[file(picture())] * 5).status_code == 201
    answer = send(post, said(WORDS), *[file(picture())] * 6)
    assert faults(answer) == [("/files/5", "too_many_files")]


@pytest.mark.parametrize("parts", [101, 5001])
def test_are_not_a_thousand(post: Post, parts: int) -> None:
    answer = send(post, said(WORDS), *[file(b"x")] * parts)
    assert (answer.status_code, told(answer)["code"]) == (413, "too_many_parts")


def test_are_25_mib_together_at_most(post: Post) -> None:
    answer = send(post, said(WORDS), *[file(bytes(LARGEST_ENCLOSED))] * 3)
    assert (answer.status_code, told(answer)["code"]) == (413, "too_large")


def test_may_come_as_gzip_and_are_bounded_inflated(post: Post) -> None:
    raw = gzip.compress(form(said(WORDS), file(picture())))
    how: dict[str, Any] = {"content_type": KIND, "Content-Encoding": "gzip"}
    assert post(raw, **how).status_code == 201
    bomb = gzip.compress(form(said(WORDS), file(bytes(LARGEST_FORM))))
    assert len(bomb) < 100_000
    assert post(bomb, **how).status_code == 413


@pytest.mark.parametrize(
    "raw, kind",
    [
        (form(said(WORDS)), "multipart/form-data"),
        (form(said(WORDS)), "multipart/form-data; boundary="),
        (form(said(WORDS)), "multipart/form-data; boundary=" + "x" * 300),
        (form(said(WORDS)), "multipart/form-data; boundary=\u00fc"),
        (form(said(WORDS)), "multipart/form-data; boundary=another"),
        (b"", KIND),
        (b"\x00" * 100, KIND),
        (form(said(WORDS), file(picture()))[:-40], KIND),
        (form(said(WORDS), file(picture()), end=""), KIND),
        (form(said(WORDS), ("Content-Type: image/png", picture())), KIND),
        (form(said(WORDS), ("Content-Disposition: form-data", picture())), KIND),
        (form(said(WORDS), file(picture(), "..")), KIND),
        (form(said(WORDS), file(picture(), "\x00")), KIND),
        (form(said(WORDS), file(picture(), "\u202e")), KIND),
        (form(said(b'{"comment": "\xff"}')), KIND),
        (form(said(b'{"comment": "x"')), KIND),
        (form(said(WORDS), ("x" * 20_000, b"")), KIND),
    ],
)
def test_are_a_problem_where_the_form_cannot_be_read(post: Post, raw: bytes, kind: str) -> None:
    answer = post(raw, content_type=kind)
    assert answer.status_code == 400, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert not Feedback.objects.exists()


@pytest.mark.parametrize(
    "parts, found",
    [
        ([file(picture())], [("/feedback", "missing")]),
        ([said(WORDS), said(WORDS)], [("/feedback", "duplicate_key")]),
        (
            [said(WORDS), said("x", "note")],
            [
                ("/note", "unknown_name"),
            ],
        ),
        ([said(WORDS), said("x", "a/\x00b")], [("/a~1\x00b", "unknown_name")]),
        ([said({"comment": 3})], [("/comment", "not_text")]),
        ([said(WORDS | {"files": ["a"]})], [("/files", "unknown_name")]),
    ],
)
def test_are_a_problem_where_something_else_is(
    post: Post, parts: list[Part], found: list[tuple[str, str]]
) -> None:
    answer = send(post, *parts)
    assert answer.status_code == 422
    assert faults(answer) == found


@pytest.mark.parametrize(
    "name, kept",
    [
        ("../../etc/passwd.png", "passwd.png"),
        ("C:\\\\Users\\\\kim\\\\a.png", "a.png"),
        ("a\x00\u202e.png", "a.png"),
        ("가.png", "가.png"),
        ("x" * 800 + ".png", "x" * 196 + ".png"),
    ],
)
def test_are_called_what_no_folder_minds(post: Post, name: str, kept: str) -> None:
    answer = send(post, said(WORDS), file(picture(), name))
    assert answer.status_code == 201, answer.content
    assert File.objects.get().name == kept


def test_of_strangers_are_so_many_bytes_a_day(
    post: Post, sk: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: dict[str, int] = {}

    def count(key: str, number: int, *, kept_s: int) -> int:
        counted[key] = counted.get(key, 0) + number
        return counted[key]

    monkeypatch.setattr(quota, "count_for_all", count)
    settings.LIMIT_PK_FILES_MB = 10  # so one of an address
    large = file(picture() + bytes(600_000))
    assert send(post, said(WORDS), large).status_code == 201
    refused = send(post, said(WORDS), large)
    assert (refused.status_code, told(refused)["code"]) == (429, "files_cap")
    assert 0 < int(refused["Retry-After"]) <= 86_400
    assert send(post, said(WORDS), large, REMOTE_ADDR="x", key=sk).status_code == 201
    assert post(WORDS).status_code == 201


def test_stay_as_they_came(post: Post) -> None:
    send(post, said(WORDS), file(picture()))
    for act in (
        lambda: FeedbackFile.objects.update(place=1),
        lambda: FeedbackFile.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="is history"), transaction.atomic():
            act()


def test_are_five_at_most_to_the_database_too(post: Post) -> None:
    send(post, said(WORDS), file(picture()))
    row = FeedbackFile.objects.get()
    other = File.objects.create(
        name="x", kind="other", size=1, kept_at=moment(), content=row.file.content
    )
    with pytest.raises(DatabaseError, match="no_more_than_five"), transaction.atomic():
        FeedbackFile.objects.create(feedback=row.feedback, place=5, file=other)
    with pytest.raises(DatabaseError, match="one_file_a_place"), transaction.atomic():
        FeedbackFile.objects.create(feedback=row.feedback, place=0, file=other)
