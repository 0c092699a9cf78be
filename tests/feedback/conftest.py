import json
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from feedback.intake.models import Source
from tests.makers import make_source, make_source_key

Post = Callable[..., HttpResponse]


@pytest.fixture(autouse=True)
def generous(settings: Any) -> None:
    """Tests post more in a minute than a visitor does."""
    settings.LIMIT_PK_ADDRESS = 1_000_000


@pytest.fixture
def shop(db: None) -> Source:
    return make_source("shop")


@pytest.fixture
def pk(shop: Source) -> str:
    return make_source_key(shop, "pk")


@pytest.fixture
def sk(shop: Source) -> str:
    return make_source_key(shop, "sk")


@pytest.fixture
def post(client: Client, pk: str) -> Post:
    """One POST of feedback, by the shop's publishable key unless another is said."""

    def post_feedback(body: Any, *, key: str = pk, query: str = "", **headers: str) -> HttpResponse:
        raw = body if isinstance(body, (str, bytes)) else json.dumps(body)
        kind = headers.pop("content_type", "application/json")
        if key:
            headers["Authorization"] = f"Bearer {key}"
        address = f"/api/v1/feedback{query}"
        return client.post(address, raw, content_type=kind, headers=headers)  # type: ignore[return-value]

    return post_feedback
