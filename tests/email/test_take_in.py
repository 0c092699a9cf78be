"""What a mail server hands over is kept as it came, once, and understood by a sweep."""

import pytest

from cxloop.kernel.errors import Conflict, Refused
from cxloop.kernel.moment import moment
from feedback.email.actions import Envelope, mailboxes_of, set_mailboxes, take_in
from feedback.email.addresses import reply_address
from feedback.email.listening import hops
from feedback.email.mailboxes import source_at
from feedback.email.models import Mail
from feedback.email.sweeps import understand_mails
from feedback.intake.models import Feedback, Source
from tests.cast import Cast, api
from tests.email.mails import make_mailbox, written
from tests.makers import NOW, make_source

pytestmark = pytest.mark.django_db

FROM_A_SERVER = Envelope("kim@customer.example", ("care@shop.example",), "192.0.2.7", "mx.example")


def hand_over(content: bytes, source: Source, envelope: Envelope = FROM_A_SERVER) -> Mail:
    return take_in(content, envelope, source=source, now=moment())


def test_it_is_kept_behind_what_the_servers_said(mailbox: Source) -> None:
    content = written().replace(b"\n", b"\r\n")
    mail = hand_over(content, mailbox)
    head, kept = bytes(mail.raw or b"")[: -len(content)].decode(), bytes(mail.raw or b"")
    assert kept.endswith(content)
    assert head.startswith("Return-Path: <kim@customer.example>\r\n")
    assert "Delivered-To: care@shop.example\r\n" in head
    assert "Received: from mx.example ([192.0.2.7])\r\n\tby cxloop with ESMTP; " in head
    assert (mail.verdict, mail.source) == ("unread", mailbox)


def test_handed_over_again_to_whichever_mailbox_it_is_one(mailbox: Source) -> None:
    first = hand_over(written(Message_ID="<1@x>"), mailbox)
    content = bytes(first.raw or b"").partition(b"ESMTP")[2].partition(b"\r\n")[2]
    other = Envelope("kim@customer.example", ("sales@shop.example",))
    assert hand_over(content, make_mailbox("sales"), other) == first
    assert Mail.objects.count() == 1


def test_what_a_server_says_adds_no_header(mailbox: Source) -> None:
    odd = Envelope("x\r\nBcc: all@x", ("care@shop.example",), helo="mx\r\n\r\nHello")
    raw = bytes(hand_over(written(), mailbox, odd).raw or b"")
    assert b"\r\nBcc:" not in raw
    assert raw.index(b"From: ") < raw.index(b"Hello") or b"\r\n\r\nHello" not in raw


def test_the_sweep_understands_it_once(mailbox: Source) -> None:
    mail = hand_over(written("It never came."), mailbox)
    assert [understand_mails(), understand_mails()] == [1, 0]
    heard, mail = Feedback.objects.get(), Mail.objects.get()
    assert (heard.comment, heard.received_at) == ("It never came.", mail.received_at)


def test_what_is_too_much_for_today_waits_and_is_seen(mailbox: Source) -> None:
    Source.objects.update(daily_cap=1)
    for body in ("One", "Two"):
        hand_over(written(body), mailbox)
    understand_mails()
    waiting = Mail.objects.get(verdict="unread")
    assert "1 feedback a day" in waiting.last_error
    assert waiting.try_after is not None


def test_a_bounce_names_no_sender_and_opens_nothing(mailbox: Source) -> None:
    hand_over(written("Undelivered", From="MAILER-DAEMON@x.example"), mailbox, Envelope("", ()))
    understand_mails()
    assert not Feedback.objects.exists()


def test_hops_are_counted_in_the_head_alone() -> None:
    assert hops(b"Received: a\r\nreceived: b\r\n\r\nReceived: c\r\n") == 2


class TestMailboxes:
    def test_they_lead_to_their_source(self, mailbox: Source) -> None:
        set_mailboxes(mailbox, ["Care@Shop.example"], by=None, now=NOW)
        for address in ("care@shop.example", " CARE@shop.EXAMPLE", "care+x@shop.example"):
            assert source_at(address) == mailbox
        assert source_at("sales@shop.example") is None
        Source.objects.update(archived_at=NOW)
        assert source_at("care@shop.example") is None

    def test_what_answers_a_letter_is_always_taken(self, mailbox: Source) -> None:
        assert source_at(reply_address(1042)) == mailbox
        assert source_at("reply+1042.forged@localhost.localdomain") is None

    def test_they_are_one_sources_alone(self, mailbox: Source) -> None:
        set_mailboxes(mailbox, ["care@shop.example"], by=None, now=NOW)
        other, wanted = make_mailbox("sales"), ["care@shop.example", "no address"]
        with pytest.raises(Refused) as refused:
            set_mailboxes(other, wanted, by=None, now=NOW)
        assert [(f.pointer, f.code) for f in refused.value.faults] == [
            ("/addresses/0", "taken"),
            ("/addresses/1", "malformed_email"),
        ]

    def test_only_a_source_of_mails_has_them(self, mailbox: Source) -> None:
        with pytest.raises(Conflict):
            set_mailboxes(make_source("shop"), ["a@b.example"], by=None, now=NOW)

    def test_over_rest_they_are_put_whole(self, cast: Cast, mailbox: Source) -> None:
        where = "/api/v1/sources/care/mailboxes"
        for wanted in (["b@x.example", "a@x.example"], ["a@x.example"], []):
            answer = api(cast.admin).put(where, {"addresses": wanted}, format="json")
            assert answer.json() == {"addresses": sorted(wanted)}
        assert mailboxes_of(mailbox) == []
        assert api(cast.auditor).get(where).json() == {"addresses": []}
        assert api(cast.agent).put(where, {"addresses": []}, format="json").status_code == 403
