"""What the log tells of a request …"""

import io
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.test import Client

from cxloop.kernel.logs import WithRequestId

pytestmark = pytest.mark.django_db


@contextmanager
def heard() -> Iterator[Callable[[], list[dict[str, str]]]]:
    """The lines that the real handler writes meanwhile."""
    ours = [
        handler
        for handler in logging.getLogger().handlers
        if isinstance(handler, logging.StreamHandler)
        and any(isinstance(one, WithRequestId) for one in handler.filters)
    ]
    stream = io.StringIO()
    before = ours[0].setStream(stream)
    try:
        yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    finally:
        ours[0].setStream(before)


@pytest.mark.parametrize("door", ["/c/", "/o/", "/r/", "/s/", "/u/"])
def test_it_has_no_link_that_lets_its_holder_in(client: Client, door: str) -> None:
    with heard() as lines:
        assert client.get(f"{door}1042-1.SECRET?key=SECRET").status_code == 404
    assert lines()
    assert "SECRET" not in json.dumps(lines())


def test_it_has_the_id_that_the_answer_has(client: Client) -> None:
    with heard() as lines:
        answer = client.get("/api/v1/nowhere")
    assert [line["request_id"] for line in lines()] == [answer["X-Request-Id"]]
