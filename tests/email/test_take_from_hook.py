"""What Postmark and Mailgun post is kept as it came, once; strangers are told nothing."""

import hashlib
import json
from base64 import b64encode
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client

from feedback.email.actions import remove_hook, replace_secret, set_mailboxes
from feedback.email.hooks import LARGEST
from feedback.email.models import HookToken, Mail, MailHook
from feedback.email.sweeps import understand_mails
from feedback.intake.models import Feedback, FeedbackFile, Source
from tests.email.mails import make_mailbox, written
from tests.email.provided import (
    FILE,
    PICTURE,
    SUBJECT,
    WORDS,
    by_mailgun,
    by_postmark,
    in_raw,
    mailgun,
    path_of,
    picture,
    post_mailgun,
    post_postmark,
    postmark,
    signed,
)
from tests.makers import NOW

pytestmark = pytest.mark.django_db

RAW = written("택배가 아직.".encode("euc-kr"), Content_Type='text/plain; charset="euc-kr"')


def kept() -> bytes:
    return bytes(Mail.objects.get().raw or b"")


def code_of(answer: Any) -> tuple[int, str]:
    assert answer["Content-Type"] == "application/problem+json", answer.content
    return answer.status_code, answer.json()["code"]


def refusal_of(hook: MailHook) -> str:
    hook.refresh_from_db()
    return hook.refusal


class TestRaw:
    def test_postmarks_is_kept_behind_what_the_servers_said(self, mailbox: Source) -> None:
        content = written("It never came.", Subject="=?utf-8?b?67Cw7Iah?=")
        answer = post_postmark(postmark(mailbox), by_postmark(RawEmail=content.decode()))
        mail = Mail.objects.get()
        assert (answer.status_code, answer.json()) == (200, {"kept": mail.pk})
        assert bytes(mail.digest) == hashlib.sha256(content).digest()
        assert (mail.source, mail.verdict, mail.reason) == (mailbox, "unread", "")
        head = kept()[: -len(content)].decode()
        assert kept().endswith(content)
        assert head.startswith("Return-Path: <bounces@customer.example>\r\n")
        assert "Delivered-To: care@shop.example\r\n" in head
        assert "Received: from Postmark ([127.0.0.1])\r\n\tby cxloop with HTTP; " in head

    def test_mailguns_is_kept_byte_for_byte_whatever_its_charset(self, mailbox: Source) -> None:
        assert post_mailgun(mailgun(mailbox), signed(in_raw(RAW))).status_code == 200
        assert kept().endswith(RAW)
        understand_mails()
        assert Feedback.objects.get().comment == "택배가 아직."

    def test_mailguns_comes_in_a_part_of_a_form_too(self, mailbox: Source) -> None:
        """Beyond what Django takes of fields."""
        large = RAW + b"x" * (18 * 1024 * 1024)
        said = signed(in_raw(large, attachment_1=picture()))
        assert post_mailgun(mailgun(mailbox), said).status_code == 200
        assert kept().endswith(large)

    def test_what_the_provider_found_out_stands_before_it_unless_it_is_in_it(
        self, mailbox: Source
    ) -> None:
        content = written("Words", X_Spam_Status="Yes, forged")
        post_postmark(postmark(mailbox), by_postmark(RawEmail=content.decode()))
        post_mailgun(mailgun(mailbox), signed(in_raw(RAW)))
        by_each = [bytes(mail.raw or b"") for mail in Mail.objects.order_by("pk")]
        assert b"X-Spam-Score: -0.1\r\nReceived-SPF: Pass (sender SPF authorized)\r\n" in by_each[0]
        assert by_each[0].count(b"X-Spam-Status") == 1
        assert b"X-Mailgun-Sflag: No\r\n" in by_each[1].removesuffix(RAW)

    def test_the_same_by_both_is_one_mail(self, mailbox: Source) -> None:
        content = written()
        post_postmark(postmark(mailbox), by_postmark(RawEmail=content.decode()))
        post_mailgun(mailgun(mailbox), signed(in_raw(content)))
        assert Mail.objects.count() == 1


