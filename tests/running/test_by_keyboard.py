"""An agent's morning without a mouse."""

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests import asking
from tests.running.people import Person, soon
from tests.services import Service

pytestmark = pytest.mark.browser

TICKETS = 10
AFTER_TYPING_MS = 200


def complain(service: Service, number: int) -> None:
    said = {
        "score": {"type": "nps", "value": 1},
        "comment": f"Keyboard complaint {number}",
        "customer": {"email": f"keys{number}@example.com"},
    }
    key = {"Authorization": f"Bearer {service.demo['publishable_key']}"}
    posted = asking.post(f"{service.base_url}/api/v1/feedback", json=said, headers=key)
    assert posted.status_code == 201, posted.text


def press(page: Page, *keys: str) -> None:
    page.wait_for_load_state()  # words stand on a page before its keys act
    for key in keys:
        page.keyboard.press(key)


def test_ten_tickets_are_cleared_by_keys_alone(browser: Browser, running_service: Service) -> None:
    for number in range(TICKETS):
        complain(running_service, number)
    agent = Person(browser, running_service).sign_in("agent")
    agent.sees_at("/queue?tab=unowned&q=Keyboard", "Keyboard complaint 9")
    page = agent.page
    for _ in range(TICKETS):
        page.goto("/queue?tab=unowned&q=Keyboard")
        press(page, "j", "Enter")
        page.wait_for_url("**/tickets/T-*")
        with page.expect_navigation():
            press(page, "i")
        expect(page.locator(".state")).to_contain_text("Ada Agent")
        press(page, "r")
        expect(page.locator(".say-reply textarea")).to_be_focused()
        page.keyboard.type("We are on it.")
        with page.expect_navigation():
            press(page, "Control+Enter")
        expect(page.locator(".timeline")).to_contain_text("We are on it.")
        expect(page.locator(".clocks summary", has_text="Follow up")).to_contain_text("Kept")
    page.goto("/queue?tab=unowned&q=Keyboard")
    expect(page.locator(".queue .what")).to_have_count(0)
    assert agent.complaints == []


def test_a_letter_is_taken_back_by_a_key(browser: Browser, running_service: Service) -> None:
    complain(running_service, 77)
    agent = Person(browser, running_service).sign_in("agent")
    agent.sees_at("/queue?tab=groups&q=77", "Keyboard complaint 77")
    page = agent.page
    press(page, "j", "Enter")
    page.wait_for_url("**/tickets/T-*")
    letter = page.locator(".say-reply textarea")

    def is_back() -> bool:
        """Ten seconds are few on a machine with other work."""
        press(page, "r")
        page.keyboard.type("Sent too soon")
        with page.expect_navigation():
            press(page, "Control+Enter")
        press(page, "z")
        page.wait_for_timeout(1_000)
        page.wait_for_load_state()
        return letter.input_value() == "Sent too soon"

    soon(is_back)
    expect(page.locator(".clocks summary", has_text="Follow up")).not_to_contain_text("Kept")
    assert agent.complaints == []


def test_the_palette_finds_and_acts(browser: Browser, running_service: Service) -> None:
    complain(running_service, 88)
    agent = Person(browser, running_service).sign_in("agent")
    agent.sees_at("/queue?tab=groups&q=88", "Keyboard complaint 88")
    page = agent.page
    press(page, "Control+k")
    page.keyboard.type("keys88@example.com")
    expect(page.locator("#found")).to_contain_text("Keyboard complaint 88")
    press(page, "Enter")
    page.wait_for_url("**/tickets/T-*")
    press(page, "Control+k")
    page.keyboard.type("keys88")
    expect(page.locator("#found")).to_contain_text("Keyboard complaint 88")
    page.keyboard.type(" nobody is called so")
    press(page, "Enter")  # what was found before is not what is meant
    expect(page.locator("#found")).to_contain_text("No ticket and no customer")
    expect(page.locator("#palette")).to_be_visible()
    page.locator("#palette input[type=search]").fill("")
    page.keyboard.type("keys88@example.com")
    with page.expect_navigation():
        press(page, "Enter")  # before anything was found
    expect(page.locator("#stale")).to_be_hidden()
    press(page, "Control+k")
    page.keyboard.type("Note")
    press(page, "Enter")
    expect(page.locator(".say-note textarea")).to_be_focused()
    press(page, "Control+k", "Escape", "Tab")
    press(page, "?")
    assert agent.complaints == []


