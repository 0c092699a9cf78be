"""A working day, each in a real browser: an agent's without scripts, a manager's, an admin's."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests import asking
from tests.running.people import Person, links_to, soon
from tests.running.test_the_desk import complain, keep_the_promise, resolve, ticket_with
from tests.services import Service

pytestmark = pytest.mark.browser

TICKETS = 10
NEARLY_DUE = timedelta(hours=47)


@pytest.mark.trial
def test_an_agent_clears_ten_tickets_without_scripts(
    browser: Browser, running_service: Service
) -> None:
    for number in range(TICKETS):
        complain(running_service, f"plain{number}@example.com", f"Plain complaint {number}")
    agent = Person(browser, running_service, java_script_enabled=False).sign_in("agent")
    rows = agent.page.locator(".queue .what a")

    def has_rows(address: str, number: int) -> bool:
        agent.page.goto(address)
        return rows.count() == number

    soon(lambda: has_rows("/queue?tab=unowned&q=Plain", TICKETS))
    for left in range(TICKETS, 0, -1):
        assert has_rows("/queue?tab=unowned&q=Plain", left)
        rows.first.click()
        keep_the_promise(agent)
        resolve(agent, "It is on its way.")
        expect(agent.page.locator(".state")).to_contain_text("Resolved")
    assert has_rows("/queue?tab=unowned&q=Plain", 0)
    assert has_rows("/queue?tab=resolved&q=Plain", TICKETS)
    for number in range(TICKETS):
        assert soon(lambda who=f"plain{number}@example.com": links_to(running_service, who))
    assert agent.complaints == []


def call(service: Service, path: str, key: str, said: Any) -> Any:
    headers = {"Authorization": f"Bearer {key}"}
    posted = asking.post(f"{service.base_url}/api/v1/{path}", json=said, headers=headers)
    assert posted.status_code == 201, posted.text
    return posted.json()


def complain_long_ago(service: Service, *complaints: str) -> None:
    """Posted by an import of this morning, with an hour left of their promise."""
    admin = service.demo["users"]["admin"]["token"]
    source = {"slug": "two-days-ago", "name": "Two days ago", "channel": "import"}
    call(service, "sources", admin, source | {"owners": ["care"]})
    key = call(service, "sources/two-days-ago/keys", admin, {"kind": "sk"})["key"]
    for words in complaints:
        said = {
            "score": {"type": "nps", "value": 1},
            "comment": words,
            "customer": {"email": f"{words.split()[-1].lower()}@example.com"},
            "occurred_at": (datetime.now(UTC) - NEARLY_DUE).isoformat(),
            "backdated": True,
        }
        call(service, "feedback", key, said)


def about_to_break(page: Page, words: str) -> Locator:
    lane = page.locator(".lanes section", has_text="Next to fall due")
    return lane.locator(".lane", has_text=words)


def test_a_manager_moves_what_is_about_to_break(browser: Browser, running_service: Service) -> None:
    complain_long_ago(running_service, "The tent is torn, Alba", "The press rang, Bruno")
    manager = Person(browser, running_service).sign_in("manager")
    page = manager.page
    for words in ("Alba", "Bruno"):
        manager.sees_at("/board", f"{words}")
        expect(about_to_break(page, words)).to_contain_text("min left")
        expect(about_to_break(page, words)).to_contain_text("nobody")

    # One is given to somebody who has time, where it stands.
    row = about_to_break(page, "Alba")
    row.get_by_role("link", name="Give to somebody").click()
    row.get_by_role("combobox").select_option(label="Ada Agent")
    row.get_by_role("button", name="Give").click()
    expect(page.locator(".banner.success")).to_contain_text("Ada Agent has it now.")
    expect(about_to_break(page, "Alba")).to_contain_text("Ada Agent")

    # The other one is another group's; the promise goes along.
    about_to_break(page, "Bruno").get_by_role("link", name="Bruno").click()
    page.get_by_text("Hand over to another group").click()
    page.get_by_label("To the group").select_option(label="Press office")
    given = page.locator("form").filter(has=page.get_by_role("button", name="Hand over"))
    given.get_by_label("Reason").select_option(label="It needs their expertise")
    given.get_by_label("What they have to know").fill("She rang twice; it is the press's to say.")
    manager.press("Hand over")
    expect(page.locator("main")).to_contain_text("is with Press office now")
    page.goto("/board")
    expect(about_to_break(page, "Bruno")).to_have_count(0)

    agent = Person(browser, running_service).sign_in("agent")
    agent.page.goto("/queue?tab=mine&q=Alba")
    expect(agent.page.locator("#rows")).to_contain_text("The tent is torn, Alba")
    press_office = Person(browser, running_service).sign_in("outsider")
    press_office.page.goto("/board")
    expect(about_to_break(press_office.page, "Bruno")).to_contain_text("min left")
    # The manager's page asked once more for what had just gone to others, and was told 404.
    assert agent.complaints == press_office.complaints == []


def make_source(admin: Person) -> str:
    """A source of the web with a key for its pages; the key."""
    admin.page.goto("/admin/sources/new")
    admin.page.locator("#id_slug").fill("observatory")
    admin.page.locator("#id_name").fill("Observatory")
    admin.page.get_by_label("Channel").select_option("website")
    admin.page.get_by_label("Press office").check()
    admin.press("Make the source")
    expect(admin.page.locator("h1")).to_have_text("Observatory")
    admin.page.get_by_label("Kind").select_option("pk")
    admin.press("Make a key")
    return admin.page.locator(".once code").inner_text()


def write_rule(admin: Person) -> None:
    """Rehearsed over what was said already: at the end others take it; put before them it does."""
    page = admin.page
    page.goto("/admin/rules/new")
    page.locator("#id_name").fill("Of the telescope")
    page.get_by_label("Fact").select_option("comment")
    page.locator("input[name='w.0.value']").fill("telescope")
    page.get_by_label("Comparison").select_option("contains")
    page.get_by_label("In the group").select_option(label="Press office")
    page.get_by_label("Priority").select_option("urgent")
    admin.press("Rehearse")
    expect(page.locator("#rehearsal")).to_contain_text("It would take 0 of")
    admin.press("Keep the rule")
    expect(page.locator("h1")).to_have_text("Rules")
    page.wait_for_load_state()
    while (up := page.get_by_role("button", name="Up: Of the telescope")).count():
        with page.expect_navigation():
            up.click()
    page.get_by_role("link", name="Of the telescope", exact=True).click()
    admin.press("Rehearse")
    expect(page.locator("#rehearsal")).to_contain_text("It would take 1 of")


def draw_ladder(admin: Person) -> None:
    """Its only rung stands at the foot: whoever works there hears at once."""
    page = admin.page
    page.goto("/admin/ladders/new")
    page.locator("#id_slug").fill("press")
    page.locator("#id_name").fill("Press, at once")
    page.get_by_label("For the group").select_option(label="Press office")
    rungs = page.locator(".row-card")
    for left in range(rungs.count() - 1, 0, -1):
        page.get_by_role("button", name="Take away").last.click()
        expect(rungs).to_have_count(left)
    page.get_by_label("How much").fill("48 h")
    page.locator("[name$=height]").select_option("before")
    for role in page.locator(".row-card input[name$=tell]").all():
        role.set_checked(role.get_attribute("value") == "agent")
    admin.press("Keep the ladder")
    expect(page.locator(".banner.success")).to_be_visible()


def test_what_an_admin_sets_up_carries_a_complaint(
    browser: Browser, running_service: Service
) -> None:
    complain(running_service, "first@example.com", "My telescope is cracked")
    admin = Person(browser, running_service).sign_in("admin")
    admin.sees_at("/queue?tab=groups&q=telescope", "My telescope is cracked")
    key = make_source(admin)
    write_rule(admin)
    draw_ladder(admin)

    said = {"score": {"type": "nps", "value": 1}, "comment": "The telescope shows no moon"}
    call(running_service, "feedback", key, said | {"customer": {"email": "luna@example.com"}})
    press_office = Person(browser, running_service).sign_in("outsider")
    ticket = ticket_with(press_office, "The telescope shows no moon")
    expect(press_office.page.locator("#priority-priority")).to_have_value("urgent")
    press_office.sees_at(ticket, "Told: Otto Outsider")
    agent = Person(browser, running_service).sign_in("agent")
    assert agent.page.goto(ticket).status == 404
    assert admin.complaints == press_office.complaints == []
