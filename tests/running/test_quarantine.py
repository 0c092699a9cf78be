"""What looks automatic is held, found by a colleague and let go on, with and without scripts."""

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests import asking
from tests.running.axe import violations_on
from tests.running.people import Person
from tests.services import Service

pytestmark = pytest.mark.browser


def say(service: Service, words: str) -> None:
    said = {"score": {"type": "nps", "value": 1}, "comment": words, "trap": "https://x.example"}
    said["customer"] = {"email": f"{words.split()[0].lower()}@example.com"}
    where = f"{service.base_url}/api/v1/feedback"
    answer = asking.post(where, params={"key": service.demo["publishable_key"]}, json=said)
    assert answer.status_code == httpx.codes.CREATED, answer.text


@pytest.mark.parametrize("scripts", [True, False], ids=["with_scripts", "without_scripts"])
def test_the_chosen_ones_go_on_and_become_tickets(
    browser: Browser, running_service: Service, *, scripts: bool
) -> None:
    words = [f"{name}{scripts} was charged twice" for name in ("Ann", "Ben")]
    for one in words:
        say(running_service, one)
    agent = Person(browser, running_service, java_script_enabled=scripts).sign_in("agent")
    agent.page.goto("/quarantine")
    if scripts:
        agent.page.get_by_label("Choose all of this page").check()
    for one in words:
        agent.page.get_by_role("checkbox", name=one).check()
    agent.press("Release the chosen ones")
    expect(agent.page.get_by_role("status").filter(has_text="released")).to_be_visible()
    for one in words:
        agent.sees_at("/queue?tab=groups&ordering=-created_at", one)
    assert agent.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_serves_everybody(browser: Browser, running_service: Service, scheme: str) -> None:
    say(running_service, f"Buy{scheme} pills")
    admin = Person(browser, running_service, color_scheme=scheme, bypass_csp=True)
    admin.sign_in("admin")
    admin.page.goto("/quarantine")
    expect(admin.page.get_by_text(f"Buy{scheme} pills")).to_be_visible()
    assert violations_on(admin.page) == []
    admin.page.get_by_role("button", name="They are spam").click()
    expect(admin.page.get_by_role("alert")).to_have_text("Choose at least one.")
    assert violations_on(admin.page) == []
    admin.page.set_viewport_size({"width": 390, "height": 844})
    assert admin.page.evaluate("document.documentElement.scrollWidth") <= 390
