"""Over REST mails are listed, read to their ends, saved as they came and tried again."""

import pytest
from rest_framework.test import APIClient

from feedback.email.addresses import reply_address
from feedback.email.models import Mail
from feedback.email.whole import headers_of
from feedback.intake.models import Feedback, Source
from tests.cast import Cast, api
from tests.email.mails import in_parts, make_answer, make_unreadable, receive, written
from tests.makers import NOW, make_ticket
from tickets.work.models import Ticket

pytestmark = pytest.mark.django_db

MAILS = "/api/v1/mails"


@pytest.fixture
def admin(cast: Cast) -> APIClient:
    return api(cast.admin)


@pytest.fixture
def agent(cast: Cast) -> APIClient:
    return api(cast.agent)


@pytest.fixture
def ticket(cast: Cast, mailbox: Source) -> Ticket:
    return make_ticket(cast.group)


@pytest.fixture
def refused(cast: Cast, mailbox: Source) -> Mail:
    return receive(written("Close it.", From=cast.agent.email, To=reply_address(42)))


def numbers(client: APIClient, address: str = MAILS, **said: object) -> list[int]:
    return [one["id"] for one in client.get(address, said).json()["results"]]


class TestSetAside:
    def test_are_listed_the_newest_first_by_verdict(
        self, admin: APIClient, refused: Mail, mailbox: Source
    ) -> None:
        other = make_unreadable(mailbox)
        receive(written())
        assert numbers(admin) == [other.pk, refused.pk]
        assert numbers(admin, verdict="refused") == [refused.pk]
        assert numbers(admin, verdict="refused,unreadable") == [other.pk, refused.pk]
        assert numbers(admin, source="elsewhere") == []

    def test_come_in_pages(self, admin: APIClient, mailbox: Source) -> None:
        made = [make_unreadable(mailbox, bytes([n])).pk for n in range(3)]
        first = admin.get(MAILS, {"page_size": 2}).json()
        assert [one["id"] for one in first["results"]] == made[:0:-1]
        assert numbers(admin, first["next"]) == made[:1]

    def test_are_not_sought_by_another_verdict(self, admin: APIClient) -> None:
        answer = admin.get(MAILS, {"verdict": "feedback", "colour": "red"})
        assert answer.status_code == 422
        assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/colour", "/verdict"]

    def test_are_read_one_by_one(self, admin: APIClient, refused: Mail, mailbox: Source) -> None:
        told = admin.get(f"{MAILS}/{refused.pk}").json()
        assert (told["verdict"], told["sender"]) == ("refused", refused.sender)
        assert (told["text"], told["source"]) == ("Close it.", "care")
        blank = admin.get(f"{MAILS}/{make_unreadable(mailbox).pk}").json()
        assert (blank["reason"], blank["text"], blank["files"]) == ("NotAMail", "\ufffd", [])

    def test_are_saved_as_they_came(self, admin: APIClient, refused: Mail) -> None:
        answer = admin.get(f"{MAILS}/{refused.pk}/raw")
        assert answer.content == bytes(refused.raw or b"")
        assert answer["Content-Type"] == "application/octet-stream"
        assert "sandbox" in answer["Content-Security-Policy"]

    def test_do_not_hold_what_was_heard(self, admin: APIClient, mailbox: Source) -> None:
        mail = receive(written())
        for end in ("", "/raw"):
            assert admin.get(f"{MAILS}/{mail.pk}{end}").status_code == 404