class TestParsed:
    def test_postmarks_is_rebuilt_and_heard(self, mailbox: Source) -> None:
        post_postmark(postmark(mailbox), by_postmark())
        self._is_heard("Postmark")
        assert b"X-Spam-Score: -0.1\r\n" in kept()

    def test_mailguns_is_rebuilt_and_heard(self, mailbox: Source) -> None:
        said = by_mailgun(attachment_1=picture(), attachment_count="1")
        post_mailgun(mailgun(mailbox), signed(said))
        self._is_heard("Mailgun")
        assert b"X-Mailgun-Dkim-Check-Result: Pass\r\n" in kept()

    def _is_heard(self, provider: str) -> None:
        understand_mails()
        mail, heard, file = Mail.objects.get(), Feedback.objects.get(), FeedbackFile.objects.get()
        assert mail.reason == f"{provider} gave no raw message: rebuilt from what it read"
        assert (mail.sender, mail.subject) == ("kim@customer.example", SUBJECT)
        assert mail.message_id.startswith("<parsed-")
        assert (heard.comment, heard.customer.name) == (WORDS, "김서연")  # type: ignore[union-attr]
        assert (file.file.name, bytes(file.file.content.body)) == (FILE, PICTURE)

    def test_the_same_again_is_the_same_mail(self, mailbox: Source) -> None:
        hook, made = mailgun(mailbox), postmark(mailbox)
        for _ in range(2):
            said = by_mailgun(attachment_1=picture(), attachment_count="1", body_html="<p>Hm</p>")
            assert post_mailgun(hook, signed(said)).status_code == 200
            assert post_postmark(made, by_postmark(HtmlBody="<p>Hm</p>")).status_code == 200
        assert Mail.objects.count() == 2

    def test_what_the_standard_library_refuses_is_taken(self, mailbox: Source) -> None:
        """Two subjects, a header of two lines, a mail of another charset in the mail."""
        headers = [["Subject", "One"], ["Subject", "Two"], ["X-Odd", "a\r\nBcc: all@x"]]
        inner = written("택배".encode("euc-kr"))
        hook, made = mailgun(mailbox), postmark(mailbox)
        said = by_mailgun(message_headers=json.dumps([*headers, ["From", "kim@customer.example"]]))
        assert post_mailgun(hook, signed(said)).status_code == 200
        enclosed = {
            "Name": "a\r\nb.eml",
            "Content": b64encode(inner).decode(),
            "ContentType": "message/rfc822",
            "ContentID": "<x\r\ny>",
        }
        others = [{"Name": name, "Value": value} for name, value in headers]
        said = by_postmark(Attachments=[enclosed], Headers=others)
        assert post_postmark(made, said).status_code == 200
        by_each = [bytes(mail.raw or b"") for mail in Mail.objects.order_by("pk")]
        assert all(b"\nBcc:" not in raw for raw in by_each)
        assert b64encode(inner)[:60] in by_each[1]

    def test_pictures_of_the_text_are_told_from_files(self, mailbox: Source) -> None:
        said = by_mailgun(
            attachment_1=picture(), content_id_map='{"": "attachment-9", "<a\\nb>": "attachment-1"}'
        )
        assert post_mailgun(mailgun(mailbox), signed(said)).status_code == 200
        assert b"Content-Disposition: inline" in kept()
        assert b"Content-ID: <a b>" in kept()


class TestWhose:
    def test_to_whom_it_was_written_decides_the_source(self, mailbox: Source) -> None:
        sales = make_mailbox("sales")
        set_mailboxes(sales, ["sales@shop.example"], by=None, now=NOW)
        said = by_postmark(RawEmail=RAW.decode("latin-1"), OriginalRecipient="sales+x@shop.example")
        post_postmark(postmark(mailbox), said)
        assert Mail.objects.get().source == sales

    def test_an_archived_source_takes_nothing(self, mailbox: Source) -> None:
        made = postmark(mailbox)
        Source.objects.update(archived_at=NOW)
        assert code_of(post_postmark(made, by_postmark())) == (409, "archived")
        assert refusal_of(made[0]) == "archived"
        Source.objects.update(archived_at=None)
        assert post_postmark(made, by_postmark()).status_code == 200


