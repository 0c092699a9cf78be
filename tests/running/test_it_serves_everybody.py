"""It serves everybody: axe-core finds nothing on the pages of a morning, nor on what opens there.

Every page, and every way of looking at it: `tests/lived`.
"""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.running.axe import violations_on
from tests.running.people import Person
from tests.services import Service

pytestmark = pytest.mark.browser

ADDRESSES = (
    *("/queue?tab=groups", "/board", "/report", "/feedback", "/news", "/settings"),
    *("/admin/rules/1", "/admin/ladders/standard", "/admin/policies/standard", "/admin/people"),
)
FORMS = (
    *("/tickets/new", "/queue/views/new", "/macros/new", "/settings/tokens"),
    *("/admin/rules/new", "/admin/policies/new", "/admin/ladders/new", "/admin/calendars/new"),
    *("/admin/sources/new", "/admin/people", "/admin/groups", "/admin/root-causes"),
)


@pytest.fixture(scope="module", params=["light", "dark"])
def admin(browser: Browser, running_service: Service, request: pytest.FixtureRequest) -> Person:
    return Person(browser, running_service, color_scheme=request.param).sign_in("admin")


@pytest.fixture
def page(admin: Person) -> Page:
    return admin.page


def at(page: Page, addresses: tuple[str, ...], do: Callable[[Page], object]) -> Iterator[str]:
    for address in addresses:
        page.goto(address)
        do(page)
        yield from (f"{address} {told}" for told in violations_on(page))


def open_a_ticket(page: Page) -> None:
    page.goto("/queue?tab=groups")
    page.goto(str(page.locator(".queue .what a").first.get_attribute("href")))


def send_nothing(page: Page) -> None:
    """All that stands in the form is taken away, what must be there too."""
    form = page.locator("main form[method=post]:has(textarea, input:not([type=hidden]))").first
    with page.expect_navigation():
        form.evaluate(
            """form => {
                form.noValidate = true;
                form.querySelectorAll("input:not([type=hidden]):not([type=checkbox]), textarea")
                    .forEach(box => { if (box.type !== "radio") box.value = ""; });
                form.requestSubmit();
            }"""
        )
    expect(page.locator("main .fault, main [role=alert]").first).to_be_visible()


def test_the_pages_of_a_morning(page: Page) -> None:
    assert list(at(page, ADDRESSES, lambda _: None)) == []


def test_what_was_refused(page: Page) -> None:
    assert list(at(page, FORMS, send_nothing)) == []


def test_every_act_on_a_ticket(page: Page) -> None:
    open_a_ticket(page)
    for verb in page.locator(".verbs input").all():
        verb.check(force=True)
        assert violations_on(page) == []
    page.locator("#say-note").check(force=True)
    page.locator(".say-note textarea").press_sequentially("Ask @L")
    expect(page.locator(".offered [aria-selected=true]")).to_be_visible()
    assert violations_on(page) == []


def test_the_palette_the_keys_and_the_menu(page: Page) -> None:
    page.goto("/queue?tab=groups")
    page.keyboard.press("Control+k")
    page.keyboard.type("blender")
    expect(page.locator("#found a").first).to_be_visible()
    assert violations_on(page) == []
    page.goto("/queue?tab=groups")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    assert violations_on(page) == []
    page.keyboard.press("Escape")
    page.locator(".person summary").click()
    assert violations_on(page) == []


def test_rows_that_are_chosen(page: Page) -> None:
    page.goto("/queue?tab=groups")
    page.locator(".queue input[type=checkbox]").first.check()
    assert violations_on(page) == []


def test_what_is_not_there(page: Page) -> None:
    assert list(at(page, ("/nowhere", "/tickets/T-1"), lambda _: None)) == []


def test_who_may_not_come_in(browser: Browser, running_service: Service) -> None:
    outsider = Person(browser, running_service).sign_in("outsider")
    assert list(at(outsider.page, ("/admin/rules",), lambda _: None)) == []
    stranger = Person(browser, running_service)
    assert list(at(stranger.page, ("/sign-in", "/forgotten-password"), send_nothing)) == []
