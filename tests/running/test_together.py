"""Several people at their browsers, told at once of what the others do."""

import os
import re
import signal
from contextlib import suppress
from typing import Any

import httpx
import psutil
import pytest
from playwright.sync_api import Browser, Error, Route, expect

from tests.running.people import Person, soon
from tests.running.test_the_desk import complain, ticket_with
from tests.services import Service, processes_of, wait_until

pytestmark = pytest.mark.browser

# Whoever is told looks by itself after 45 s only: what is there before came over the stream.
AT_ONCE_MS = 30_000
BACK_MS = 120_000
LETTER = "Letter to the customer"
NOTE_THAT_IT_IS_LOST = """new MutationObserver(() => {
  window.lost ||= !document.documentElement.hasAttribute("data-told");
}).observe(document.documentElement, { attributes: true });"""
CHANGED = "The list has changed: show it"


def kill(service: Service, *applications: str) -> None:
    for process in processes_of(service.home):
        with suppress(psutil.Error):
            if set(applications) & set(process.cmdline()):
                os.kill(process.pid, signal.SIGKILL)


def note(person: Person, words: str) -> None:
    person.choose("Note")
    person.page.get_by_label("Note, for colleagues only").fill(words)
    person.press("Keep the note")
    expect(person.page.locator(".timeline")).to_contain_text(words)


def is_told(person: Person) -> None:
    """The stream is open: a page that looks by itself would be too late."""
    expect(person.page.locator("html")).to_have_attribute("data-told", "", timeout=BACK_MS)


def meet(
    browser: Browser, service: Service, words: str, **options: Any
) -> tuple[Person, Person, str]:
    """Two at one ticket, and its address."""
    complain(service, f"{words.split()[1].lower()}@example.com", words)
    agent = Person(browser, service, **options).sign_in("agent")
    ticket = ticket_with(agent, words)
    lead = Person(browser, service).sign_in("lead")
    lead.page.goto(ticket)
    is_told(agent)
    return agent, lead, ticket


def test_they_see_each_other_and_nobody_writes_over_the_other(
    browser: Browser, running_service: Service
) -> None:
    agent, lead, _ = meet(browser, running_service, "The kettle leaks")
    expect(agent.page.locator("#here")).to_have_text(re.compile("is looking"), timeout=AT_ONCE_MS)
    agent.page.get_by_label(LETTER).press_sequentially("Dear customer, ")

    def sees_them_type() -> bool:
        """It is said for as long as they type."""
        agent.page.get_by_label(LETTER).press_sequentially(".")
        return "is typing a reply" in lead.page.locator("#here").inner_text()

    soon(sees_them_type)
    promise = agent.page.locator(".clocks details", has_text="Follow up").first
    promise.locator("summary").click()
    agent.page.get_by_label(LETTER).focus()
    lead.page.get_by_label(LETTER).fill("I have sent a new kettle.")
    lead.press("Send to the customer")
    expect(lead.page.locator(".timeline")).to_contain_text("I have sent a new kettle.")
    expect(agent.page.locator(".timeline")).to_contain_text(
        "I have sent a new kettle.", timeout=AT_ONCE_MS
    )
    expect(agent.page.locator(".say-reply .late")).to_be_visible()
    expect(promise).to_contain_text("Kept")
    expect(promise).to_have_attribute("open", "")
    agent.press("Send to the customer")
    expect(agent.page.locator(".arrived")).to_contain_text("I have sent a new kettle.")
    expect(agent.page.get_by_label(LETTER)).to_have_value(re.compile("Dear customer, [.]+$"))
    agent.press("Send all the same")
    expect(agent.page.locator(".timeline")).to_contain_text("Dear customer,")
    lead.page.goto("/queue")
    expect(agent.page.locator("#here")).to_have_text("", timeout=AT_ONCE_MS)


