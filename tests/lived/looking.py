"""Somebody who looks at every page in one way: as wide, as dark, in such a language."""

from typing import Any

from playwright.sync_api import Browser, Page

from tests.lived.conftest import Week
from tests.lived.places import NOBODY, PAGES
from tests.running.people import Person

WIDE = {"viewport": {"width": 1440, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}}
LIGHT = {"color_scheme": "light"}
DARK = {"color_scheme": "dark"}


class Looker:
    """Each person signs in once."""

    def __init__(self, browser: Browser, week: Week, language: str = "en", **look: Any) -> None:
        self.browser, self.week, self.language, self.look = browser, week, language, look
        self.people: dict[str, Person] = {}

    def at(self, page: str) -> Page:
        """The page, as it stands when it has loaded."""
        shown = self.person(PAGES[page].who).page
        shown.goto(self.week.addresses[page])
        return shown

    def person(self, role: str) -> Person:
        if role not in self.people:
            self.people[role] = self._come(role)
        return self.people[role]

    def _come(self, role: str) -> Person:
        if role != NOBODY:
            person = Person(self.browser, self.week.service, **self.look).sign_in(role)
            return person.speak(self.language)
        stranger = Person(self.browser, self.week.service, locale=self.language, **self.look)
        stranger.page.goto("/sign-in")
        return stranger.speak(self.language)
