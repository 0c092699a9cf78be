"""Hostile and mistaken input: refused with its place, or kept as text; never an error of ours."""

import gzip
import json
from typing import Any

import pytest
from django.test import Client, RequestFactory

from cxloop.kernel.bodies import read_body
from cxloop.kernel.errors import TooLarge
from feedback.intake.models import Feedback
from tests.feedback.conftest import Post

NPS = {"type": "nps", "value": 3}


def score(raw: str) -> str:
    return f'{{"score": {{"type": "nps", "value": {raw}}}}}'


FAULTY: list[tuple[Any, str, str]] = [
    (score('"3"'), "/score/value", "not_a_whole_number"),
    (score('"5 "'), "/score/value", "not_a_whole_number"),
    (score('"٥"'), "/score/value", "not_a_whole_number"),
    (score("3.0"), "/score/value", "not_a_whole_number"),
    (score("3.5"), "/score/value", "not_a_whole_number"),
    (score("true"), "/score/value", "not_a_whole_number"),
    (score("null"), "/score/value", "not_a_whole_number"),
    (score("11"), "/score/value", "out_of_range"),
    (score("-1"), "/score/value", "out_of_range"),
    (score("9" * 400), "/score/value", "out_of_range"),
    ({"score": {"type": "stars", "value": 0}}, "/score/value", "out_of_range"),
    ({"score": {"type": "gcr", "value": 1}}, "/score/value", "not_a_choice"),
    ({"score": {"type": "gcr", "value": ["no"]}}, "/score/value", "not_a_choice"),
    ({"score": {"type": "mood", "value": 1}}, "/score/type", "not_a_choice"),
    ({"score": {"type": ["nps"], "value": 1}}, "/score/type", "not_a_choice"),
    ({"score": {"value": 1}}, "/score/type", "missing"),
    ({"score": {"type": "nps"}}, "/score/value", "missing"),
    ({"score": 3}, "/score", "not_an_object"),
    ({"score": NPS | {"scale": 10}}, "/score/scale", "unknown_name"),
    ({"scores": [NPS]}, "/scores/0/key", "missing"),
    ({"scores": [NPS | {"key": "a"}] * 2}, "/scores", "duplicate_key"),
    ({"scores": [NPS | {"key": str(n)} for n in range(51)]}, "/scores", "too_many"),
    ({"comment": 3}, "/comment", "not_text"),
    ({"comment": "x" * 10_001}, "/comment", "too_long"),
    ({"comment": "x", "org_id": 1}, "/org_id", "unknown_name"),
    ({"comment": "x", "is_staff": True}, "/is_staff", "unknown_name"),
    ({"comment": "x", "a/b~c": 1}, "/a~1b~0c", "unknown_name"),
    ({"comment": "x", "answers": []}, "/answers", "not_an_object"),
    ({"comment": "x", "context": "x"}, "/context", "not_an_object"),
    ({"comment": "x", "tags": "x"}, "/tags", "not_a_list"),
    ({"comment": "x", "tags": ["x"] * 51}, "/tags", "too_many"),
    ({"comment": "x", "tags": ["ok", "x" * 65]}, "/tags/1", "too_long"),
    ({"comment": "x", "tags": [1]}, "/tags/0", "not_text"),
    ({"comment": "x", "customer": {"email": "nope"}}, "/customer/email", "malformed_email"),
    (
        {"comment": "x", "customer": {"email": "a@example.com\r\nBcc: b@example.com"}},
        "/customer/email",
        "malformed_email",
    ),
    ({"comment": "x", "customer": {"email": ["a@b.example"]}}, "/customer/email", "not_text"),
    (
        {"comment": "x", "customer": {"email": "a" * 250 + "@b.example"}},
        "/customer/email",
        "malformed_email",
    ),
    ({"comment": "x", "customer": {"vip": True}}, "/customer/vip", "unknown_name"),
    ({"comment": "x", "customer": {"id": 81}}, "/customer/id", "not_text"),
    ({"comment": "x", "customer": {"id": "x" * 256}}, "/customer/id", "too_long"),
    ({"comment": "x", "customer": {"value": "1" * 15}}, "/customer/value", "malformed_value"),
    ({"comment": "x", "customer": {"value": "1.001"}}, "/customer/value", "malformed_value"),
    ({"comment": "x", "customer": {"value": "٥"}}, "/customer/value", "malformed_value"),
    ({"comment": "x", "customer": {"value": "1e3"}}, "/customer/value", "malformed_value"),
    ({"comment": "x", "customer": {"value": True}}, "/customer/value", "malformed_value"),
    ({"comment": "x", "customer": {"value": {}}}, "/customer/value", "malformed_value"),
    ({"comment": "x", "occurred_at": 12}, "/occurred_at", "malformed_time"),
    ({"comment": "x", "occurred_at": "yesterday"}, "/occurred_at", "malformed_time"),
    ({"comment": "x", "occurred_at": "2026-11-01T00:00:00"}, "/occurred_at", "no_offset"),
    ({"comment": "x", "occurred_at": "2026-11-01"}, "/occurred_at", "no_offset"),
    ({"comment": "x", "occurred_at": "2999-01-01T00:00:00Z"}, "/occurred_at", "in_the_future"),
    ({"comment": "x", "occurred_at": "0001-01-01T00:00:00Z"}, "/occurred_at", "out_of_range"),
    ({"comment": "x", "occurred_at": "0001-01-01T00:00:00+14:00"}, "/occurred_at", "out_of_range"),
    ({"comment": "x", "form": "x" * 65}, "/form", "too_long"),
    ({"comment": "x", "form_version": -1}, "/form_version", "out_of_range"),
    ({"comment": "x", "form_version": 2**31}, "/form_version", "out_of_range"),
    ({"comment": "x", "form_version": "3"}, "/form_version", "not_a_whole_number"),
    ({"comment": "x", "backdated": "yes"}, "/backdated", "not_true_or_false"),
    ({"comment": "x", "backdated": True}, "", "no_time"),
    ({}, "", "nothing_said"),
    ({"comment": "   "}, "", "nothing_said"),
    ({"answers": {"contact_me": True}}, "", "nothing_said"),
    ([], "", "not_an_object"),
    ("null", "", "not_an_object"),
]


