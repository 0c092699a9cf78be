"""What this machine has beyond Python: a browser, the folder of real complaints and reviews."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

NO_BROWSER = "no Chromium was found on the PATH, and CXLOOP_CHROMIUM names none"
NO_DATA = "CXLOOP_TEST_DATA names no folder of real complaints and reviews"


def find_chromium() -> str | None:
    """The program that CXLOOP_CHROMIUM names, else one on the PATH."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    named = os.environ.get("CXLOOP_CHROMIUM", "")
    return shutil.which(named) if named else next(filter(None, map(shutil.which, names)), None)


def find_data() -> Path | None:
    named = os.environ.get("CXLOOP_TEST_DATA", "")
    return Path(named).absolute() if named and Path(named).is_dir() else None


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium; a test that asks for it is marked `browser`."""
    found = find_chromium()
    return found or pytest.skip(NO_BROWSER)


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """Ended with its module: beside its loop Django refuses every statement of the same thread."""
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real input; a test that asks for it is marked `real_data`."""
    found = find_data()
    return found or pytest.skip(NO_DATA)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("browser") and find_chromium() is None:
        pytest.skip(NO_BROWSER)
    if item.get_closest_marker("real_data") and find_data() is None:
        pytest.skip(NO_DATA)
