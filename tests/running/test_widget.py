"""The widget in the pages of a shop, on another origin, under a strict policy."""

import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Error, Locator, Response, Route, expect

from feedback.intake.suspicion import FASTEST_MS
from feedback.intake.trust import sign_identity
from feedback.web.gallery import BY_SLUG, CHECKOUT
from tests import asking
from tests.running.axe import violations_on
from tests.running.people import Person, soon
from tests.running.shop import Shop, open_shop
from tests.running.test_mail import psycopg_of
from tests.services import Service

pytestmark = pytest.mark.browser

POSTS = "**/api/v1/feedback?*"
NO_STORAGE = """for (const name of ["indexedDB", "localStorage", "sessionStorage"])
  Object.defineProperty(window, name, { get() { throw new DOMException("", "SecurityError"); } });
Object.defineProperty(document, "cookie", { get: () => "", set() { throw Error("a cookie"); } });"""
WHERE_ALL_STANDS = """() => [...document.querySelectorAll("main *")].map(
  (one) => JSON.stringify(one.getBoundingClientRect()))"""
ARMED = "() => !!window.cxloop?.my?.heard"
AT_ONCE = """(form, said) => {
  for (const [name, value] of Object.entries(said)) form.elements[name].value = value;
  form.requestSubmit();
}"""
NOTE_WHAT_LEAVES = """const send = navigator.sendBeacon.bind(navigator);
navigator.sendBeacon = (...what) => {
  sessionStorage.setItem("left", JSON.stringify(what));
  return send(...what);
};"""
NO_TIME_PASSES = "performance.now = () => 0"
# Of a page that would do something by itself after so long.
NEVER_AFTER = """const later = window.setTimeout;
window.setTimeout = (act, ms, ...rest) => (ms === %d ? 0 : later(act, ms, ...rest));"""
COUNT_CLICKS = """() => {
  const seen = [];
  addEventListener("pointerdown", () => seen.push(1), true);
  return seen;
}"""
# As when another tab has sent all that was kept, between the look for it and the reading.
GONE_MEANWHILE = """const all = indexedDB.databases.bind(indexedDB);
const open = indexedDB.open.bind(indexedDB);
let looks = 0;
indexedDB.databases = async () => (++looks > 2 ? all() : [{ name: "cxloop" }]);
indexedDB.open = (...what) => {
  const asked = open(...what), over = () => document.documentElement.toggleAttribute("over", true);
  for (const end of ["success", "error"]) asked.addEventListener(end, () => setTimeout(over, 100));
  return asked;
};"""
LEFT_EMPTY = """() => new Promise((done) => {
  const asked = indexedDB.open("cxloop", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore("out", { keyPath: "id" });
  asked.onsuccess = () => done(asked.result.close());
})"""
HOLD = """() => void navigator.locks.request("cxloop", () => new Promise(() => {}))"""
STORED = "() => indexedDB.databases().then((all) => all.length)"


@pytest.fixture(scope="module")
def shop(running_service: Service) -> Iterator[Shop]:
    with open_shop(running_service.base_url) as shop:
        yield shop


def snippet(service: Service, **said: str) -> str:
    """As version 1 tells sites to write it: it must work for ever."""
    named = "".join(f' data-{name}="{value}"' for name, value in said.items())
    key = service.demo["publishable_key"]
    return f'<script async src="{service.base_url}/w.js" data-key="{key}"{named}></script>'


def visit(
    browser: Browser,
    service: Service,
    address: str,
    *,
    early: Sequence[str] = (),
    **options: Any,
) -> Person:
    """`early` are scripts that run before those of the page."""
    guest = Person(browser, service, **options)
    for one in early:
        guest.page.add_init_script(one)
    guest.page.goto(address)
    return guest


def opened(guest: Person) -> Locator:
    guest.page.get_by_role("button", name="Feedback").click()
    return guest.page.get_by_role("dialog")


def say(form: Locator, score: int, words: str) -> None:
    form.get_by_role("radio", name=str(score), exact=False).first.check(force=True)
    form.get_by_label("What is the reason?").fill(words)
    form.get_by_role("button", name="Send").click()


def heard(service: Service, words: str) -> list[dict[str, Any]]:
    token = service.demo["users"]["admin"]["token"]
    answer = asking.get(
        f"{service.base_url}/api/v1/feedback",
        params={"page_size": 50},
        headers={"Authorization": f"Bearer {token}"},
    )
    return [one for one in answer.json()["results"] if one["comment"] == words]


