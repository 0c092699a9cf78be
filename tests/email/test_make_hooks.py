"""Hooks are made, shown once, given other secrets and removed: over REST and on the page."""

import re

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Change
from cxloop.kernel.errors import Conflict, Refused
from cxloop.kernel.secrets import unsealed
from feedback.email.actions import make_hook
from feedback.email.actions.hooks import PURPOSE
from feedback.email.models import Mail, MailHook
from feedback.intake.models import Source
from tests.cast import Cast, api
from tests.desk.browsing import browse, text_of
from tests.email.provided import (
    SIGNING_KEY,
    by_postmark,
    in_raw,
    mailgun,
    post_mailgun,
    post_postmark,
    signed,
)
from tests.makers import NOW, make_source

pytestmark = pytest.mark.django_db

WHERE = "/api/v1/sources/care/mail-hooks"
PAGE = "/admin/sources/care/mail-hooks"
ADDRESS = re.compile(r"http://cxloop:(hook_[\w-]{43})@127\.0\.0\.1:8000/hooks/mail/postmark/[\w-]+")


class TestOverRest:
    def test_postmarks_address_bears_its_secret_once(self, cast: Cast, mailbox: Source) -> None:
        answer = api(cast.admin).post(WHERE, {"provider": "postmark"})
        assert (answer.status_code, answer["Cache-Control"]) == (201, "no-store")
        found = ADDRESS.fullmatch(answer.json()["address"])
        assert found
        (told,) = api(cast.auditor).get(WHERE).json()["hooks"]
        assert found[1] not in str(told)
        assert told["address"].startswith("http://127.0.0.1:8000/hooks/mail/postmark/")
        assert post_postmark((MailHook.objects.get(), found[1]), by_postmark()).status_code == 200

    def test_mailguns_ends_so_that_the_raw_message_comes(self, cast: Cast, mailbox: Source) -> None:
        said = {"provider": "mailgun", "signing_key": f" {SIGNING_KEY} "}
        answer = api(cast.admin).post(WHERE, said)
        assert answer.json()["address"].endswith("/mime")
        assert SIGNING_KEY not in answer.content.decode()
        assert post_mailgun(MailHook.objects.get(), signed(in_raw(b"a"))).status_code == 200

    def test_another_secret_and_none(self, cast: Cast, mailbox: Source) -> None:
        hook, admin = mailgun(mailbox), api(cast.admin)
        assert admin.put(f"{WHERE}/mailgun", {"signing_key": "other"}).status_code == 200
        hook.refresh_from_db()
        assert unsealed(bytes(hook.signing_key or b""), purpose=PURPOSE) == "other"
        assert admin.put(f"{WHERE}/postmark", {}).status_code == 404
        assert admin.delete(f"{WHERE}/mailgun").status_code == 204
        assert not MailHook.objects.exists()

    def test_what_was_changed_is_noted_without_secrets(self, cast: Cast, mailbox: Source) -> None:
        admin = api(cast.admin)
        admin.post(WHERE, {"provider": "mailgun", "signing_key": SIGNING_KEY})
        admin.put(f"{WHERE}/mailgun", {"signing_key": "other"})
        admin.delete(f"{WHERE}/mailgun")
        rows = Change.objects.filter(about="source", key="care", act__startswith="hook_")
        assert [(row.act, row.facts, row.by) for row in rows.order_by("pk")] == [
            (act, {"provider": "Mailgun"}, cast.admin)
            for act in ("hook_made", "hook_secret_replaced", "hook_removed")
        ]