@pytest.mark.parametrize("body, pointer, code", FAULTY)
def test_a_fault_is_pointed_at(post: Post, body: Any, pointer: str, code: str) -> None:
    answer = post(body)
    assert answer.status_code == 422, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert (pointer, code) in [(e["pointer"], e["code"]) for e in problem["errors"]]
    assert {"type", "title", "status", "detail", "code", "request_id"} <= set(problem)
    assert not Feedback.objects.exists()


UNREADABLE: list[tuple[Any, str, str | None]] = [
    ("", "unreadable", None),
    ("{", "unreadable", None),
    ("{'a': 1}", "unreadable", None),
    (b"\xff\xfe", "unreadable", None),
    (b'{"comment": "\x00"}', "unreadable", None),
    ("[" * 10_000, "too_deep", ""),
    ('{"context": ' + '{"a": ' * 20 + "1" + "}" * 21, "too_deep", "/context" + "/a" * 19),
    ('{"comment": "a", "comment": "b"}', "duplicate_key", "/comment"),
    ('{"context": {"a": [{"b": 1, "b": 2}]}, "comment": "x"}', "duplicate_key", "/context/a/0/b"),
    (score("NaN"), "not_a_number", "/score/value"),
    (score("Infinity"), "not_a_number", "/score/value"),
    (score("1e400"), "not_a_number", "/score/value"),
    ('{"comment": "x", "context": {"a": -1e999}}', "not_a_number", "/context/a"),
    (score("9" * 5000), "unreadable", None),
]


@pytest.mark.parametrize("body, code, pointer", UNREADABLE)
def test_what_is_no_json_of_ours_is_not_read(
    post: Post, body: Any, code: str, pointer: str | None
) -> None:
    answer = post(body)
    assert answer.status_code == 400, answer.content
    assert answer.json()["code"] == code
    if pointer is not None:
        assert answer.json()["errors"][0]["pointer"] == pointer