def test_says_it_from_a_page_that_admits_nothing_else(
    browser: Browser, running_service: Service, shop: Shop
) -> None:
    address = shop.page("/", snippet(running_service))
    guest = visit(browser, running_service, address, early=[NEVER_AFTER % 8_000])
    tab = guest.page.get_by_role("button", name="Feedback")
    expect(tab).to_be_visible()
    before = guest.page.evaluate(WHERE_ALL_STANDS)
    form = opened(guest)
    expect(form).to_be_visible()
    assert guest.page.evaluate(WHERE_ALL_STANDS) == before
    assert guest.page.evaluate(STORED) == 0
    guest.page.evaluate("cxloop('set', { order: 'A-17' })")
    say(form, 2, "The parcel never came")
    expect(form).to_contain_text("Thank you.")
    (one,) = soon(lambda: heard(running_service, "The parcel never came"))
    assert one["context"]["order"] == "A-17"
    assert one["context"]["url"] == f"{shop.origin}/"
    receipt = form.get_by_role("link", name="Keep your receipt").get_attribute("href")
    assert asking.get(receipt or "").status_code == 200
    soon(lambda: guest.page.evaluate(STORED) == 0)
    assert guest.context.cookies() == []
    assert guest.complaints == []


def test_what_is_filled_in_by_no_person_is_held_and_thanked_for(
    browser: Browser, running_service: Service, shop: Shop
) -> None:
    def said(words: str, *, after_ms: int, trap: str = "") -> list[str]:
        address = shop.page("/", snippet(running_service))
        still = [] if after_ms else [NO_TIME_PASSES]
        guest = visit(browser, running_service, address, early=still)
        form = opened(guest)
        expect(form).to_be_visible()
        guest.page.wait_for_timeout(after_ms)
        form.locator("form").evaluate(AT_ONCE, {"comment": words, "website": trap})
        expect(form).to_contain_text("Thank you.")
        (one,) = soon(lambda: heard(running_service, words))
        return one["quarantine"]["reasons"] if one["quarantine"] else []

    assert said("By a person", after_ms=FASTEST_MS) == []
    assert said("In no time", after_ms=0) == ["too_fast"]
    assert said("Into the trap", after_ms=FASTEST_MS, trap="https://x.example") == ["trap"]


def test_what_could_not_leave_leaves_from_the_next_page_and_once(
    browser: Browser, running_service: Service, shop: Shop
) -> None:
    guest = visit(browser, running_service, shop.page("/", snippet(running_service)), watched=True)
    form = opened(guest)
    guest.page.route(POSTS, lambda route: route.abort())
    say(form, 3, "Said in a tunnel")
    expect(form).to_contain_text("as soon as you are connected")
    assert guest.page.evaluate(STORED) == 1
    guest.page.unroute(POSTS)
    guest.page.route(POSTS, lose_the_answer)
    guest.page.goto(shop.page("/next", snippet(running_service)))
    for _ in range(1_000):
        guest.page.wait_for_timeout(100)  # in which the page's requests are looked at
        if heard(running_service, "Said in a tunnel"):
            break
    assert heard(running_service, "Said in a tunnel")
    assert guest.page.evaluate(STORED) == 1
    guest.page.unroute(POSTS)
    guest.page.reload()
    soon(lambda: guest.page.evaluate(STORED) == 0)
    assert len(heard(running_service, "Said in a tunnel")) == 1


def lose_the_answer(route: Route) -> None:
    """What a page has left meanwhile can no longer be broken off."""
    with suppress(Error):
        route.fetch()
        route.abort()


def test_a_score_and_a_comment_are_three_clicks(
    browser: Browser, running_service: Service, shop: Shop
) -> None:
    guest = visit(browser, running_service, shop.page("/", snippet(running_service)))
    clicks = guest.page.evaluate_handle(COUNT_CLICKS)
    form = opened(guest)
    form.locator("label", has=guest.page.get_by_role("radio", name="3", exact=True)).click()
    guest.page.keyboard.type("Said in three clicks")
    guest.page.wait_for_timeout(FASTEST_MS)
    form.get_by_role("button", name="Send").click()
    expect(form).to_contain_text("Thank you.")
    (one,) = soon(lambda: heard(running_service, "Said in three clicks"))
    assert (one["score"]["value"], one["quarantine"]) == (3, None)
    assert clicks.evaluate("(seen) => seen.length") == 3


