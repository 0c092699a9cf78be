"""A view of the queue in a real browser: narrowed, named, worked through."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests import asking
from tests.running.people import Person
from tests.services import Service

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scripts", [True, False], ids=["with_scripts", "without_scripts"])
def test_one_ticket_after_the_other_is_worked(
    browser: Browser, running_service: Service, *, scripts: bool
) -> None:
    word = f"kettle{scripts}".lower()
    for number in (1, 2):
        _complain(running_service, f"eve{number}.{scripts}@example.com".lower(), f"{word} {number}")
    lead = Person(browser, running_service, java_script_enabled=scripts).sign_in("lead")
    for number in (1, 2):
        lead.sees_at(f"/queue?tab=groups&q={word}", f"{word} {number}")
    page = lead.page

    # What is typed is read, and stands in the address.
    page.get_by_label("Search tickets").fill(f"is:unowned {word}")
    page.get_by_label("Search tickets").press("Enter")
    expect(page).to_have_url(re.compile(rf"q={word}&assignee=none|assignee=none&q={word}"))
    expect(page.locator(".chip")).to_have_count(2)

    # Worked through, though an act sends back to the ticket by its bare address.
    rows = page.locator(".queue .subject")
    expect(rows).to_have_count(2)
    first, second = rows.all_inner_texts()
    rows.first.click()
    lead.press("Take it")
    expect(page.locator(".along")).to_contain_text("1 of 2")
    page.locator(".along [rel=next]").click()
    expect(page.locator("h1")).to_have_text(second)
    page.locator(".along a:not([rel])").click()
    expect(rows).to_have_text([second])
    assert first != second
    assert lead.complaints == []


def _complain(service: Service, address: str, words: str) -> None:
    said = {"score": {"type": "nps", "value": 1}, "comment": words, "customer": {"email": address}}
    key = {"Authorization": f"Bearer {service.demo['publishable_key']}"}
    posted = asking.post(f"{service.base_url}/api/v1/feedback", json=said, headers=key)
    assert posted.status_code == 201, posted.text
