"""The whole loop by hand, in a real browser, with scripts and without."""

import pytest
from playwright.sync_api import Browser, expect

from tests import asking
from tests.running.people import Person, links_to, soon
from tests.services import Service

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}


def complain(service: Service, address: str, words: str) -> None:
    said = {"score": {"type": "nps", "value": 1}, "comment": words, "customer": {"email": address}}
    key = {"Authorization": f"Bearer {service.demo['publishable_key']}"}
    posted = asking.post(f"{service.base_url}/api/v1/feedback", json=said, headers=key)
    assert posted.status_code == 201, posted.text


def ticket_with(agent: Person, words: str) -> str:
    """Found in the queue, opened; its address. The newest first: others of this house may have
    brought a thousand, more than stand on a page."""
    agent.sees_at("/queue?tab=groups&ordering=-created_at", words)
    agent.page.get_by_role("link", name=words).click()
    expect(agent.page.locator("h1")).to_have_text(words)
    agent.page.wait_for_load_state()  # words stand on a page before its scripts act
    return agent.page.url


def resolve(agent: Person, words: str) -> None:
    agent.choose("Resolve")
    form = agent.page.locator("form.say-resolve")
    form.get_by_label("Delivery", exact=True).check()
    nothing = form.get_by_label("Nothing need be given")
    if nothing.count():  # after a promise it is not offered
        nothing.check()
    agent.page.get_by_label("Last word to the customer").fill(words)
    agent.press("Resolve, and ask the customer")


def answer(customer: Person, link: str, solved: str, score: str, words: str) -> None:
    customer.page.goto(link)
    customer.page.locator(f"input[name=solved][value={solved}]").check(force=True)
    customer.page.locator(f"input[name=score][value='{score}']").check(force=True)
    customer.page.locator("textarea[name=comment]").fill(words)
    customer.page.locator("form button").click()


def keep_the_promise(agent: Person) -> None:
    agent.press("Take it")
    agent.page.get_by_label("Letter to the customer").fill("A new parcel leaves today.")
    agent.press("Send to the customer")
    expect(agent.page.locator(".timeline")).to_contain_text("A new parcel leaves today.")
    expect(agent.page.locator(".clocks summary", has_text="Follow up")).to_contain_text("Kept")


def repair(agent: Person, manager: Person) -> None:
    """It costs more than an agent may promise alone; somebody else agrees."""
    agent.page.get_by_text("Promise a gesture").click()
    agent.page.locator("#gesture-kind").select_option("refund")
    agent.page.locator("#gesture-amount").fill("180")
    agent.page.locator("#gesture-currency").fill("EUR")
    agent.page.locator("#gesture-explanation").fill("For the trouble")
    agent.press("Promise it")
    expect(agent.page.locator(".gesture")).to_contain_text("Waits for approval")
    manager.page.goto(agent.page.url)
    manager.press("Approve")
    expect(manager.page.locator(".gesture")).to_contain_text("Promised")


@pytest.mark.parametrize(
    "scripts",
    [
        pytest.param(True, id="with_scripts"),
        pytest.param(False, id="without_scripts", marks=pytest.mark.trial),
    ],
)
def test_the_loop_closes_by_hand(
    browser: Browser, running_service: Service, *, scripts: bool
) -> None:
    address, words = f"nora.{scripts}@example.com".lower(), f"My parcel is lost, scripts {scripts}"
    complain(running_service, address, words)
    agent, manager, customer = (
        Person(browser, running_service, java_script_enabled=scripts) for _ in range(3)
    )
    ticket = ticket_with(agent.sign_in("agent"), words)
    keep_the_promise(agent)
    repair(agent, manager.sign_in("manager"))

    # The agent's claim is not the end: the customer is asked, and is unhappy.
    resolve(agent, "It should be with you.")
    expect(agent.page.locator(".state")).to_contain_text("Resolved")
    first = soon(lambda: links_to(running_service, address))[0]
    answer(customer, first, "no", "1", "Still nothing here")
    agent.page.goto(ticket)
    expect(agent.page.locator(".state")).to_contain_text("cycle 2")
    expect(agent.page.locator(".state")).to_contain_text("Open")
    assert agent.reads("Still nothing here")

    # Called this time, resolved again, and now the customer says that it is well.
    agent.choose("Call or visit")
    agent.page.get_by_label("What was said").fill("It came this morning.")
    agent.press("Reached")
    resolve(agent, "Thank you for your patience.")
    second = soon(lambda: links_to(running_service, address)[1:])[0]
    answer(customer, second, "yes", "5", "Thank you")
    agent.page.goto(ticket)
    expect(agent.page.locator(".state")).to_contain_text("Recovered")
    assert agent.complaints == manager.complaints == customer.complaints == []