def test_what_arrives_is_there_at_once_and_what_is_typed_stays(
    browser: Browser, running_service: Service
) -> None:
    agent, lead, ticket = meet(browser, running_service, "The toaster smokes")
    letter = agent.page.get_by_label(LETTER)
    letter.press_sequentially("Dear customer, half a sen")
    note(lead, "She called again")
    expect(agent.page.locator(".timeline")).to_contain_text("She called again", timeout=AT_ONCE_MS)
    agent.page.evaluate(NOTE_THAT_IT_IS_LOST)
    kill(running_service, "cxloop.asgi:application", "cxloop.wsgi:application")
    soon(lambda: agent.page.evaluate("window.lost"))
    letter.press_sequentially("ten")
    is_told(agent)
    wait_until(lambda: answers(running_service), seconds=120)
    lead.page.goto(ticket)
    note(lead, "And once more")
    expect(agent.page.locator(".timeline")).to_contain_text("And once more", timeout=AT_ONCE_MS)
    expect(letter).to_have_value("Dear customer, half a senten")
    expect(letter).to_be_focused()


def answers(service: Service) -> bool:
    with suppress(httpx.HTTPError):
        return httpx.get(f"{service.base_url}/healthz").status_code == httpx.codes.OK
    return False


def test_what_arrived_while_nobody_told_is_there_once_somebody_does(
    browser: Browser, running_service: Service
) -> None:
    agent, lead, _ = meet(browser, running_service, "The fridge hums")
    kill(running_service, "cxloop.asgi:application")
    note(lead, "It hums in B flat")
    is_told(agent)
    expect(agent.page.locator(".timeline")).to_contain_text("It hums in B flat", timeout=AT_ONCE_MS)


def test_a_draft_is_kept_and_comes_back(browser: Browser, running_service: Service) -> None:
    agent, _, ticket = meet(browser, running_service, "The lamp flickers")
    letter = agent.page.get_by_label(LETTER)
    letter.press_sequentially("Dear customer, I look")
    expect(agent.page.locator(".say-reply .draft")).to_contain_text("Draft saved")
    letter.press_sequentially(" into it")
    agent.page.goto("/queue")  # within the second

    def is_back() -> bool:
        agent.page.goto(ticket)
        return letter.input_value() == "Dear customer, I look into it"

    soon(is_back)
    agent.press("Discard it")
    expect(letter).to_have_value("")
    expect(agent.page.locator(".say-reply .draft")).not_to_contain_text("Draft saved")
    agent.page.reload()
    expect(letter).to_have_value("")
    assert agent.complaints == []


def test_a_draft_that_did_not_arrive_is_sent_again(
    browser: Browser, running_service: Service
) -> None:
    agent, _, _ = meet(browser, running_service, "The mirror fogs", watched=True)
    agent.page.route("**/draft/reply", lambda route: route.abort(), times=1)
    with agent.page.expect_event("requestfailed"):
        agent.page.get_by_label(LETTER).press_sequentially("Dear customer")
    expect(agent.page.locator(".say-reply .draft")).to_contain_text("Draft saved")


def test_drafts_arrive_in_the_order_they_were_typed_in(
    browser: Browser, running_service: Service
) -> None:
    agent, _, ticket = meet(browser, running_service, "The shelf sags", watched=True)
    page, under_way = agent.page, list[Route]()
    page.route("**/draft/reply", lambda route: under_way.append(route))
    letter = page.get_by_label(LETTER)
    letter.press_sequentially("It is")
    soon(lambda: page.title() and under_way)
    letter.press_sequentially(" mended")
    page.wait_for_timeout(2_500)  # it would be sent after one
    assert len(under_way) == 1
    under_way.pop().continue_()
    soon(lambda: page.title() and under_way)
    with page.expect_response("**/draft/reply"):
        under_way.pop().continue_()
    page.goto(ticket)
    expect(letter).to_have_value("It is mended")


