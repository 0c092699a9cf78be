"""Who types on while an editor is drawn anew loses nothing …"""

import pytest
from playwright.sync_api import Browser, Response, Route, expect

from tests.running.people import Person, soon
from tests.services import Service

pytestmark = pytest.mark.browser

RULES = "**/admin/rules/**"


def test_of_a_rule_whose_fields_change(browser: Browser, running_service: Service) -> None:
    admin = Person(browser, running_service, watched=True).sign_in("admin")
    page, under_way = admin.page, list[Route]()
    page.goto("/admin/rules/new")
    value, fact = page.locator("input[name='w.0.value']"), page.get_by_label("Fact")
    fact.select_option("comment")
    expect(page.get_by_label("Comparison").locator("option[value=contains]")).to_be_attached()
    page.route(RULES, lambda route: under_way.append(route), times=2)
    page.get_by_label("Comparison").select_option("contains")
    value.fill("tele")
    soon(lambda: page.title() and under_way)
    value.press_sequentially("scope")
    value.blur()
    soon(lambda: page.title() and len(under_way) == 2)  # the sentence, too
    answers: list[Response] = []
    page.on("response", lambda one: answers.append(one))
    for one in under_way:
        one.continue_()
    soon(lambda: page.title() and sum("/admin/rules/" in one.url for one in answers) == 3)
    expect(value).to_have_value("telescope")
    expect(page.get_by_label("Comparison")).to_have_value("contains")
    assert admin.complaints == []
