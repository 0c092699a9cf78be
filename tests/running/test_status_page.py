"""A customer looks at their page in each state of their matter, and writes to us there."""

import json
import os

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests import asking
from tests.running.axe import violations_on
from tests.services import ROOT, Service, manage

pytestmark = pytest.mark.browser

MAKE = "import json; from tests.running.statuses import addresses; print(json.dumps(addresses()))"
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def places(running_service: Service) -> dict[str, str]:
    made = manage(running_service.home, "shell", "-c", MAKE, PYTHONPATH=os.fspath(ROOT))
    assert made.returncode == 0, made.stderr
    return dict(json.loads(made.stdout.splitlines()[-1]))


def page_in(browser: Browser, service: Service, **look: object) -> Page:
    context = browser.new_context(base_url=service.base_url, bypass_csp=True, **look)  # type: ignore[arg-type]
    return context.new_page()


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_it_serves_everybody_in_every_state(
    browser: Browser,
    running_service: Service,
    places: dict[str, str],
    *,
    look: str,
    size: dict[str, int],
) -> None:
    page = page_in(browser, running_service, color_scheme=look, viewport=size)
    wrong = {}
    for name, where in places.items():
        page.goto(where)
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        if folder := os.environ.get("STATUS_SHOTS"):
            title = f"{name.replace(' ', '-')}-{look}-{size['width']}"
            page.screenshot(path=f"{folder}/{title}.png", full_page=True)
        found = violations_on(page)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append("scrolls sideways")
        if found:
            wrong[name] = found
    assert wrong == {}


def test_they_write_with_a_picture_and_ask_for_a_call_without_scripts(
    browser: Browser, running_service: Service, places: dict[str, str]
) -> None:
    page = page_in(browser, running_service, java_script_enabled=False)
    page.goto(places["answered en"])
    page.get_by_label("Write to us").fill("When will it come?")
    picture = {"name": "lamp.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n0"}
    page.get_by_label("Add pictures or PDFs").set_input_files([picture])  # type: ignore[list-item]
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("status")).to_have_text("Thank you, we have it. A person reads it.")
    expect(page.get_by_text("With it: lamp.png")).to_be_visible()
    page.get_by_text("Call me back").click()
    page.get_by_label("At this number").fill("+82 2 1234 5678")
    page.get_by_role("button", name="Please call me").click()
    expect(page.get_by_text("We call you by")).to_be_visible()


def test_they_say_there_that_it_is_put_right(
    browser: Browser, running_service: Service, places: dict[str, str]
) -> None:
    page = page_in(browser, running_service, java_script_enabled=False)
    page.goto(places["asked en"])
    page.get_by_label("Yes, it is solved").check()
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_role("heading", name="Thank you.")).to_be_visible()
    page.goto(places["asked en"])
    expect(page.get_by_role("heading", name="It is settled.")).to_be_visible()


def test_a_program_writes_as_well(running_service: Service, places: dict[str, str]) -> None:
    where = running_service.base_url + places["waiting en"]
    assert asking.post(where, data={"text": "Here it is."}).status_code == httpx.codes.SEE_OTHER
    assert "Here it is." in asking.get(where).text