def test_two_tabs_and_a_slow_network_send_it_once(
    browser: Browser, running_service: Service, shop: Shop
) -> None:
    guest = visit(browser, running_service, shop.page("/", snippet(running_service)), watched=True)
    form = opened(guest)
    guest.page.route(POSTS, lambda route: route.abort())
    say(form, 4, "Said in two tabs")
    expect(form).to_contain_text("as soon as you are connected")
    tabs = [guest.context.new_page() for _ in range(2)]
    posts: list[str] = []
    for tab in tabs:
        tab.route(POSTS, partial(slowly, posts))
    for tab in tabs:
        tab.goto(shop.page("/next", snippet(running_service)), wait_until="commit")
    soon(lambda: tabs[0].evaluate(STORED) == 0 or tabs[1].evaluate(STORED) == 0)
    for tab in tabs:
        tab.wait_for_timeout(1000)
    assert len(set(posts)) == 1
    assert len(heard(running_service, "Said in two tabs")) == 1
    soon(lambda: guest.page.evaluate(STORED) == 0)


def test_where_another_tab_has_sent_it_nothing_is_kept_anew(
    browser: Browser, running_service: Service, shop: Shop
) -> None:
    address = shop.page("/", snippet(running_service))
    guest = visit(browser, running_service, address, early=[GONE_MEANWHILE])
    expect(guest.page.locator("html")).to_have_attribute("over", "")
    assert guest.page.evaluate(STORED) == 0
    assert guest.complaints == []


def test_what_a_page_that_ended_had_only_emptied_is_deleted_by_the_next(
    browser: Browser, running_service: Service, shop: Shop
) -> None:
    guest = visit(browser, running_service, shop.page("/", snippet(running_service)))
    guest.page.evaluate(LEFT_EMPTY)
    assert guest.page.evaluate(STORED) == 1
    guest.page.reload()
    soon(lambda: guest.page.evaluate(STORED) == 0)
    assert guest.complaints == []


def test_a_tab_that_stands_still_holds_nobody_up(
    browser: Browser, running_service: Service, shop: Shop
) -> None:
    guest = visit(browser, running_service, shop.page("/", snippet(running_service)))
    still = guest.context.new_page()
    still.goto(shop.page("/next", snippet(running_service)))
    still.evaluate(HOLD)
    form = opened(guest)
    say(form, 5, "Said beside another tab")
    expect(form).to_contain_text("Thank you.")
    assert soon(lambda: heard(running_service, "Said beside another tab"))
    soon(lambda: guest.page.evaluate(STORED) == 0)


def slowly(posts: list[str], route: Route) -> None:
    posts.append(route.request.headers["idempotency-key"])
    time.sleep(0.4)
    with suppress(Error):
        route.continue_()


def test_works_where_nothing_may_be_stored(
    browser: Browser, running_service: Service, shop: Shop
) -> None:
    guest = Person(browser, running_service)
    guest.page.add_init_script(NO_STORAGE)
    guest.page.goto(shop.page("/", snippet(running_service)))
    form = opened(guest)
    say(form, 9, "Nothing is kept of me")
    expect(form).to_contain_text("Thank you.")
    assert soon(lambda: heard(running_service, "Nothing is kept of me"))
    assert guest.complaints == []


def test_stands_in_a_page_that_replaces_its_body(
    browser: Browser, running_service: Service, shop: Shop
) -> None:
    guest = visit(browser, running_service, shop.page("/", snippet(running_service)))
    expect(guest.page.get_by_role("button", name="Feedback")).to_be_visible()
    guest.page.evaluate("document.body.replaceWith(document.createElement('body'))")
    form = opened(guest)
    expect(form).to_be_visible()
    form.get_by_label("What is the reason?").fill("half said")
    guest.page.keyboard.press("Escape")
    expect(form).to_be_hidden()
    expect(opened(guest).get_by_label("What is the reason?")).to_have_value("half said")