def press_until_it_shows(person: Person, words: str) -> None:
    """What others of the house did may have been the change."""
    button = person.page.get_by_role("button", name=CHANGED)

    def shows_it() -> bool:
        if button.is_visible():
            with suppress(Error):  # it goes once what it offers has come
                button.click(timeout=10_000)
        return person.reads(words)

    soon(shows_it)


def at_the_queue(browser: Browser, service: Service, **options: Any) -> Person:
    agent = Person(browser, service, **options).sign_in("agent")
    agent.page.goto("/queue?tab=groups&ordering=-created_at")
    is_told(agent)
    return agent


def test_a_list_is_not_moved_under_the_hand(browser: Browser, running_service: Service) -> None:
    agent = at_the_queue(browser, running_service)
    agent.page.locator("#rows tbody tr").first.hover()
    complain(running_service, "bo@example.com", "The chair wobbles")
    expect(agent.page.get_by_role("button", name=CHANGED)).to_be_visible()
    assert not agent.reads("The chair wobbles")
    press_until_it_shows(agent, "The chair wobbles")
    assert agent.complaints == []


def test_a_list_asked_for_before_the_hand_came_is_not_moved_under_it(
    browser: Browser, running_service: Service
) -> None:
    agent = at_the_queue(browser, running_service, watched=True)
    agent.page.mouse.move(0, 0)
    row, came = agent.page.locator("#rows tbody tr").first, []

    def come_meanwhile(route: Route) -> None:
        answer = route.fetch()
        if not came:
            row.hover()
            came.append(row.inner_text())
        route.fulfill(response=answer)

    agent.context.route("**/queue?*", come_meanwhile)
    complain(running_service, "di@example.com", "The stool tilts")
    expect(agent.page.get_by_role("button", name=CHANGED)).to_be_visible()
    assert came == [row.inner_text()]
    press_until_it_shows(agent, "The stool tilts")
    assert agent.complaints == []


def test_news_of_a_list_moves_nothing_from_under_a_press(
    browser: Browser, running_service: Service
) -> None:
    agent = at_the_queue(browser, running_service)
    link = agent.page.locator("#rows tbody .what a").first
    link.hover()
    leads_to = str(link.get_attribute("href"))
    agent.page.mouse.down()
    complain(running_service, "fay@example.com", "The bench creaks")
    expect(agent.page.get_by_role("button", name=CHANGED)).to_be_visible()
    agent.page.mouse.up()
    agent.page.wait_for_url(f"**{leads_to}")


def test_what_is_drawn_beside_a_list_waits_for_the_end_of_a_press(
    browser: Browser, running_service: Service
) -> None:
    agent = at_the_queue(browser, running_service)
    agent.page.get_by_label("Search tickets").focus()  # the press leaves it
    agent.page.locator("#tab-breached").hover()
    agent.page.mouse.down()
    agent.page.wait_for_timeout(300)  # a slow one
    with agent.page.expect_response("**/queue?*"):
        complain(running_service, "gil@example.com", "The clock ticks")
    agent.page.wait_for_timeout(300)  # for it to be drawn, if it were
    agent.page.mouse.up()
    agent.page.wait_for_url("**/queue?tab=breached*")


def test_where_the_stream_is_blocked_the_page_looks_by_itself(
    browser: Browser, running_service: Service
) -> None:
    lead = Person(browser, running_service).sign_in("lead")
    complain(running_service, "cy@example.com", "The radio is mute")
    ticket = ticket_with(lead, "The radio is mute")
    is_told(lead)
    agent = Person(browser, running_service)
    agent.context.route("**/live?*", lambda route: route.abort())
    agent.page.clock.install()
    agent.sign_in("agent")
    agent.page.goto(ticket)
    expect(lead.page.locator("#here")).to_have_text(re.compile("is looking"))
    note(lead, "It says nothing")

    def looks() -> bool:
        agent.page.clock.fast_forward(16_000)
        return agent.reads("It says nothing")

    soon(looks)
