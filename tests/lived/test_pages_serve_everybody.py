"""Pages serve everybody: axe-core finds nothing on any of them, however one looks at them."""

from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.lived.conftest import Week
from tests.lived.looking import DARK, LIGHT, PHONE, WIDE, Looker
from tests.lived.places import PAGES
from tests.running.axe import violations_on

pytestmark = pytest.mark.browser

LOOKS: dict[str, dict[str, Any]] = {
    "in light": {**WIDE, **LIGHT},
    "in the dark": {**WIDE, **DARK},
    "on a phone in Korean": {**PHONE, **LIGHT, "language": "ko"},
}


def violations(looker: Looker) -> dict[str, list[str]]:
    found = {}
    for page in PAGES:
        shown = looker.at(page)
        shown.evaluate("document.querySelectorAll('main details').forEach(one => one.open = true)")
        found[page] = violations_on(shown)
    return {page: told for page, told in found.items() if told}


@pytest.mark.trial
@pytest.mark.parametrize("look", LOOKS)
def test_whoever_looks(browser: Browser, week: Week, look: str) -> None:
    assert violations(Looker(browser, week, **LOOKS[look])) == {}