class TestStrangers:
    def test_they_hear_the_same_whatever_was_wrong(self, mailbox: Source) -> None:
        hook, (other, clear) = mailgun(mailbox), postmark(mailbox)
        said, unsigned = in_raw(RAW), in_raw(RAW)
        answers = [
            post_mailgun(hook, signed(said, key="guessed")),
            post_mailgun(hook, unsigned),
            post_mailgun(hook, signed(said) | {"signature": "é"}),
            post_mailgun(MailHook(provider="mailgun", key="nobody"), signed(said)),
            post_mailgun(MailHook(provider="mailgun", key="%00"), signed(said)),
            post_postmark((other, f"{clear}x"), by_postmark()),
            post_postmark((other, clear), by_postmark(), HTTP_AUTHORIZATION="Basic =="),
            Client().post(path_of(other), b"{}", content_type="application/json"),
            post_postmark((MailHook(provider="postmark", key="nobody"), clear), by_postmark()),
        ]
        told = [{**answer.json(), "request_id": ""} for answer in answers]
        assert {answer.status_code for answer in answers} == {401}
        assert all(one == told[0] for one in told)
        assert not Mail.objects.exists()
        assert refusal_of(hook) == "wrong_signature"
        assert refusal_of(other) == "wrong_secret"

    @pytest.mark.parametrize("age_s", [9 * 3600 + 60, -400])
    def test_a_signature_of_another_time_is_refused(self, mailbox: Source, age_s: int) -> None:
        hook = mailgun(mailbox)
        assert post_mailgun(hook, signed(in_raw(RAW), age_s=age_s)).status_code == 401
        assert refusal_of(hook) == "wrong_time"

    def test_one_of_its_first_attempt_is_believed(self, mailbox: Source) -> None:
        """Mailgun tries for eight hours."""
        said = signed(in_raw(RAW), age_s=8 * 3600)
        assert post_mailgun(mailgun(mailbox), said).status_code == 200

    def test_a_signature_serves_one_message(self, mailbox: Source) -> None:
        hook, said = mailgun(mailbox), signed(in_raw(RAW))
        assert [post_mailgun(hook, said).status_code for _ in range(3)] == [200, 200, 200]
        other = said | {"body-mime": written("Forged")}
        assert post_mailgun(hook, other).status_code == 401
        assert refusal_of(hook) == "used_before"
        assert Mail.objects.count() == 1

    def test_signatures_that_nobody_believes_any_more_are_forgotten(self, mailbox: Source) -> None:
        hook = mailgun(mailbox)
        post_mailgun(hook, signed(in_raw(RAW)))
        HookToken.objects.update(used_at=NOW)
        post_mailgun(hook, signed(in_raw(RAW)))
        assert HookToken.objects.count() == 1

    def test_a_replaced_secret_opens_nothing(self, mailbox: Source) -> None:
        hook, old = postmark(mailbox)
        clear = replace_secret(hook, by=None, now=NOW)
        assert post_postmark((hook, old), by_postmark()).status_code == 401
        assert post_postmark((hook, clear), by_postmark()).status_code == 200

    def test_a_removed_hook_is_no_address(self, mailbox: Source) -> None:
        made = postmark(mailbox)
        post_postmark(made, by_postmark())
        path = path_of(made[0])
        remove_hook(made[0], by=None, now=NOW)
        assert Client().post(path, b"{}", content_type="application/json").status_code == 401
        assert Mail.objects.exists()

    def test_another_secret_key_of_the_house_is_an_error_of_ours(
        self, mailbox: Source, settings: Any
    ) -> None:
        hook = mailgun(mailbox)
        settings.SECRET_KEY = "another"
        assert code_of(post_mailgun(hook, signed(in_raw(RAW)))) == (500, "sealed_otherwise")
        assert refusal_of(hook) == "sealed_otherwise"


# What repeating does not mend; 403 and 406 are where Postmark and Mailgun stop.
WRONG_JSON = {
    "unreadable": b'{"a": ',
    "not_an_object": b"[]",
    "duplicate_key": b'{"a": 1, "a": 2}',
    "wrong_hook": {"RecordType": "Bounce"},
    "missing": {"OriginalRecipient": None, "ToFull": None, "CcFull": None},
    "not_a_string": {"RawEmail": 7},
    "no_attachment": {"Attachments": [{"Name": "x", "Content": 5}]},
    "not_base64": {"Attachments": [{"Name": "x", "Content": "abcde"}]},
}
WRONG_FORMS: dict[str, dict[str, Any]] = {
    "missing": {"message_headers": None},
    "wrong_hook": {"event": "delivered"},
    "wrong_action": {"attachments": "[]"},
    "not_headers": {"message_headers": '{"Subject": 1}'},
    "unreadable": {"message_headers": "["},
}


