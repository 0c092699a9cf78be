"""A picture goes with the words: of the page, with what is private covered, or from the device."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, expect

from feedback.web.gallery import CHECKOUT
from tests import asking
from tests.running.axe import violations_on
from tests.running.people import Person, soon
from tests.running.shop import Shop, open_shop
from tests.running.test_widget import POSTS, STORED, heard, post_form, snippet
from tests.services import Service

pytestmark = pytest.mark.browser

# What stands at the middle of an element of the page, in the picture that was taken of it.
COLOUR_AT = """(id) => {
  const { left, top, width, height } = document.getElementById(id).getBoundingClientRect();
  const canvas = document.querySelector("cxloop-form").shadowRoot.querySelector(".shown canvas");
  const scale = canvas.width / innerWidth;
  const { width: wide, height: high } = canvas;
  const copy = Object.assign(document.createElement("canvas"), { width: wide, height: high });
  const drawing = copy.getContext("2d", { willReadFrequently: true });
  drawing.drawImage(canvas, 0, 0);
  const at = [(left + width / 2) * scale, (top + height / 2) * scale].map(Math.round);
  return [...drawing.getImageData(...at, 1, 1).data].slice(0, 3);
}"""
OF_PICTURES = {"mode": "inline", "into": "#here", "form": "with-pictures"}
# A machine that has other work, and paints nothing meanwhile.
FRAMES_OF_BEFORE = """const next = HTMLVideoElement.prototype.requestVideoFrameCallback;
HTMLVideoElement.prototype.requestVideoFrameCallback = function (look) {
  return next.call(this, (now, facts) => look(now, { ...facts, captureTime: 0 }));
};
const later = window.setTimeout;
window.setTimeout = (act, ms, ...rest) => later(act, ms === 10_000 ? 1_000 : ms, ...rest);"""
FURNISH = """() => {
  const wanted = [["input", "card", 60], ["div", "told", 120], ["div", "plain", 180]];
  for (const [name, id, top] of wanted) {
    const one = document.createElement(name);
    Object.assign(one, { id });
    Object.assign(one.style, { position: "fixed", left: "40px", top: `${top}px`, width: "200px",
      height: "40px", background: "rgb(0, 160, 0)" });
    if (id === "told") one.dataset.private = "";
    document.body.append(one);
  }
}"""


@pytest.fixture(scope="module")
def shop(running_service: Service) -> Iterator[Shop]:
    post_form(running_service, "with-pictures", {**CHECKOUT, "pictures": True})
    with open_shop(running_service.base_url) as shop:
        yield shop


@pytest.fixture(scope="module")
def shooting(browser: Browser, chromium: str) -> Iterator[Browser]:
    """One in which somebody always says yes to a picture of the tab."""
    launch = browser.browser_type.launch
    args = ["--no-sandbox", "--auto-accept-this-tab-capture"]
    with launch(executable_path=chromium, args=args) as found:
        yield found


def at_the_form(browser: Browser, service: Service, shop: Shop, **options: Any) -> Person:
    guest = Person(browser, service, **options)
    guest.page.goto(shop.page("/", snippet(service, **OF_PICTURES)))
    return guest


def send(form: Locator, words: str) -> None:
    form.get_by_role("radio").first.check(force=True)
    form.get_by_role("textbox").first.fill(words)
    form.get_by_role("button", name="Send").click()
    expect(form.locator("h2")).to_have_text("Thank you.")


def picture_of(service: Service, words: str) -> Image.Image:
    (one,) = soon(lambda: heard(service, words))
    (file,) = one["files"]
    headers = {"Authorization": f"Bearer {service.demo['users']['admin']['token']}"}
    where = f"{service.base_url}/api/v1/feedback/{one['id']}/files/{file['id']}"
    return Image.open(BytesIO(asking.get(where, headers=headers).content))


def test_the_page_is_taken_without_what_is_private_and_without_the_form(
    shooting: Browser, running_service: Service, shop: Shop
) -> None:
    guest = at_the_form(shooting, running_service, shop)
    guest.page.evaluate(FURNISH)
    form = guest.page.locator("cxloop-form")
    form.get_by_role("button", name="Take a picture of this page").click()
    expect(form.get_by_role("img", name="The picture that will be sent")).to_be_visible()
    assert (
        max(*guest.page.evaluate(COLOUR_AT, "card"), *guest.page.evaluate(COLOUR_AT, "told")) < 12
    )
    red, green, blue = guest.page.evaluate(COLOUR_AT, "plain")
    assert (red < 40, green > 100, blue < 40) == (True, True, True)
    expect(form.locator("form")).to_be_visible()
    send(form, "Seen with a picture")
    assert picture_of(running_service, "Seen with a picture").size[0] > 300
    soon(lambda: guest.page.evaluate(STORED) == 0)
    assert guest.complaints == []


def test_none_is_taken_of_what_stood_there_before_it_was_covered(
    shooting: Browser, running_service: Service, shop: Shop
) -> None:
    guest = Person(shooting, running_service)
    guest.page.add_init_script(FRAMES_OF_BEFORE)
    guest.page.goto(shop.page("/", snippet(running_service, **OF_PICTURES)))
    guest.page.evaluate(FURNISH)
    form = guest.page.locator("cxloop-form")
    form.get_by_role("button", name="Take a picture of this page").click()
    expect(form.get_by_role("alert").filter(has_text="could not be taken")).to_be_visible()
    expect(form.get_by_role("img")).to_have_count(0)
    assert guest.page.locator("cxloop-cover").count() == 0
    send(form, "Without one, then")
    assert soon(lambda: heard(running_service, "Without one, then"))[0]["files"] == []


def photo(width: int = 60) -> dict[str, Any]:
    raw = BytesIO()
    Image.new("RGB", (width, 40), (200, 30, 30)).save(raw, "PNG")
    return {"name": "photo.png", "mimeType": "image/png", "buffer": raw.getvalue()}


def test_one_of_the_device_waits_with_its_words_until_there_is_a_connection(
    browser: Browser, running_service: Service, shop: Shop
) -> None:
    guest = at_the_form(browser, running_service, shop, watched=True)
    form = guest.page.locator("cxloop-form")
    form.get_by_label("Add a picture").set_input_files(photo())
    expect(form.get_by_role("img")).to_be_visible()
    form.get_by_role("button", name="Without the picture").click()
    expect(form.get_by_role("img")).to_have_count(0)
    form.get_by_label("Add a picture").set_input_files(photo(90))
    expect(form.get_by_role("img")).to_be_visible()
    guest.page.route(POSTS, lambda route: route.abort())
    send(form, "With a photo, in a tunnel")
    guest.page.unroute(POSTS)
    guest.page.reload()
    assert picture_of(running_service, "With a photo, in a tunnel").size == (90, 40)
    soon(lambda: guest.page.evaluate(STORED) == 0)


def test_a_picture_that_cannot_be_taken_keeps_no_words_back(
    browser: Browser, running_service: Service, shop: Shop
) -> None:
    guest = at_the_form(browser, running_service, shop, watched=True)
    form = guest.page.locator("cxloop-form")
    broken = {"name": "x.png", "mimeType": "image/png", "buffer": b"no picture"}
    form.get_by_label("Add a picture").set_input_files(broken)
    expect(form.get_by_role("alert").filter(has_text="could not be taken")).to_be_visible()
    form.get_by_label("Add a picture").set_input_files(photo())
    guest.page.route(POSTS, refuse_files)
    send(form, "The words are there")
    expect(form.get_by_role("status")).to_contain_text("The picture could not be taken.")
    (one,) = soon(lambda: heard(running_service, "The words are there"))
    assert one["files"] == []


def refuse_files(route: Any) -> None:
    if "multipart" not in route.request.headers.get("content-type", ""):
        return route.continue_()
    problem = {"status": 429, "json": {"code": "files_cap"}}
    route.fulfill(**problem, headers={"Access-Control-Allow-Origin": "*"})


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_serves_everybody(
    browser: Browser, running_service: Service, shop: Shop, scheme: Any
) -> None:
    guest = at_the_form(browser, running_service, shop, bypass_csp=True, color_scheme=scheme)
    form = guest.page.locator("cxloop-form")
    form.get_by_label("Add a picture").set_input_files(photo())
    expect(form.get_by_role("img")).to_be_visible()
    assert violations_on(guest.page) == []
