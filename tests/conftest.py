from datetime import datetime

import pytest

from tests.cast import Cast, gather_cast
from tests.makers import NOW


@pytest.fixture
def now() -> datetime:
    """A Friday morning: 2026-11-20 09:00 in UTC."""
    return NOW


@pytest.fixture
def cast(db: None) -> Cast:
    return gather_cast()
