"""What this machine has beyond Python: a browser, Node, Dovecot, the folder of real input."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

OLDEST_NODE = 20
PATIENCE_MS = 90_000  # with a page on a machine that has other work
NO_DOVECOT = "no Dovecot was found on the PATH or in /usr/sbin"
NO_BROWSER = "no Chromium was found on the PATH, and CXLOOP_CHROMIUM names none"
NO_NODE = "no Node 20 or later with npm was found on the PATH"
NO_DATA = "CXLOOP_TEST_DATA names no folder of real complaints and reviews"


def find_chromium() -> str | None:
    """The program that CXLOOP_CHROMIUM names, else one on the PATH."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    named = os.environ.get("CXLOOP_CHROMIUM", "")
    return shutil.which(named) if named else next(filter(None, map(shutil.which, names)), None)


def find_dovecot() -> str | None:
    """Programs of servers are not on the PATH of an ordinary user."""
    places = (os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin")
    return shutil.which("dovecot", path=os.pathsep.join(places))


@cache
def find_node() -> str | None:
    """The program on the PATH, if it is one that the JavaScript client is for."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return None
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    major = said.removeprefix("v").partition(".")[0]
    return node if major.isdecimal() and int(major) >= OLDEST_NODE else None


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
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])


def watch(context: BrowserContext) -> None:
    """Before its first page: one that stands already sends requests past a route laid over it."""
    context.route("**/is/nowhere", lambda route: route.abort())


@pytest.fixture(scope="session")
def node_program() -> str:
    """The path of a Node with npm beside it; a test that asks for it is marked `node`."""
    return find_node() or pytest.skip(NO_NODE)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real input; a test that asks for it is marked `real_data`."""
    found = find_data()
    return found or pytest.skip(NO_DATA)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("browser") and find_chromium() is None:
        pytest.skip(NO_BROWSER)
    if item.get_closest_marker("node") and find_node() is None:
        pytest.skip(NO_NODE)
    if item.get_closest_marker("dovecot") and find_dovecot() is None:
        pytest.skip(NO_DOVECOT)
    if item.get_closest_marker("real_data") and find_data() is None:
        pytest.skip(NO_DATA)