class TestRefusals:
    @pytest.mark.parametrize(
        "provider, signing_key, where",
        [
            ("sendgrid", "", ("/provider", "unknown_provider")),
            ("mailgun", " ", ("/signing_key", "required")),
            ("mailgun", "키", ("/signing_key", "malformed")),
            ("postmark", "x", ("/signing_key", "not_for_this_provider")),
        ],
    )
    def test_what_does_not_fit_has_its_pointer(
        self, mailbox: Source, provider: str, signing_key: str, where: tuple[str, str]
    ) -> None:
        with pytest.raises(Refused) as refused:
            make_hook(mailbox, provider, signing_key=signing_key, by=None, now=NOW)
        assert [(fault.pointer, fault.code) for fault in refused.value.faults] == [where]

    def test_a_provider_has_one_a_source(self, mailbox: Source) -> None:
        mailgun(mailbox)
        with pytest.raises(Refused) as refused:
            mailgun(mailbox)
        assert refused.value.faults[0].code == "taken"

    def test_only_a_source_of_mails_that_is_not_archived_has_them(self, mailbox: Source) -> None:
        with pytest.raises(Conflict):
            make_hook(make_source("shop"), "postmark", by=None, now=NOW)
        mailbox.archived_at = NOW
        with pytest.raises(Conflict):
            make_hook(mailbox, "postmark", by=None, now=NOW)

    @pytest.mark.parametrize(
        "facts", [{"digest": None}, {"signing_key": b"x"}, {"provider": "mailgun"}]
    )
    def test_one_without_its_own_secret_cannot_be(
        self, mailbox: Source, facts: dict[str, object]
    ) -> None:
        row = {"source": mailbox, "provider": "postmark", "key": "k", "digest": b"d"} | facts
        with pytest.raises(IntegrityError, match="hook_has_its_secret"), transaction.atomic():
            MailHook.objects.create(**row, made_at=NOW)


class TestOnThePage:
    def test_the_address_is_shown_once(self, cast: Cast, mailbox: Source) -> None:
        admin = browse(cast.admin)
        made = admin.post(PAGE, {"provider": "postmark"})
        assert (made.status_code, made["Cache-Control"]) == (200, "no-store")
        found = ADDRESS.search(made.content.decode())
        assert found
        later = admin.get("/admin/sources/care").content.decode()
        assert found[1] not in later
        assert MailHook.objects.get().key in later

    def test_what_was_refused_is_told(self, cast: Cast, mailbox: Source) -> None:
        post_mailgun(mailgun(mailbox), signed(in_raw(b"x"), key="guessed"))
        page = text_of(browse(cast.admin).get("/admin/sources/care"))
        assert "the signature was wrong: compare the signing key" in page

    def test_secrets_are_replaced_and_hooks_removed(self, cast: Cast, mailbox: Source) -> None:
        admin = browse(cast.admin)
        admin.post(PAGE, {"provider": "postmark"})
        first = bytes(MailHook.objects.get().digest or b"")
        again = admin.post(f"{PAGE}/postmark", {})
        assert ADDRESS.search(again.content.decode())
        assert bytes(MailHook.objects.get().digest or b"") != first
        assert admin.post(f"{PAGE}/postmark/remove").status_code == 303
        assert not MailHook.objects.exists()

    def test_what_there_is_is_not_offered_again(self, cast: Cast, mailbox: Source) -> None:
        admin = browse(cast.admin)
        assert "Make a hook" in text_of(admin.get(PAGE))
        admin.post(PAGE, {"provider": "postmark"})
        admin.post(PAGE, {"provider": "mailgun", "signing_key": "key"})
        assert "Make a hook" not in text_of(admin.get(PAGE))

    def test_a_refusal_stands_beside_what_was_typed(self, cast: Cast, mailbox: Source) -> None:
        answer = browse(cast.admin).post(PAGE, {"provider": "mailgun", "signing_key": ""})
        assert answer.status_code == 422
        assert "This is wanted here." in text_of(answer)

    def test_only_sources_of_mails_have_them(self, cast: Cast, mailbox: Source) -> None:
        make_source("shop")
        shown = browse(cast.admin).get("/admin/sources/shop")
        assert "Postmark" not in text_of(shown)
        assert not Mail.objects.exists()
