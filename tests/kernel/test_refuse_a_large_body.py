"""A body that is too large, as REST framework's views refuse it …"""

import io

import pytest
from django.test import Client

from tests.cast import Cast
from tests.makers import make_token

pytestmark = pytest.mark.django_db


def test_it_is_drained_so_that_the_answer_is_read(cast: Cast) -> None:
    """Else the server closes while the client still writes, and the next request meets that."""
    body = io.BytesIO(b'"' + b"x" * 5_000_000 + b'"')
    client = Client(headers={"Authorization": f"Bearer {make_token(cast.agent)}"})
    answer = client.generic(
        "PATCH",
        "/api/v1/me",
        CONTENT_TYPE="application/json",
        CONTENT_LENGTH="5000002",
        **{"wsgi.input": body},  # type: ignore[arg-type]
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert body.read() == b""
