"""A mail is shown to its end to whoever sees its ticket, and does nothing to them."""

import pytest
from django.test import Client
from django.urls import reverse

from feedback.email.models import Mail
from feedback.email.whole import whole_of
from feedback.intake.models import Source
from tests.cast import Cast
from tests.email.mails import PAGE, in_parts, make_answer, receive, written
from tests.makers import make_ticket
from tickets.work.models import Ticket
from tickets.work.threads import mails_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(cast: Cast, mailbox: Source) -> Ticket:
    return make_ticket(cast.group)


@pytest.fixture
def desk(cast: Cast, client: Client) -> Client:
    client.force_login(cast.agent)
    return client


def address(name: str, mail: Mail, ticket: Ticket) -> str:
    return reverse(name, args=[ticket.ref, mail.pk])


class TestTheWhole:
    def test_holds_what_was_quoted(self) -> None:
        whole = whole_of(written("And now?\n\n> You wrote this.\n-- \nKim"))
        assert whole.text == "And now?\n\n> You wrote this.\n--\nKim"

    def test_of_a_page_does_nothing_and_fetches_nothing(self) -> None:
        whole = whole_of(written(PAGE, Content_Type="text/html"))
        assert "<b>never</b>" in whole.markup
        for harmful in ("script", "alert", "form", "input", "img", "onerror", "javascript"):
            assert harmful not in whole.markup
        assert whole.has_images

    def test_names_its_pictures_where_they_are_asked_for(self) -> None:
        whole = whole_of(written(PAGE, Content_Type="text/html"), images=True)
        assert '<img src="https://spy.example/1.gif">' in whole.markup

    @pytest.mark.parametrize("raw", [b"", b"\0", b"no mail at all", b"From: x\n" * 9])
    def test_of_what_is_no_mail_is_no_error(self, raw: bytes) -> None:
        assert whole_of(raw).markup == ""


def test_all_that_came_on_it_are_listed_the_newest_first(
    desk: Client, ticket: Ticket, mailbox: Source
) -> None:
    answer = make_answer(ticket.pk)
    other = receive(written("Of nobody here."))
    assert list(mails_on(ticket)) == [answer]
    page = desk.get(reverse("ticket-mails", args=[ticket.ref])).content.decode()
    assert "Where is my parcel?" in page
    assert desk.get(address("ticket-mail", other, ticket)).status_code == 404


def test_the_ticket_leads_there(desk: Client, ticket: Ticket) -> None:
    page = desk.get(reverse("ticket", args=[ticket.ref])).content.decode()
    assert reverse("ticket-mails", args=[ticket.ref]) in page


def test_its_words_stand_in_the_page_as_words(desk: Client, ticket: Ticket) -> None:
    answer = make_answer(ticket.pk)
    Mail.objects.update(raw=written("Hello <b>you</b>"))
    page = desk.get(address("ticket-mail", answer, ticket)).content.decode()
    assert "Hello &lt;b&gt;you&lt;/b&gt;" in page


def test_its_layout_is_shut_in(desk: Client, ticket: Ticket) -> None:
    where = address("ticket-mail-page", make_answer(ticket.pk), ticket)
    shut, asked = desk.get(where), desk.get(f"{where}?images=1")
    for answer in (shut, asked):
        said = answer["Content-Security-Policy"]
        assert "default-src 'none'" in said
        assert "sandbox" in said
        assert "allow-scripts" not in said
        assert "allow-same-origin" not in said
    assert "img-src" not in shut["Content-Security-Policy"]
    assert "img-src https: http:" in asked["Content-Security-Policy"]
    assert (b"spy.example" in shut.content, b"spy.example" in asked.content) == (False, True)


def test_what_was_erased_is_blank(desk: Client, ticket: Ticket) -> None:
    answer = make_answer(ticket.pk)
    Mail.objects.update(raw=None)
    assert b"no words in it any more" in desk.get(address("ticket-mail", answer, ticket)).content
    for name in ("ticket-mail-page", "ticket-mail-raw"):
        assert desk.get(address(name, answer, ticket)).status_code == 404


def test_who_does_not_see_the_ticket_sees_no_mail(
    cast: Cast, client: Client, ticket: Ticket
) -> None:
    client.force_login(cast.outsider)
    for name in ("ticket-mail", "ticket-mail-page", "ticket-mail-raw"):
        where = address(name, make_answer(ticket.pk), ticket)
        assert client.get(where).status_code == 404
        Mail.objects.all().delete()


def test_its_files_are_named(desk: Client, ticket: Ticket) -> None:
    answer = make_answer(ticket.pk)
    body, kind = in_parts(
        "Content-Type: text/plain\n\nLook.\n",
        'Content-Type: image/jpeg\nContent-Disposition: attachment; filename="a.jpg"\n\nabc',
    )
    Mail.objects.update(raw=written(body, Content_Type=kind))
    page = desk.get(address("ticket-mail", answer, ticket)).content.decode()
    assert "a.jpg" in page


def test_its_layout_is_as_wide_as_a_phone_and_named_as_words(desk: Client, ticket: Ticket) -> None:
    answer = make_answer(ticket.pk)
    Mail.objects.update(subject="</title><b>Late")
    page = desk.get(address("ticket-mail-page", answer, ticket)).content.decode()
    assert "<title>&lt;/title&gt;&lt;b&gt;Late</title>" in page
    assert 'name="viewport"' in page


def test_doubts_of_our_server_are_told(desk: Client, ticket: Ticket) -> None:
    answer = make_answer(ticket.pk)
    Mail.objects.update(authentication={"server": "mx.shop.example", "dmarc": "fail"})
    page = desk.get(address("ticket-mail", answer, ticket)).content.decode()
    assert "dmarc=fail, says mx.shop.example" in page
