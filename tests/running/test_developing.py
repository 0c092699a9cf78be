"""Whoever writes the code that posts: a refusal and its cure, then a test that arrives, with and
without scripts."""

import pytest
from playwright.sync_api import Browser, expect

from tests import asking
from tests.running.axe import violations_on
from tests.running.people import Person, soon
from tests.services import Service

pytestmark = pytest.mark.browser

WHERE = "/admin/sources/shop"


def post(service: Service, body: object, **headers: str) -> int:
    where = f"{service.base_url}/api/v1/feedback"
    key = {"key": service.demo["test_key"]}
    return asking.post(where, params=key, json=body, headers=headers).status_code


def test_it_arrives_while_somebody_looks(browser: Browser, running_service: Service) -> None:
    admin = Person(browser, running_service, bypass_csp=True).sign_in("admin")
    asked = admin.page.locator("#asked")

    def is_noted() -> bool:
        """What was refused is noted where that costs nothing, and else not."""
        assert post(running_service, {"score": {"type": "nps", "value": 11}}) == 422
        admin.page.goto(WHERE)
        return asked.get_by_text("/score/value").first.is_visible()

    soon(is_noted)
    said = {"score": {"type": "nps", "value": 1}, "comment": "Seen while looking"}
    assert post(running_service, said) == 201
    expect(asked.get_by_text("Seen while looking")).to_be_visible()
    expect(asked.get_by_text("It would become a ticket of Customer care").first).to_be_visible()
    assert violations_on(admin.page) == []
    admin.page.set_viewport_size({"width": 390, "height": 844})
    assert admin.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert admin.complaints == []


@pytest.mark.parametrize("scripts", [True, False], ids=["with_scripts", "without_scripts"])
def test_the_button_sends_one(browser: Browser, running_service: Service, *, scripts: bool) -> None:
    words = f"By the button {scripts}"
    admin = Person(browser, running_service, java_script_enabled=scripts).sign_in("admin")
    admin.page.goto(WHERE)
    admin.page.get_by_label("Comment").fill(words)
    admin.press("Send a test")
    expect(admin.page.locator("#tried").get_by_text(words)).to_be_visible()
    admin.page.goto("/feedback")
    assert not admin.reads(words)
    assert admin.complaints == []