def test_is_used_by_keys_alone(browser: Browser, running_service: Service, shop: Shop) -> None:
    guest = visit(browser, running_service, shop.page("/", snippet(running_service)))
    expect(guest.page.get_by_role("button", name="Feedback")).to_be_visible()
    press = guest.page.keyboard.press
    for key in ("Tab", "Enter"):
        press(key)
    expect(guest.page.get_by_role("dialog")).to_be_visible()
    for key in ("Tab", "Space", "ArrowRight", "Tab"):
        press(key)
    guest.page.keyboard.type("By keys")
    for key in ("Tab", "Tab", "Tab", "Enter"):
        press(key)
    expect(guest.page.get_by_role("dialog")).to_contain_text("Thank you.")
    assert soon(lambda: heard(running_service, "By keys"))[0]["score"]["value"] == 1
    press("Escape")
    assert guest.page.evaluate("document.activeElement.localName") == "cxloop-tab"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_serves_everybody(
    browser: Browser, running_service: Service, shop: Shop, scheme: Any
) -> None:
    address = shop.page("/", snippet(running_service, theme=scheme))
    guest = visit(browser, running_service, address, bypass_csp=True)
    form = opened(guest)
    expect(form).to_be_visible()
    assert violations_on(guest.page) == []
    form.get_by_role("button", name="Send").click()
    expect(form.get_by_role("alert")).to_contain_text("Choose a number")
    assert violations_on(guest.page) == []
    say(form, 8, "Everybody is served")
    expect(form).to_contain_text("Thank you.")
    assert violations_on(guest.page) == []


def test_asks_on_by_what_was_answered_and_in_the_language_of_the_page(
    browser: Browser, running_service: Service, shop: Shop
) -> None:
    document = post_form(running_service, "checkout", CHECKOUT)
    said = snippet(running_service, mode="inline", into="#here", form="checkout")
    guest = visit(browser, running_service, shop.page("/ko", said, language="ko"))
    first, led = asked_first(document)
    follows = guest.page.get_by_text(led["ask"]["ko"])
    expect(guest.page.get_by_role("heading", name=first["ask"]["ko"])).to_be_visible()
    expect(follows).to_be_hidden()
    guest.page.locator(f"input[name={first['key']}]").first.check(force=True)
    expect(follows).to_be_visible()
    guest.page.get_by_role("button", name="보내기").click()
    expect(guest.page.get_by_role("status")).to_be_visible()
    assert guest.complaints == []


def post_form(service: Service, slug: str, document: dict[str, Any]) -> dict[str, Any]:
    token = service.demo["users"]["admin"]["token"]
    where = f"{service.base_url}/api/v1/sources/{service.demo['source']}/forms"
    body = {"slug": slug, "name": slug, "document": document}
    made = asking.post(where, json=body, headers={"Authorization": f"Bearer {token}"})
    assert made.status_code == 201, made.text
    return document


