from pathlib import Path
from typing import Any

import pytest

from feedback.intake.models import Source
from tests.email.mails import make_mailbox


@pytest.fixture(autouse=True)
def letters_folder(settings: Any, tmp_path: Path) -> Path:
    settings.EMAIL_BACKEND = "cxloop.kernel.eml.EmlBackend"
    settings.LETTERS_FOLDER = tmp_path / "letters"
    return tmp_path / "letters"


@pytest.fixture
def mailbox(db: None) -> Source:
    return make_mailbox()
