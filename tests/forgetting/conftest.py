from pathlib import Path
from typing import Any

import pytest

from tests.cast import Cast
from tests.forgetting.known import Known, furnish, live_through


@pytest.fixture(autouse=True)
def letters_folder(settings: Any, tmp_path: Path) -> Path:
    settings.EMAIL_BACKEND = "cxloop.kernel.eml.EmlBackend"
    settings.LETTERS_FOLDER = tmp_path / "letters"
    return tmp_path / "letters"


@pytest.fixture
def house(cast: Cast) -> Cast:
    furnish(cast)
    return cast


@pytest.fixture
def kim(house: Cast) -> Known:
    known = Known("Seoyeon Kim", "kim@customer.example", "zanzibarword")
    live_through(known, house)
    return known


@pytest.fixture
def ada(house: Cast) -> Known:
    """Whom nobody erases."""
    known = Known("Ada Berg", "ada@other.example", "timbuktuword")
    live_through(known, house)
    return known
