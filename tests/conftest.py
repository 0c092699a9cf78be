from datetime import datetime

import pytest
from hypothesis import settings

from tests.cast import Cast, gather_cast
from tests.makers import NOW

# For a night, or a change of the arithmetic: --hypothesis-profile=thorough.
settings.register_profile("thorough", max_examples=2_500, deadline=None)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--whole-record", action="store_true", help="all of the real input")


@pytest.fixture
def now() -> datetime:
    """A Friday morning: 2026-11-20 09:00 in UTC."""
    return NOW


@pytest.fixture
def cast(db: None) -> Cast:
    return gather_cast()