def asked_first(document: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    questions = document["questions"]
    return questions[0], next(one for one in questions if one.get("when"))


SHOWS = {"event": "order_placed", "pages": ["/thanks*"], "every_days": 30}


@pytest.fixture(scope="module")
def asked_by_event(running_service: Service) -> str:
    """The slug of a form that comes after an order, on the pages that thank for one."""
    post_form(running_service, "after-order", {**CHECKOUT, "shows": SHOWS})
    return "after-order"


def comes(guest: Person) -> bool:
    guest.page.wait_for_timeout(300)
    return guest.page.get_by_role("dialog").is_visible()


def test_comes_by_itself_where_and_when_its_form_says_and_once(
    browser: Browser, running_service: Service, shop: Shop, asked_by_event: str
) -> None:
    said = snippet(running_service, mode="ask", form=asked_by_event)
    elsewhere, thanks = shop.page("/cart", said), shop.page("/thanks/17", said)
    guest = visit(browser, running_service, elsewhere)
    soon(lambda: guest.page.evaluate(ARMED))
    guest.page.evaluate("cxloop('track', 'order_placed')")
    assert not comes(guest)
    guest.page.evaluate("history.pushState({}, '', '/thanks/17')")
    guest.page.evaluate("cxloop('track', 'something_else')")
    assert not comes(guest)
    guest.page.evaluate("cxloop('track', 'order_placed')")
    expect(guest.page.get_by_role("dialog")).to_be_visible()
    assert guest.page.evaluate("document.activeElement === document.body")
    question = CHECKOUT["questions"][0]["ask"]["en"]
    expect(guest.page.locator("cxloop-form [role=status]")).to_have_text(question)
    guest.page.goto(thanks)
    guest.page.evaluate("cxloop('track', 'order_placed')")
    assert not comes(guest)
    with guest.page.expect_console_message(lambda one: "asked 0 days ago" in one.text):
        guest.page.evaluate("cxloop('why')")


def test_what_happened_before_it_came_is_heard(
    browser: Browser, running_service: Service, shop: Shop, asked_by_event: str
) -> None:
    guest = Person(browser, running_service)
    guest.page.add_init_script("window.cxloop = { q: [['track', 'order_placed']] };")
    guest.page.goto(shop.page("/thanks", snippet(running_service, mode="ask", form=asked_by_event)))
    expect(guest.page.get_by_role("dialog")).to_be_visible()


def test_comes_after_a_while_or_down_the_page(
    browser: Browser, running_service: Service, shop: Shop
) -> None:
    for slug, shows in (("later", {"after_s": 1}), ("lower", {"scrolled_percent": 60})):
        post_form(running_service, slug, {**CHECKOUT, "shows": shows})
    guest = visit(
        browser,
        running_service,
        shop.page("/a", snippet(running_service, mode="ask", form="later")),
    )
    expect(guest.page.get_by_role("dialog")).to_be_visible()
    guest.page.goto(shop.page("/b", snippet(running_service, mode="ask", form="lower")))
    soon(lambda: guest.page.evaluate(ARMED))
    guest.page.evaluate("document.getElementById('goods').append('word '.repeat(20000))")
    guest.page.evaluate("scrollTo(0, 100)")
    assert not comes(guest)
    guest.page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    expect(guest.page.get_by_role("dialog")).to_be_visible()


def test_a_form_that_waits_to_be_opened_says_why_it_does_not_come(
    browser: Browser, running_service: Service, shop: Shop
) -> None:
    post_form(running_service, "when-opened", CHECKOUT)
    said = snippet(running_service, mode="ask", form="when-opened")
    guest = visit(browser, running_service, shop.page("/", said))
    with guest.page.expect_console_message(lambda one: "is not asked by itself" in one.text):
        guest.page.evaluate("cxloop('why')")


@pytest.fixture(scope="module")
def keeping_parts(running_service: Service) -> str:
    """The slug of a form whose answers count before they are sent."""
    post_form(running_service, "in-parts", {**CHECKOUT, "keeps_parts": True})
    return "in-parts"


def test_what_is_answered_so_far_is_kept_and_heard_with_the_rest_as_one(
    browser: Browser, running_service: Service, shop: Shop, keeping_parts: str
) -> None:
    said = snippet(running_service, mode="inline", into="#here", form=keeping_parts)
    guest = visit(browser, running_service, shop.page("/", said))
    form = guest.page.locator("cxloop-form")
    expect(form).to_contain_text("counts even if you do not send it")
    with guest.page.expect_response(POSTS) as answered:
        form.get_by_role("radio").first.check(force=True)
    kept = answered.value.json()
    assert (answered.value.status, kept["partial"]) == (202, True)
    assert guest.page.evaluate(STORED) == 0
    form.get_by_role("textbox").first.fill("Said in two parts")
    form.get_by_role("button", name="Send").click()
    expect(form.get_by_role("status")).to_be_visible()
    (one,) = soon(lambda: heard(running_service, "Said in two parts"))
    assert (one["id"], one["received_at"]) == (kept["id"], kept["received_at"])
    assert guest.complaints == []


def test_what_was_answered_leaves_with_whoever_leaves_but_for_their_address(
    browser: Browser, running_service: Service, shop: Shop, keeping_parts: str
) -> None:
    said = snippet(running_service, mode="inline", into="#here", form=keeping_parts)
    early = [NOTE_WHAT_LEAVES, NEVER_AFTER % 2_000]
    guest = visit(browser, running_service, shop.page("/", said), early=early)
    form = guest.page.locator("cxloop-form")
    form.get_by_role("radio").first.check(force=True)
    form.get_by_role("textbox").last.fill("kim@example.com")
    guest.page.goto(shop.page("/elsewhere", ""))
    where, body = guest.page.evaluate("JSON.parse(sessionStorage.getItem('left'))")
    assert "kim@example.com" not in body
    soon(lambda: parts_kept(running_service, where))
    before = datetime.now(UTC)
    rest = {"comment": "The rest of what was begun", "partial": True}
    begun = asking.post(where, json=rest).json()
    assert datetime.fromisoformat(begun["received_at"]) < before
    assert guest.complaints == []


def parts_kept(service: Service, where: str) -> int:
    """Under the name by which they were sent."""
    with psycopg_of(service) as connection:
        rows = connection.execute("SELECT key FROM web_part").fetchall()
    return sum(key in where for (key,) in rows)


def test_what_was_heard_by_itself_meanwhile_takes_nothing_from_what_is_sent(
    browser: Browser, running_service: Service, shop: Shop, keeping_parts: str
) -> None:
    said = snippet(running_service, mode="inline", into="#here", form=keeping_parts)
    guest = visit(browser, running_service, shop.page("/", said))
    form = guest.page.locator("cxloop-form")
    with guest.page.expect_request(POSTS) as first:
        form.get_by_role("radio").first.check(force=True)
    asking.post(first.value.url, json={"comment": "As the sweep would have it"})
    form.get_by_role("textbox").first.fill("Sent after all")
    form.get_by_role("button", name="Send").click()
    expect(form.get_by_role("status")).to_be_visible()
    assert soon(lambda: heard(running_service, "Sent after all"))


def test_whoever_wants_to_be_called_says_when_on_their_own_clock(
    browser: Browser, running_service: Service, shop: Shop
) -> None:
    post_form(running_service, "call", BY_SLUG["call-back"].document)
    said = snippet(running_service, mode="inline", into="#here", form="call")
    address = shop.page("/", said)
    guest = visit(browser, running_service, address, timezone_id="Asia/Seoul")
    form = guest.page.locator("cxloop-form")
    form.get_by_role("textbox", name="What is it about?").fill("Call me in the afternoon")
    form.get_by_role("button", name="Send").click()
    expect(form).to_contain_text("Please give a number that we can call.")
    form.get_by_label("At which number").fill("+82 10 1234 5678")
    form.get_by_label("When may we call?").select_option(index=4)
    guest.page.wait_for_timeout(FASTEST_MS)
    form.get_by_role("button", name="Send").click()
    expect(form.get_by_role("status")).to_contain_text("at the time you chose")
    (one,) = soon(lambda: heard(running_service, "Call me in the afternoon"))
    wish = one["answers"]["call_back"]
    before = datetime.fromisoformat(wish["before"])
    assert (wish["zone"], before > datetime.now(UTC), one["contactable"]) == (
        "Asia/Seoul",
        True,
        "phone",
    )
    assert before.astimezone(ZoneInfo("Asia/Seoul")).hour in {12, 15, 18}
    ticket = soon(lambda: clocks_of(running_service, one["id"]))
    assert before <= ticket["call_back"] < before + timedelta(seconds=1)
    assert guest.complaints == []


def clocks_of(service: Service, feedback: str) -> dict[str, datetime]:
    """The due times of its ticket, by the promise; nothing before it has one."""
    headers = {"Authorization": f"Bearer {service.demo['users']['admin']['token']}"}
    read = partial(asking.get, headers=headers)
    heard = read(f"{service.base_url}/api/v1/feedback/{feedback}").json()
    if not heard["ticket"]:
        return {}
    clocks = read(f"{service.base_url}/api/v1/tickets/{heard['ticket']}").json()["clocks"]
    return {one["kind"]: datetime.fromisoformat(one["due_at"]) for one in clocks}


def test_a_known_person_is_not_asked_again_in_another_browser(
    browser: Browser, running_service: Service, shop: Shop
) -> None:
    for slug, shows in (("known", {"event": "go"}), ("resting", {"event": "go", "rest_days": 7})):
        post_form(running_service, slug, {**CHECKOUT, "shows": shows})
    who = {"id": "C-7", "proof": sign_identity("C-7", identity_secret(running_service))}

    def shown_to(guest: Person, form: str, *, noted: bool = False) -> bool:
        """Once it is known whether it is theirs, or noted that it was shown."""
        said = f'"shows":{str(noted).lower()}'

        def is_told(answer: Response) -> bool:
            return "/w/shown?" in answer.url and said in (answer.request.post_data or "")

        guest.page.goto(shop.page("/", snippet(running_service, mode="ask", form=form)))
        soon(lambda: guest.page.evaluate(ARMED))
        guest.page.evaluate("(who) => cxloop('identify', who)", who)
        with guest.page.expect_response(is_told):
            guest.page.evaluate("cxloop('track', 'go')")
        dialog = guest.page.get_by_role("dialog")
        if noted:
            expect(dialog).to_be_visible()
        guest.page.wait_for_timeout(700)
        return dialog.is_visible()

    assert shown_to(Person(browser, running_service), "known", noted=True)
    elsewhere = Person(browser, running_service)
    assert not shown_to(elsewhere, "known")
    assert not shown_to(elsewhere, "resting")
    with elsewhere.page.expect_console_message(lambda one: "7 days of rest" in one.text):
        elsewhere.page.evaluate("cxloop('why')")
    assert elsewhere.complaints == []


def identity_secret(service: Service) -> str:
    headers = {"Authorization": f"Bearer {service.demo['users']['admin']['token']}"}
    where = f"{service.base_url}/api/v1/sources/{service.demo['source']}"
    return str(asking.get(where, headers=headers).json()["identity_secret"])
