from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """A page leaves the language that it spoke to the thread, and so to the next test."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def many_from_one_address(settings: Any) -> None:
    """All tests come from one address, and those of a minute are counted together."""
    settings.LIMIT_PK_ADDRESS = 1_000_000
