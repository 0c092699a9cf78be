"""The questions of a form are written by fields: kept, moved, added, and refused beside them."""

from copy import deepcopy
from typing import Any

import pytest
from django.test import Client

from cxloop.kernel.moment import moment
from desk.question_sheet import Sheet, changed, document_of, place_of
from feedback.web.actions import write_form
from feedback.web.forms import read_form_document
from feedback.web.gallery import BY_SLUG, CHECKOUT, GALLERY
from feedback.web.models import Form
from tests.cast import Cast
from tests.desk.browsing import browse, sent, text_of
from tests.makers import make_source

pytestmark = pytest.mark.django_db
WHERE = "/admin/sources/shop/forms/checkout"
SHOWS = {"after_s": 20, "leaving": True, "pages": ["/cart*"], "percent": 10, "every_days": 30}


@pytest.fixture
def admin(cast: Cast) -> Client:
    return browse(cast.admin)


@pytest.fixture
def checkout(cast: Cast) -> Form:
    source = make_source("shop")
    document = {**deepcopy(CHECKOUT), "shows": SHOWS}
    return write_form(
        source, slug="checkout", name="Checkout", document=document, by=None, now=moment()
    )


def typed(document: Any, name: str = "Checkout", **more: str) -> dict[str, str]:
    """As a browser sends the page back."""
    sheet = Sheet(document)
    said = {"languages": " ".join(sheet.languages), "name": name}
    said["count"] = str(len(document["questions"]))
    said |= {name: "on" for name in ("keeps_parts", "pictures") if document.get(name)}
    fields = [*sheet.thanks, *sheet.shows.values()]
    for row in sheet.rows:
        said[f"q.{row.at}.kind"] = row.kind
        fields += [row.key, row.options, row.after, row.answers, row.periods, row.days]
        fields += [field for texts in row.texts.values() for field in texts]
        said |= {f"q.{row.at}.required": "on"} if row.required else {}
        said |= {f"q.{row.at}.several": "on"} if row.several else {}
    said |= {field.name: field.value for field in fields if field.value}
    return said | more


@pytest.mark.parametrize("ready", GALLERY, ids=[ready.slug for ready in GALLERY])
@pytest.mark.parametrize("more", [{}, {"shows": SHOWS}, {"keeps_parts": True, "pictures": True}])
def test_a_form_is_the_same_after_it_was_fields(ready: Any, more: dict[str, Any]) -> None:
    document = {**ready.document, **more}
    again = document_of(typed(document))
    assert read_form_document(again) == read_form_document(document)


def test_the_hours_of_a_call_back_are_kept_and_refused_beside_them(
    admin: Client, checkout: Form
) -> None:
    document = deepcopy(BY_SLUG["call-back"].document)
    document["questions"][1] |= {"periods": ["10:00-11:00", "20:00-24:00"], "days": 2}
    assert document_of(typed(document)) == document
    said = typed(document, **{"q.1.periods": "11:00-10:00"})
    page = admin.post(WHERE, said)
    assert page.status_code == 422
    assert "11:00-10:00" in page.content.decode()


def test_its_page_shows_fields_and_json_one_click_away(admin: Client, checkout: Form) -> None:
    page = admin.get(WHERE).content.decode()
    assert 'name="q.0.ask.ko" value="주문하기가 얼마나 쉬우셨나요?"' in page
    assert 'name="document"' not in page
    assert 'name="document"' in admin.get(f"{WHERE}?as=json").content.decode()


def test_what_was_typed_is_kept(admin: Client, checkout: Form) -> None:
    said = typed(checkout.newest().document, **{"q.0.ask.en": "Was it easy?"})
    sent(admin.post(WHERE, said), WHERE)
    checkout.refresh_from_db()
    kept = checkout.newest().document
    assert (checkout.version, kept["questions"][0]["ask"]["en"]) == (2, "Was it easy?")
    assert kept["shows"] == SHOWS
    sent(admin.post(WHERE, said), WHERE)
    checkout.refresh_from_db()
    assert checkout.version == 2


def test_a_button_changes_the_page_and_keeps_nothing(admin: Client, checkout: Form) -> None:
    said = typed(checkout.newest().document, **{"q.0.ask.en": "Half typ"})
    page = admin.post(WHERE, {**said, "do": "add:stars"})
    assert page.status_code == 200
    assert "Half typ" in page.content.decode()
    assert f'name="q.{said["count"]}.kind" value="stars"' in page.content.decode()
    checkout.refresh_from_db()
    assert checkout.version == 1


def test_what_is_wrong_stands_beside_it(admin: Client, checkout: Form) -> None:
    said = typed(checkout.newest().document, **{"q.0.ask.ko": "", "shows.after_s": "soon"})
    page = admin.post(WHERE, said)
    assert page.status_code == 422
    assert 'id="q-0-ask-ko-fault"' in page.content.decode()
    assert 'id="shows-after_s-fault"' in page.content.decode()
    assert "It stands beside it below" in text_of(page)
    assert 'value="soon"' in page.content.decode()
    half = typed(checkout.newest().document, **{"q.1.answers": "nonsense"})
    refused = admin.post(WHERE, half)
    assert refused.status_code == 422
    assert "effort" in refused.content.decode()


def test_it_is_looked_at(admin: Client, checkout: Form) -> None:
    said = typed(checkout.newest().document, **{"q.0.ask.en": "Was it easy?"})
    looked_at = admin.post(WHERE, {**said, "look": "1"})
    assert "<button disabled>" in looked_at.content.decode()
    assert Form.objects.get().version == 1


@pytest.mark.parametrize("junk", ["remove:99", "up:x", "add:nothing", "speak:", "", "down:-1"])
def test_no_button_breaks_it(admin: Client, checkout: Form, junk: str) -> None:
    said = typed(checkout.newest().document)
    assert admin.post(WHERE, {**said, "do": junk}).status_code in {200, 303}
    assert admin.post(WHERE, {"do": junk, "count": "9999", "name": "x"}).status_code in {200, 422}


def test_questions_are_moved_removed_and_spoken() -> None:
    keys = [question["key"] for question in CHECKOUT["questions"]]

    def after(act: str) -> list[str]:
        return [question["key"] for question in changed(deepcopy(CHECKOUT), act)["questions"]]

    assert after("down:0")[:2] == [keys[1], keys[0]] == after("up:1")[:2]
    assert after("remove:0") == keys[1:]
    assert after("add:text")[-1] == "text"
    spoken = changed(deepcopy(CHECKOUT), "speak:fr")["questions"]
    assert all(question["ask"]["fr"] == "" for question in spoken)


@pytest.mark.parametrize(
    ("pointer", "name"),
    [
        ("/document/questions/0/ask/en", "q.0.ask.en"),
        ("/document/questions/1/options/0/label/ko", "q.1.options"),
        ("/document/questions/1/when/values", "q.1.answers"),
        ("/document/questions/1", "q.1"),
        ("/document/shows/pages/0", "shows.pages"),
        ("/document/thanks/en", "thanks.en"),
        ("/document", ""),
    ],
)
def test_a_fault_knows_its_field(pointer: str, name: str) -> None:
    assert place_of(pointer) == name