def test_keys_pressed_before_the_palette_is_there_act_in_it(
    browser: Browser, running_service: Service
) -> None:
    complain(running_service, 99)
    agent = Person(browser, running_service, watched=True).sign_in("agent")
    agent.sees_at("/queue?tab=groups&q=99", "Keyboard complaint 99")
    page = agent.page
    press(page, "j", "Enter")
    page.wait_for_url("**/tickets/T-*")
    under_way: list[Route] = []
    page.route("**/hands", lambda route: under_way.append(route))
    press(page, "Control+k")
    page.keyboard.type("Notd")
    press(page, "Backspace", "e", "Enter")
    soon(lambda: page.title() and under_way)
    under_way.pop().continue_()
    expect(page.locator(".say-note textarea")).to_be_focused()
    page.reload()
    press(page, "Control+k", "Escape")
    soon(lambda: page.title() and under_way)
    with page.expect_response("**/hands"):
        under_way.pop().continue_()
    expect(page.locator("#hands #palette")).to_be_attached()
    expect(page.locator("#palette")).to_be_hidden()
    assert agent.complaints == []


def test_a_palette_asked_for_twice_keeps_what_was_typed_between(
    browser: Browser, running_service: Service
) -> None:
    agent = Person(browser, running_service, watched=True).sign_in("agent")
    page, under_way = agent.page, list[Route]()
    page.route("**/hands", lambda route: under_way.append(route))
    press(page, "Control+k")
    page.keyboard.type("ket")
    press(page, "Control+k")
    page.keyboard.type("tle")
    soon(lambda: page.title() and under_way)
    under_way.pop().continue_()
    expect(page.locator("#palette input[type=search]")).to_have_value("kettle")
    assert agent.complaints == []


def test_enter_is_not_answered_by_what_was_looked_for_before(
    browser: Browser, running_service: Service
) -> None:
    for number in (65, 66):
        complain(running_service, number)
    agent = Person(browser, running_service, watched=True)
    agent.page.clock.install()
    agent.sign_in("agent").sees_at("/queue?tab=groups&q=66", "Keyboard complaint 66")
    page, under_way = agent.page, list[Route]()
    press(page, "Control+k")
    search = page.locator("#palette input[type=search]")
    expect(search).to_be_focused()
    page.clock.pause_at(page.evaluate("Date.now()") + 1_000)
    page.route("**/find?*", lambda route: under_way.append(route))
    page.keyboard.insert_text("keys65@example.com")
    page.clock.run_for(AFTER_TYPING_MS)
    soon(lambda: page.title() and under_way)
    search.select_text()
    page.keyboard.insert_text("keys66@example.com")
    press(page, "Enter")
    under_way.pop().continue_()
    expect(page.locator("#found")).to_contain_text("Keyboard complaint 65")
    page.clock.run_for(AFTER_TYPING_MS)
    soon(lambda: page.title() and under_way)
    under_way.pop().continue_()
    page.wait_for_url("**/tickets/T-*")
    expect(page.locator("main")).to_contain_text("Keyboard complaint 66")


def test_whoever_wants_no_letters_switches_them_off(
    browser: Browser, running_service: Service
) -> None:
    agent = Person(browser, running_service).sign_in("agent")
    press(agent.page, "?")
    sheet = agent.page.locator("#keys")
    expect(sheet).to_be_visible()
    sheet.get_by_label("Single letters act").uncheck()
    sheet.get_by_role("button", name="Close").click()
    press(agent.page, "?")
    expect(sheet).to_be_hidden()
    assert agent.complaints == []


def test_a_palette_that_does_not_come_takes_nobody_the_keys(
    browser: Browser, running_service: Service
) -> None:
    agent = Person(browser, running_service, watched=True).sign_in("agent")
    agent.page.route("**/hands", lambda route: route.abort())
    press(agent.page, "Control+k")
    search = agent.page.locator(".find input[type=search]")

    def is_theirs_again() -> bool:
        press(agent.page, "/")
        return bool(search.evaluate("box => box === document.activeElement"))

    soon(is_theirs_again)
    agent.page.keyboard.type("kettle")
    expect(search).to_have_value("kettle")