ODD: list[tuple[Any, str]] = [
    ('{"comment": "\\u0000abc"}', "\ufffdabc"),
    ('{"comment": "\\ud800 lone"}', "\ufffd lone"),
    ('{"comment": "\\ud83d\\ude00"}', "😀"),
    ({"comment": "<script>alert(1)</script>"}, "<script>alert(1)</script>"),
    ({"comment": "{{7*7}} {% debug %} ${7*7} %s"}, "{{7*7}} {% debug %} ${7*7} %s"),
    ({"comment": "\u202egnp.exe"}, "\u202egnp.exe"),
    ({"comment": "'; DROP TABLE intake_feedback; --"}, "'; DROP TABLE intake_feedback; --"),
    ({"comment": "=HYPERLINK(1)"}, "=HYPERLINK(1)"),
    ({"comment": "x" * 10_000}, "x" * 10_000),
    ({"comment": "  spaced\r\n\tout  "}, "  spaced\r\n\tout  "),
]


@pytest.mark.parametrize("body, kept", ODD)
def test_odd_text_is_kept_as_text(post: Post, body: Any, kept: str) -> None:
    assert post(body).status_code == 201
    assert Feedback.objects.get().comment == kept


def test_unstorable_characters_are_replaced_everywhere(post: Post) -> None:
    said = '{"comment": "x", "tags": ["\\u0000"], "answers": {"\\u0000": ["\\udfff"]}}'
    assert post(said).status_code == 201
    heard = Feedback.objects.get()
    assert (heard.tags, heard.answers) == (["\ufffd"], {"\ufffd": ["\ufffd"]})


def test_numbers_of_a_context_come_back_as_they_were(post: Post) -> None:
    numbers = {"a": -0.0, "b": 1.10, "c": 2**70, "d": 1e-7, "e": -0}
    assert post({"comment": "x", "context": numbers}).status_code == 201
    assert Feedback.objects.get().context == numbers


def test_a_body_of_64_kib_is_read_and_one_more_byte_is_not(post: Post) -> None:
    frame = '{"comment": "x", "context": {"a": "%s"}}'
    room = 64 * 1024 - len(frame % "")
    assert post(frame % ("x" * room)).status_code == 201
    answer = post(frame % ("x" * (room + 1)))
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_gzip_is_read_within_bounds(post: Post) -> None:
    small = gzip.compress(json.dumps({"comment": "x"}).encode())
    assert post(small, **{"Content-Encoding": "gzip"}).status_code == 201
    bomb = gzip.compress(b" " * 50_000_000)
    assert len(bomb) < 64 * 1024
    assert post(bomb, **{"Content-Encoding": "gzip"}).status_code == 413
    assert post(b"no gzip", **{"Content-Encoding": "gzip"}).status_code == 400
    assert post(small, **{"Content-Encoding": "br"}).json()["code"] == "unknown_encoding"


def test_gzip_that_breaks_off_or_goes_on_is_refused(post: Post) -> None:
    whole = gzip.compress(json.dumps({"comment": "x"}).encode())
    for body in (whole[:-6], whole + whole, whole + b"x"):
        answer = post(body, **{"Content-Encoding": "gzip"})
        assert (answer.status_code, answer.json()["code"]) == (400, "unreadable")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "INVENTED"])
def test_no_other_method_gives_feedback(client: Client, sk: str, method: str) -> None:
    answer = client.generic(
        method,
        "/api/v1/feedback",
        b'{"comment": "x"}',
        "application/json",
        headers={"Authorization": f"Bearer {sk}"},
    )
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert answer["Allow"] == "GET, HEAD, POST, OPTIONS"
    assert not Feedback.objects.exists()


def test_what_inflates_beyond_the_bound_is_not_read() -> None:
    bomb = gzip.compress(b" " * 50_000_000)
    request = RequestFactory().post("/", bomb, "text/plain", headers={"Content-Encoding": "gzip"})
    with pytest.raises(TooLarge):
        read_body(request)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_method_named_in_a_header_is_not_heard(post: Post, method: str) -> None:
    assert post({"comment": "x"}, **{"X-HTTP-Method-Override": method}).status_code == 201
