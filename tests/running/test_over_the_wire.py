"""The door as clients meet it: real processes, many at once, and sockets that misbehave."""

import json
import socket
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from urllib.parse import urlsplit

import httpx
import pytest

from tests import asking
from tests.services import Service

TIMES = 200


@pytest.fixture
def address(running_service: Service) -> tuple[str, int]:
    parts = urlsplit(running_service.base_url)
    return str(parts.hostname), int(parts.port or 80)


@pytest.fixture
def sk(running_service: Service) -> str:
    return str(running_service.demo["secret_key"])


def test_two_hundred_posts_of_one_key_are_one_feedback(running_service: Service, sk: str) -> None:
    headers = {"Authorization": f"Bearer {sk}", "Idempotency-Key": "two-hundred"}
    with httpx.Client(base_url=running_service.base_url, timeout=60) as client:

        def post(_: int) -> httpx.Response:
            return client.post("/api/v1/feedback", json={"comment": "once"}, headers=headers)

        with ThreadPoolExecutor(50) as pool:
            answers = list(pool.map(post, range(TIMES)))
    counted = Counter(answer.status_code for answer in answers)
    assert counted[201] == 1
    assert counted[200] + counted[409] == TIMES - 1, counted
    bodies = {answer.text for answer in answers if answer.status_code != 409}
    assert len(bodies) == 1


def test_batches_that_share_keys_in_other_orders_never_wait_in_a_circle(
    running_service: Service, sk: str
) -> None:
    items = [{"comment": f"{n}", "idempotency_key": f"shared-{n}"} for n in range(100)]
    headers = {"Authorization": f"Bearer {sk}"}

    def post(turn: int) -> httpx.Response:
        body = {"items": items if turn % 2 else items[::-1]}
        address = f"{running_service.base_url}/api/v1/feedback/batch"
        return httpx.post(address, json=body, headers=headers, timeout=60)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(post, range(8)))
    assert {answer.status_code for answer in answers} <= {200, 409}
    written = [result for answer in answers for result in answer.json().get("results", [])]
    assert Counter(result["status"] for result in written)[201] == 100
    assert len({result["id"] for result in written}) == 100


def talk(address: tuple[str, int], *parts: bytes) -> bytes:
    with socket.create_connection(address, timeout=60) as connection:
        for part in parts:
            connection.sendall(part)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
    return answer


def head(sk: str, *further: str) -> bytes:
    lines = [
        "POST /api/v1/feedback HTTP/1.1",
        "Host: 127.0.0.1",
        f"Authorization: Bearer {sk}",
        "Connection: close",
        *further,
    ]
    return "\r\n".join([*lines, "", ""]).encode()


def test_a_chunked_body_is_read(address: tuple[str, int], sk: str) -> None:
    body = json.dumps({"comment": "in pieces"}).encode()
    chunk = f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n"
    answer = talk(address, head(sk, "Transfer-Encoding: chunked"), chunk)
    assert answer.startswith(b"HTTP/1.1 201")


def test_a_chunked_body_without_end_is_cut(address: tuple[str, int], sk: str) -> None:
    chunk = b"10000\r\n" + b" " * 65536 + b"\r\n"
    answer = talk(address, head(sk, "Transfer-Encoding: chunked"), *[chunk] * 4, b"0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"application/problem+json" in answer


def test_a_chunk_that_is_none_is_refused(address: tuple[str, int], sk: str) -> None:
    answer = talk(address, head(sk, "Transfer-Encoding: chunked"), b"zz\r\nabc\r\n")
    assert answer.startswith(b"HTTP/1.1 400")
    assert b"application/problem+json" in answer


def test_a_large_body_is_drained_before_the_answer(address: tuple[str, int], sk: str) -> None:
    large = 5_000_000
    answer = talk(address, head(sk, f"Content-Length: {large}"), b"x" * large)
    assert answer.startswith(b"HTTP/1.1 413")


def test_a_large_body_of_a_stranger_is_drained_too(address: tuple[str, int]) -> None:
    large = 5_000_000
    answer = talk(address, head("pk_stranger", f"Content-Length: {large}"), b"x" * large)
    assert answer.startswith(b"HTTP/1.1 401")


def test_a_body_that_breaks_off_is_not_feedback(address: tuple[str, int], sk: str) -> None:
    answer = talk(address, head(sk, "Content-Length: 100"), b'{"comment": "brok')
    assert not answer or answer.startswith(b"HTTP/1.1 400")


@pytest.mark.parametrize("length", ["-1", "x", "1, 2", "9" * 30])
def test_a_length_that_is_none_is_refused(address: tuple[str, int], sk: str, length: str) -> None:
    answer = talk(address, head(sk, f"Content-Length: {length}"), b"{}")
    assert not answer.startswith(b"HTTP/1.1 5")
    assert not answer.startswith(b"HTTP/1.1 2")


@pytest.mark.parametrize(
    "request_, status",
    [
        (b"GET /api/v1/me?q=" + b"x" * 5000 + b" HTTP/1.1\r\nHost: shop\r\n", 414),
        (b"GET /api/v1/me HTTP/1.1\r\nHost: shop\r\nX: " + b"x" * 9000 + b"\r\n", 431),
        (b"GET /api/v1/me HTTP/1.1\r\nHost: shop\r\nExpect: roses\r\n", 417),
        (b"POST /api/v1/me HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: rot13\r\n", 400),
        (b"get /api/v1/me HTTP/1.1\r\nHost: shop\r\n", 400),
        (b"GET /api/v1/me HTTP/1.1\r\nHost shop\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n", 400),
    ],
)
def test_what_is_no_http_is_answered_by_a_problem(
    address: tuple[str, int], request_: bytes, status: int
) -> None:
    head, _, body = talk(address, request_ + b"\r\n").partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status)
    assert b"application/problem+json" in head
    assert json.loads(body)["status"] == status


@pytest.mark.parametrize("name", ["SCRIPT_NAME", "PATH_INFO"])
def test_a_path_is_not_believed_of_a_header(address: tuple[str, int], name: str) -> None:
    asked = f"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n{name}: /api\r\n\r\n"
    assert talk(address, asked.encode()).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("charset", ["rot13", "base64", "idna", "utf-16", "klingon"])
def test_whatever_charset_is_claimed_it_is_read_as_utf_8(
    running_service: Service, sk: str, charset: str
) -> None:
    headers = {"Content-Type": f"application/json; charset={charset}"}
    said, url = '{"comment": "Grüße"}'.encode(), running_service.base_url
    stranger = asking.post(f"{url}/api/v1/feedback?key=pk_x", content=said, headers=headers)
    known = headers | {"Authorization": f"Bearer {sk}"}
    heard = asking.post(f"{url}/api/v1/feedback", content=said, headers=known)
    assert (stranger.status_code, heard.status_code) == (401, 201)


def test_who_never_hangs_up_holds_up_nobody(
    running_service: Service, address: tuple[str, int]
) -> None:
    """Each of them has had an answer, and was told that it is the last."""
    asked = b"GET /healthz HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n"
    with ExitStack() as kept:
        for _ in range(40):
            kept.enter_context(socket.create_connection(address)).sendall(asked)
        answer = httpx.get(f"{running_service.base_url}/healthz", timeout=60)
    assert answer.status_code == 200