class TestWrongContent:
    @pytest.mark.parametrize("code", WRONG_JSON)
    def test_postmark_is_told_to_stop(self, mailbox: Source, code: str) -> None:
        made, wrong = postmark(mailbox), WRONG_JSON[code]
        said = by_postmark(**wrong) if isinstance(wrong, dict) else wrong
        answer = post_postmark(made, said)
        status, told = code_of(answer)
        assert (status, code) in [(403, told), (403, _first_code(answer))]
        assert refusal_of(made[0]) == told

    @pytest.mark.parametrize("code", WRONG_FORMS)
    def test_mailgun_is_told_to_stop(self, mailbox: Source, code: str) -> None:
        answer = post_mailgun(mailgun(mailbox), signed(by_mailgun(**WRONG_FORMS[code])))
        status, told = code_of(answer)
        assert (status, code) in [(406, told), (406, _first_code(answer))]

    def test_as_it_is_of_another_content_type(self, mailbox: Source) -> None:
        made, hook = postmark(mailbox), mailgun(mailbox)
        answer = post_postmark(made, by_postmark(), content_type="text/plain")
        assert code_of(answer) == (403, "wrong_content_type")
        answer = Client().post(path_of(hook), b"{}", content_type="application/json")
        assert code_of(answer) == (406, "wrong_content_type")

    def test_40_megabytes_are_read_and_a_byte_more_is_not(self, mailbox: Source) -> None:
        made, hook = postmark(mailbox), mailgun(mailbox)
        whole = json.dumps(by_postmark(RawEmail="")).encode()[:-1]
        room = LARGEST - len(whole) - len(', "Tag": ""}') - 1
        body = whole.replace(b'"Tag": "", ', b"") + b', "Tag": "' + b"x" * (room + 12) + b'"}'
        assert len(body) == LARGEST
        assert post_postmark(made, body).status_code == 200
        assert code_of(post_postmark(made, body + b" ")) == (403, "too_large")
        form = b"x=" + b"y" * (LARGEST - 1)
        kind = "application/x-www-form-urlencoded"
        answer = Client().post(path_of(hook), form, content_type=kind)
        assert code_of(answer) == (406, "too_large")

    def test_only_posts_are_taken(self, mailbox: Source) -> None:
        path = path_of(mailgun(mailbox))
        assert code_of(Client().get(path)) == (405, "method_not_allowed")
        assert Client().head(path).status_code == 200


def _first_code(answer: Any) -> str:
    return str(answer.json().get("errors", [{"code": ""}])[0]["code"])


@pytest.mark.django_db(transaction=True)
def test_what_came_while_the_database_was_away_is_kept_when_it_comes_again() -> None:
    hook, said = mailgun(make_mailbox()), signed(in_raw(RAW), age_s=600)
    other = connections.create_connection("default")
    try:
        with other.cursor() as elsewhere, connection.cursor() as here:
            other.set_autocommit(False)
            elsewhere.execute("LOCK TABLE email_mail IN ACCESS EXCLUSIVE MODE")
            here.execute("SET lock_timeout = '100ms'")
            answer = post_mailgun(hook, said)
            assert code_of(answer) == (503, "away")
            other.rollback()
            here.execute("RESET lock_timeout")
    finally:
        other.close()
    assert not Mail.objects.exists()
    assert [post_mailgun(hook, said).status_code for _ in range(2)] == [200, 200]
    assert Mail.objects.count() == 1


def test_the_last_use_is_kept(mailbox: Source) -> None:
    hook = mailgun(mailbox)
    post_mailgun(hook, signed(in_raw(RAW)))
    hook.refresh_from_db()
    assert hook.last_used_at is not None
    assert (hook.refused_at, hook.refusal) == (None, "")