class TestTriedAgain:
    def test_what_can_be_read_is_heard_as_received_when_it_came(
        self, admin: APIClient, mailbox: Source
    ) -> None:
        mail = make_unreadable(mailbox, written("It never came."))
        told = admin.post(f"{MAILS}/{mail.pk}/again").json()
        heard = Feedback.objects.get()
        assert (told["verdict"], told["feedback"]) == ("feedback", str(heard.pk))
        assert (heard.comment, heard.received_at) == ("It never came.", NOW)
        assert admin.post(f"{MAILS}/{mail.pk}/again").status_code == 404

    def test_what_answers_a_ticket_names_it(self, admin: APIClient, ticket: Ticket) -> None:
        mail = make_unreadable(
            Source.objects.get(slug="care"), written(To=reply_address(ticket.pk))
        )
        told = admin.post(f"{MAILS}/{mail.pk}/again").json()
        assert (told["verdict"], told["ticket"], told["feedback"]) == ("answer", ticket.ref, None)

    def test_what_cannot_be_read_stays(self, admin: APIClient, mailbox: Source) -> None:
        mail = make_unreadable(mailbox)
        assert admin.post(f"{MAILS}/{mail.pk}/again").json()["verdict"] == "unreadable"

    def test_what_was_refused_is_heard(self, admin: APIClient, refused: Mail) -> None:
        assert admin.post(f"{MAILS}/{refused.pk}/again").json()["verdict"] == "feedback"
        assert Feedback.objects.get().comment == "Close it."

    def test_by_an_auditor_nothing_is(self, cast: Cast, refused: Mail) -> None:
        assert api(cast.auditor).post(f"{MAILS}/{refused.pk}/again").status_code == 403


class TestOfATicket:
    def test_they_are_listed_the_newest_first(self, agent: APIClient, ticket: Ticket) -> None:
        old, new = make_answer(ticket.pk), make_answer(ticket.pk)
        receive(written("Of nobody here."))
        assert numbers(agent, f"/api/v1/tickets/{ticket.ref}/mails") == [new.pk, old.pk]

    def test_one_is_told_to_its_end(self, agent: APIClient, ticket: Ticket) -> None:
        mail = make_answer(ticket.pk)
        body, kind = in_parts(
            "Content-Type: text/plain\n\nAnd now?\n\n> You wrote this.\n",
            'Content-Type: image/jpeg\nContent-Disposition: attachment; filename="a.jpg"\n\nabc',
        )
        said = {"Subject": "=?utf-8?B?7YOd67Cw?=", "Content_Type": kind}
        found = {"server": "mx.shop.example", "dmarc": "fail"}
        Mail.objects.update(raw=written(body, **said), authentication=found)
        told = agent.get(f"/api/v1/tickets/{ticket.ref}/mails/{mail.pk}").json()
        assert told["text"] == "And now?\n\n> You wrote this."
        assert told["files"] == [{"name": "a.jpg", "size": 3, "inline": False, "what": ""}]
        assert {"name": "Subject", "value": said["Subject"]} in told["headers"]
        assert told["authentication"] == {**found, "spf": "", "dkim": "", "doubted": True}

    def test_it_is_saved_as_it_came_until_it_is_erased(
        self, agent: APIClient, ticket: Ticket
    ) -> None:
        mail = make_answer(ticket.pk)
        where = f"/api/v1/tickets/{ticket.ref}/mails/{mail.pk}"
        assert agent.get(f"{where}/raw").content == bytes(mail.raw or b"")
        Mail.objects.update(raw=None)
        assert agent.get(f"{where}/raw").status_code == 404
        told = agent.get(where).json()
        assert (told["erased"], told["headers"], told["text"]) == (True, [], "")

    def test_another_tickets_is_not_here(self, agent: APIClient, ticket: Ticket) -> None:
        other = receive(written("Of nobody here."))
        for end in ("", "/raw"):
            where = f"/api/v1/tickets/{ticket.ref}/mails/{other.pk}{end}"
            assert agent.get(where).status_code == 404


@pytest.mark.parametrize(
    "raw", [b"", b"\0", b"no mail", b"From: x\n" * 9_000, b"A\xff: \xed\xa0\x80\n\nx"]
)
def test_headers_of_whatever_came_can_be_told(raw: bytes) -> None:
    for name, value in headers_of(raw):
        (name + value).encode()