def test_what_is_typed_survives_what_arrives(browser: Browser, running_service: Service) -> None:
    complain(running_service, "tom@example.com", "The blender is broken")
    agent = Person(browser, running_service).sign_in("agent")
    ticket = ticket_with(agent, "The blender is broken")
    agent.page.get_by_label("Letter to the customer").fill("Dear Tom, half a sen")
    lead = Person(browser, running_service).sign_in("lead")
    lead.page.goto(ticket)
    lead.choose("Note")
    lead.page.get_by_label("Note, for colleagues only").fill("He called again")
    lead.press("Keep the note")
    expect(agent.page.locator(".timeline")).to_contain_text("He called again")
    expect(agent.page.get_by_label("Letter to the customer")).to_have_value("Dear Tom, half a sen")
    assert agent.complaints == []


def test_the_queue_hears_of_a_new_ticket(browser: Browser, running_service: Service) -> None:
    agent = Person(browser, running_service).sign_in("agent")
    agent.page.goto("/queue?tab=groups&ordering=-created_at")
    complain(running_service, "ida@example.com", "Wrong colour again")
    expect(agent.page.locator("#rows")).to_contain_text("Wrong colour again")
    assert agent.complaints == []


def test_who_is_signed_out_is_told_and_keeps_the_words(
    browser: Browser, running_service: Service
) -> None:
    agent = Person(browser, running_service)
    agent.page.clock.install()
    agent.sign_in("agent")
    agent.page.goto("/queue?tab=groups")
    agent.page.locator(".queue a").first.click()
    agent.page.wait_for_load_state()
    agent.page.get_by_label("Letter to the customer").fill("Half a sen")
    agent.context.clear_cookies()

    def is_told() -> bool:
        """It may just have looked, since it was told of something."""
        agent.page.clock.fast_forward(46_000)
        return agent.page.locator("#stale").is_visible()

    soon(is_told)
    expect(agent.page.get_by_label("Letter to the customer")).to_have_value("Half a sen")


PAGES = (
    *("/queue?tab=groups", "/queue?tab=done", "/board", "/board?wall=1", "/board/people"),
    *("/report", "/feedback", "/tickets/new", "/settings"),
    *("/health", "/admin/rules", "/admin/rules/1", "/admin/policies", "/admin/policies/standard"),
    *("/admin/calendars/new", "/admin/ladders/standard", "/admin/groups/care", "/admin/people"),
    *("/admin/sources/shop", "/admin/root-causes", "/admin/gesture-limits"),
)


def test_nothing_scrolls_sideways_on_a_phone(browser: Browser, running_service: Service) -> None:
    admin = Person(browser, running_service, viewport=PHONE).sign_in("admin")
    admin.page.goto("/queue?tab=groups")
    ticket = admin.page.locator(".queue a").first.get_attribute("href")
    for address in (*PAGES, str(ticket)):
        admin.page.goto(address)
        width = admin.page.evaluate("document.documentElement.scrollWidth")
        assert width <= PHONE["width"], address
    assert admin.complaints == []
