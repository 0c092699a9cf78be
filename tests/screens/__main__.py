"""`manage.py screenshots [--into FOLDER] [--only NAME …]`."""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.machine import NO_BROWSER, find_chromium
from tests.services import ROOT, Service, manage, service_in

# Who looks at what, and what it is called.
PAGES = (
    ("queue", "agent", "/queue?tab=groups"),
    ("mine", "agent", "/queue?tab=mine"),
    ("empty", "outsider", "/queue?tab=mine"),
    ("ticket", "agent", "first of /queue?tab=mine"),
    ("breached", "lead", "first of /queue?tab=breached"),
    ("board", "manager", "/board"),
    ("customer", "agent", "customer of /queue?tab=mine"),
    ("rules", "admin", "/admin/rules"),
    ("ladder", "admin", "/admin/ladders/standard"),
)
LOOKS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("light", {"viewport": {"width": 1440, "height": 900}, "color_scheme": "light"}),
    ("dark", {"viewport": {"width": 1440, "height": 900}, "color_scheme": "dark"}),
    ("phone", {"viewport": {"width": 390, "height": 844}, "color_scheme": "light"}),
    ("phone-dark", {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}),
)
LANGUAGES = ("en", "ko")


def main(arguments: list[str]) -> int:
    wanted, program = _read(arguments), find_chromium()
    if program is None:
        raise SystemExit(NO_BROWSER)
    home = Path(tempfile.mkdtemp(prefix="cxloop-screens-"))
    try:
        with service_in(home / "home") as service, sync_playwright() as playwright:
            _live(service)
            browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
            clipped = list(_photograph(browser, service, wanted))
    finally:
        shutil.rmtree(home, ignore_errors=True)
    for name in clipped:
        sys.stderr.write(f"{name} scrolls sideways\n")
    return 1 if clipped else 0


def _read(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="manage.py screenshots", description=__doc__)
    parser.add_argument("--into", type=Path, default=ROOT / "docs" / "screens")
    parser.add_argument("--only", nargs="*", default=[], help="names of pages")
    return parser.parse_args(arguments)


def _live(service: Service) -> None:
    lived = manage(
        service.home,
        "shell",
        "-c",
        "from tests.screens.week import live_through_the_week; live_through_the_week()",
        PYTHONPATH=os.fspath(ROOT),
    )
    if lived.returncode:
        raise SystemExit(lived.stderr)


def _photograph(browser: Browser, service: Service, wanted: argparse.Namespace) -> Iterator[str]:
    """The names of those that scroll sideways."""
    wanted.into.mkdir(parents=True, exist_ok=True)
    for language in LANGUAGES:
        for look, options in LOOKS:
            for name, who, where in PAGES:
                if wanted.only and name not in wanted.only:
                    continue
                page = _signed_in(browser, service, who, language, options)
                _go(page, where)
                title = f"{name}-{look}-{language}"
                page.screenshot(path=wanted.into / f"{title}.png")
                if _scrolls_sideways(page):
                    yield title
                page.context.close()


def _signed_in(
    browser: Browser, service: Service, who: str, language: str, options: dict[str, Any]
) -> Page:
    known = service.demo["users"][who]
    page = browser.new_context(base_url=service.base_url, **options).new_page()
    page.goto("/sign-in")
    page.fill("input[name=email]", known["email"])
    page.fill("input[name=password]", known["password"])
    page.click("form .strong")
    page.wait_for_url("**/queue*")
    with page.expect_navigation():
        page.evaluate(
            """language => document.querySelector(`.languages [value=${language}]`).click()""",
            language,
        )
    return page


def _go(page: Page, where: str) -> None:
    first, _, list_page = where.rpartition(" of ")
    page.goto(list_page)
    if first:
        page.goto(page.locator(".queue .what a").first.get_attribute("href") or "")
    if first == "customer":
        page.goto(page.locator(".side a[href^='/customers/']").first.get_attribute("href") or "")
    page.wait_for_timeout(400)


def _scrolls_sideways(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
