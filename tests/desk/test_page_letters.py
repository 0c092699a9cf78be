"""Admins word our letters to customers, see them as they leave, and go back."""

import pytest
from django.test import Client

from tests.cast import Cast
from tests.desk.browsing import browse, cost_of, sent, text_of
from tests.makers import make_group
from tickets.work.models import LetterTemplate

pytestmark = pytest.mark.django_db

REMINDER = "/admin/letters/reminder/en"
SIGNED = "/admin/letters/signature/care/ko"
WORDS = "Dear {name}, we wait. {number}"


@pytest.fixture
def admin(cast: Cast) -> Client:
    return browse(cast.admin)


def test_every_letter_stands_in_both_languages(admin: Client) -> None:
    page = admin.get("/admin/letters")
    for address in (
        *(REMINDER, "/admin/letters/question/ko", "/admin/letters/final_position/en", SIGNED),
    ):
        assert f'href="{address}"' in page.content.decode()
        assert admin.get(address).status_code == 200
    assert text_of(page).count("built in") == 14


def test_words_are_kept_and_said_by_whom(admin: Client) -> None:
    sent(admin.post(REMINDER, {"body": WORDS}), REMINDER)
    assert LetterTemplate.objects.get().body == WORDS
    assert "version 1" in text_of(admin.get("/admin/letters"))
    page = text_of(admin.get(REMINDER))
    assert "Taken away: We wait for your answer to go on." in page
    assert f"Added: {WORDS}" in page
    assert "Admin in force" in page


def test_it_is_shown_as_it_leaves_in_both_languages(admin: Client) -> None:
    shown = admin.post(REMINDER, {"body": WORDS, "preview": "1"})
    page = text_of(shown)
    assert "A preview, nothing was saved" in page
    assert "Dear Jane Miller, we wait. T-1042" in page
    assert "접수 번호는 T-1042입니다." in page
    assert "Re: Parcel never arrived [T-1042]" in page
    assert not LetterTemplate.objects.exists()


def test_what_cannot_leave_is_refused_by_name(admin: Client) -> None:
    where = "/admin/letters/question/en"
    wrong = {"subject": "Well?", "body": "Say so here: {lnik}"}
    for said in (wrong, {**wrong, "preview": "1"}):
        refused = admin.post(where, said)
        assert refused.status_code == 422
        page = text_of(refused)
        assert "There is no such variable here. ({lnik} is none of" in page
        assert "({number}, {link} must stand in it.)" in page
        assert "Say so here: {lnik}" in page


def test_what_would_lose_the_gesture_says_what_to_do(admin: Client) -> None:
    said = {"body": "{message}\r\nYou have {gesture} by {until}."}
    refused = admin.post("/admin/letters/gesture_promised/en", said)
    assert refused.status_code == 422
    assert "({until} stands on a line of its own, without {gesture}.)" in text_of(refused)


def test_a_subject_is_asked_for_where_there_is_one(admin: Client) -> None:
    assert 'name="subject"' in admin.get("/admin/letters/question/en").content.decode()
    assert 'name="subject"' not in admin.get(REMINDER).content.decode()


def test_an_acknowledgement_offers_no_name(admin: Client) -> None:
    page = text_of(admin.get("/admin/letters/acknowledgement/en"))
    assert "{due}" in page
    assert "{name}" not in page


def test_versions_are_taken_up_again_and_so_is_what_is_built_in(admin: Client) -> None:
    for body in (WORDS, f"{WORDS}!"):
        sent(admin.post(REMINDER, {"body": body}), REMINDER)
    sent(admin.post(REMINDER, {"version": 1}), REMINDER)
    assert LetterTemplate.objects.latest("version").body == WORDS
    assert "Go back to the words that are built in" in text_of(admin.get(REMINDER))
    sent(admin.post(REMINDER, {"version": 0}), REMINDER)
    assert LetterTemplate.objects.latest("version").body == ""
    assert "We wait for your answer to go on." in text_of(admin.get(REMINDER))
    assert admin.post(REMINDER, {"version": 99}).status_code == 404
    sent(admin.post(REMINDER, {"version": "x"}), REMINDER)


def test_a_group_has_a_signature(admin: Client) -> None:
    sent(admin.post(SIGNED, {"body": "{team} {writer} 드림"}), SIGNED)
    row = LetterTemplate.objects.get()
    assert (row.kind, row.language, row.group and row.group.slug) == ("signature", "ko", "care")
    assert "-- Care 박지우 드림" in text_of(admin.get(SIGNED))


def test_nothing_that_is_typed_becomes_markup(admin: Client) -> None:
    said = {"body": "<script>alert(1)</script> {number} {% now 'Y' %}", "preview": "1"}
    refused = admin.post(REMINDER, said)
    assert refused.status_code == 422
    assert "<script>alert" not in refused.content.decode()
    shown = admin.post(REMINDER, {"body": "<b>{number}</b>", "preview": "1"})
    assert "&lt;b&gt;T-1042&lt;/b&gt;" in shown.content.decode()


def test_what_is_no_letter_is_not_found(admin: Client) -> None:
    for address in ("invoice/en", "reminder/fr", "signature/en", "signature/nowhere/en"):
        assert admin.get(f"/admin/letters/{address}").status_code == 404


def test_the_list_costs_the_same_for_many_words(admin: Client) -> None:
    cost = cost_of(admin, "/admin/letters")
    for number in range(3):
        make_group(f"team-{number}")
        sent(admin.post(REMINDER, {"body": f"{number} {{number}}"}), REMINDER)
    assert cost_of(admin, "/admin/letters") == cost
