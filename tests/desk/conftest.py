from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """A page leaves the language that it spoke to the thread, and so to the next test."""
    with translation.override("en"):
        yield
