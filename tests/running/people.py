"""People at their browsers."""

import email
import email.policy
import re
import time
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from tests.machine import PATIENCE_MS, watch
from tests.services import Service

PATIENCE_S = 180
# What htmx says, and alone, of a search that it broke off since somebody typed on.
BROKEN_OFF = ("htmx:afterRequest", "htmx:sendAbort")


class Person:
    """Somebody with a browser of their own; `complaints` is what it says on its console.

    One that is `watched` misses no route, and keeps nothing in the cache of its browser.
    """

    def __init__(
        self, browser: Browser, service: Service, *, watched: bool = False, **options: Any
    ) -> None:
        self.service = service
        self.context: BrowserContext = browser.new_context(base_url=service.base_url, **options)
        self.context.set_default_timeout(PATIENCE_MS)
        if watched:
            watch(self.context)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _hear(self, message: Any) -> None:
        if message.type in {"error", "warning"} and message.text not in BROKEN_OFF:
            self.complaints.append(message.text)

    def sign_in(self, role: str) -> "Person":
        known = self.service.demo["users"][role]
        self.page.goto("/sign-in")
        self.page.get_by_label("E-mail").fill(known["email"])
        self.page.get_by_label("Password").fill(known["password"])
        self.press("Sign in")
        self.page.wait_for_url("**/queue")
        return self

    def speak(self, language: str) -> "Person":
        """From a page of the desk, or the one to sign in at; the menu need not be open."""
        button = self.page.locator(f".languages [value={language}]")
        with self.page.expect_navigation():
            button.evaluate("button => button.click()")
        return self

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def choose(self, verb: str) -> None:
        """The labels of the verbs lie over their radio buttons."""
        self.page.get_by_role("radio", name=verb, exact=True).check(force=True)

    def reads(self, words: str) -> bool:
        return words in self.page.locator("main").inner_text()

    def sees_at(self, address: str, words: str) -> None:
        def looks() -> bool:
            self.page.goto(address)
            return self.reads(words)

        soon(looks)


def soon(found: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + PATIENCE_S
    while not (result := found()):
        assert time.monotonic() < deadline, f"not within {PATIENCE_S} s"
        time.sleep(0.3)
    return result


def words_of(letter: EmailMessage) -> str:
    """As plain text."""
    body = letter.get_body(("plain",))
    return str(body.get_content()) if body else ""


def links_to(service: Service, address: str) -> list[str]:
    """The signed links in the letters to this customer, the oldest first."""
    folder = Path(service.home) / "letters"
    paths = sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime)
    letters = [email.message_from_bytes(p.read_bytes(), policy=email.policy.default) for p in paths]
    mine = [letter for letter in letters if address in str(letter["To"])]
    found = [re.search(r"https?://\S+/c/\S+", words_of(letter)) for letter in mine]
    return [link.group() for link in found if link]
