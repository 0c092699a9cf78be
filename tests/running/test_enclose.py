"""Files at a browser: chosen, dropped and pasted, sent with the words, seen by a colleague."""

import email
import email.policy
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Route, expect

from tests.kernel.pictures import picture
from tests.running.people import Person, soon
from tests.running.test_the_desk import complain, ticket_with
from tests.services import Service

pytestmark = pytest.mark.browser

LETTER = "Letter to the customer"

# As a file manager drops it, or a clipboard holds it.
GIVE = """(at, [kind, name]) => {
  const carried = new DataTransfer();
  carried.items.add(new File([kind], name, { type: "text/plain" }));
  const way = { bubbles: true, cancelable: true };
  at.dispatchEvent(kind === "drop"
    ? new DragEvent("drop", { ...way, dataTransfer: carried })
    : new ClipboardEvent("paste", { ...way, clipboardData: carried }));
}"""


def form_of(person: Person, verb: str = "reply") -> Locator:
    return person.page.locator(f"form.say-{verb}")


def letters_to(service: Service, address: str) -> list[Any]:
    found = []
    for path in sorted(Path(service.home, "letters").glob("*.eml")):
        letter = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        if letter["To"] == address:
            found.append(letter)
    return found


def test_they_are_sent_as_soon_as_they_are_chosen_and_leave_with_the_letter(
    browser: Browser, running_service: Service
) -> None:
    complain(running_service, "enid@example.com", "A dent in the lid")
    agent = Person(browser, running_service).sign_in("agent")
    where = ticket_with(agent, "A dent in the lid")
    form = form_of(agent)
    form.get_by_label("Add files").set_input_files(
        {"name": "dent.png", "mimeType": "image/png", "buffer": picture(size=(800, 600))}
    )
    expect(form.locator(".enclosed")).to_contain_text("dent.png")
    form.evaluate(GIVE, ["drop", "dropped.txt"])
    agent.page.get_by_label(LETTER).evaluate(GIVE, ["paste", "pasted.txt"])
    expect(form.locator(".enclosed li")).to_have_count(3)

    # They are with the draft: a page that is left and opened again has them still.
    agent.page.get_by_label(LETTER).fill("Here is how to return it.")
    expect(form.locator(".draft")).to_contain_text("Draft saved")
    agent.page.goto(where)
    expect(form.locator(".enclosed li")).to_have_count(3)
    form.get_by_label("Take pasted.txt away").click()
    expect(form.locator(".enclosed li")).to_have_count(2)
    form.get_by_label("dropped.txt").first.uncheck()
    agent.press("Send to the customer")
    expect(agent.page.locator(".timeline .files")).to_contain_text("dent.png")
    expect(agent.page.locator(".timeline .files")).not_to_contain_text("dropped.txt")

    (letter,) = soon(lambda: letters_to(running_service, "enid@example.com"))
    assert [part.get_filename() for part in letter.iter_attachments()] == ["dent.png"]
    lead = Person(browser, running_service).sign_in("lead")
    is_shown(lead, where)
    assert agent.complaints == lead.complaints == []


def is_shown(lead: Person, where: str) -> None:
    def drawn() -> bool:
        lead.page.goto(where)
        return bool(lead.page.locator(".drawn img").count())

    soon(drawn)
    shown = lead.page.locator(".drawn img")
    assert soon(lambda: shown.evaluate("image => image.complete && image.naturalWidth")) == 800
    with lead.page.expect_download() as saved:
        lead.page.get_by_role("link", name="dent.png", exact=True).click()
    assert Path(saved.value.path()).read_bytes() == picture(size=(800, 600))


def test_one_that_is_too_large_is_named_and_the_others_are_kept(
    browser: Browser, running_service: Service, tmp_path: Path
) -> None:
    complain(running_service, "omar@example.com", "The manual is missing")
    agent = Person(browser, running_service).sign_in("agent")
    ticket_with(agent, "The manual is missing")
    large, small, empty = (tmp_path / name for name in ("large.bin", "small.txt", "empty.txt"))
    large.write_bytes(b"\x00" * (25 * 1024 * 1024 + 1))
    small.write_text("small")
    empty.touch()
    form = form_of(agent)
    form.get_by_label("Add files").set_input_files([large, small, empty])
    expect(form.locator(".enclosed")).to_contain_text("small.txt")
    faults = form.locator(".faults")
    expect(faults).to_contain_text("large.bin: A file may have at most 25 MB.")
    expect(faults).to_contain_text("empty.txt: There is nothing in this file.")
    agent.complaints = [one for one in agent.complaints if "422" not in one]
    assert agent.complaints == []


def test_no_letter_leaves_without_the_file_that_was_on_its_way(
    browser: Browser, running_service: Service
) -> None:
    complain(running_service, "rhea@example.com", "The bill is wrong")
    agent = Person(browser, running_service, watched=True).sign_in("agent")
    ticket_with(agent, "The bill is wrong")
    form, under = form_of(agent), list[Route]()
    agent.page.get_by_label(LETTER).fill("See the file.")
    agent.page.route("**/files/reply", lambda route: under.append(route))
    form.get_by_label("Add files").set_input_files(
        {"name": "bill.txt", "mimeType": "text/plain", "buffer": b"twelve"}
    )
    expect(form.locator("progress")).to_be_visible()
    agent.press("Send to the customer")
    soon(lambda: agent.page.title() and under)
    under.pop().abort()
    expect(form.locator(".faults")).to_contain_text("bill.txt")
    expect(agent.page.get_by_label(LETTER)).to_have_value("See the file.")
    agent.press("Send to the customer")  # they have seen it
    expect(agent.page.locator(".timeline")).to_contain_text("See the file.")


@pytest.mark.trial
def test_without_scripts_they_go_with_the_form(browser: Browser, running_service: Service) -> None:
    complain(running_service, "pia@example.com", "The box was open")
    agent = Person(browser, running_service, java_script_enabled=False).sign_in("agent")
    ticket_with(agent, "The box was open")
    agent.choose("Note")
    form = form_of(agent, "note")
    form.get_by_label("Add files").set_input_files(
        {"name": "box.txt", "mimeType": "text/plain", "buffer": b"open"}
    )
    agent.page.get_by_label("Note, for colleagues only").fill("It was open.")
    agent.press("Keep the note")
    expect(agent.page.locator(".timeline .files")).to_contain_text("box.txt")
