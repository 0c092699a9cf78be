"""An account elsewhere is added, changed and removed by admins; its secrets are shown to nobody."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import Change
from cxloop.kernel.errors import Conflict, Refused
from cxloop.kernel.models import Heartbeat, Letter
from cxloop.kernel.moment import moment
from cxloop.loop import late_roles
from feedback.email.actions import add_account, change_account
from feedback.email.actions.imap_accounts import note_fetched, note_trouble
from feedback.email.imap.secrets import read_secrets
from feedback.email.imap.troubles import Trouble
from feedback.email.imap.watching import BEAT, LATE_AFTER
from feedback.email.imap_account import ImapAccount
from feedback.intake.models import Source
from tests.cast import Cast, api
from tests.desk.browsing import browse, sent, text_of
from tests.email.mails import make_mailbox
from tests.makers import NOW, make_imap_account, make_source

pytestmark = pytest.mark.django_db

SECRET = "hunter2 하나"
ABROAD: dict[str, Any] = {
    "host": "IMAP.example.org",
    "port": 993,
    "security": "tls",
    "username": "care@shop.example",
    "sign_in": "password",
    "password": SECRET,
}
OAUTH: dict[str, Any] = ABROAD | {
    "sign_in": "oauth2",
    "password": "",
    "token_url": "https://login.example.org/token",
    "client_id": "cxloop",
    "refresh_token": SECRET,
}
WHERE = "/api/v1/sources/care/imap-accounts"


def refused(said: dict[str, Any], source: Source) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as error:
        add_account(source, said, by=None, now=NOW)
    return [(fault.pointer, fault.code) for fault in error.value.faults]


class TestSecrets:
    def test_they_stand_nowhere_in_clear(self, cast: Cast, mailbox: Source) -> None:
        admin = api(cast.admin)
        made = admin.post(WHERE, ABROAD, format="json")
        assert made.status_code == 201
        account = ImapAccount.objects.get()
        note_trouble(account, Trouble("wrong_login", f"no such {SECRET}"), now=NOW)
        page = browse(cast.admin).get(f"/admin/sources/care/imap/{account.pk}")
        shown = [
            made.content.decode(),
            admin.get(WHERE).content.decode(),
            page.content.decode(),
            repr(account),
            repr(read_secrets(account.sealed)),
            str(ImapAccount.objects.values().get()),
            str(list(Change.objects.values())),
        ]
        assert [text for text in shown if "hunter2" in text or "하나" in text] == []
        assert "no such …" in text_of(page)
        assert read_secrets(account.sealed).password == SECRET

    def test_another_server_gets_none_that_was_not_told_for_it(self, mailbox: Source) -> None:
        account = add_account(mailbox, ABROAD, by=None, now=NOW)
        with pytest.raises(Refused) as error:
            change_account(account, {"host": "thief.example"}, by=None, now=NOW)
        assert [one.pointer for one in error.value.faults] == ["/password"]
        oauth = add_account(mailbox, OAUTH | {"folder": "Care"}, by=None, now=NOW)
        with pytest.raises(Refused):
            change_account(oauth, {"token_url": "https://thief.example"}, by=None, now=NOW)

    def test_with_another_key_they_are_wanted_anew(self, mailbox: Source, settings: Any) -> None:
        account = add_account(mailbox, ABROAD, by=None, now=NOW)
        settings.SECRET_KEY = "another"
        with pytest.raises(Refused):
            change_account(account, {"is_on": True}, by=None, now=NOW)
        change_account(account, {"password": "new"}, by=None, now=NOW)
        assert read_secrets(account.sealed).password == "new"


class TestRefused:
    def test_without_encryption_elsewhere(self, mailbox: Source) -> None:
        plain = ABROAD | {"security": "plain"}
        assert refused(plain, mailbox) == [("/security", "plain_elsewhere")]
        for host in ("localhost", "127.0.0.1", "::1"):
            add_account(mailbox, plain | {"host": host}, by=None, now=NOW)

    def test_without_what_it_signs_in_with(self, mailbox: Source) -> None:
        assert refused(ABROAD | {"password": ""}, mailbox) == [("/password", "missing")]
        bare = ABROAD | {"sign_in": "oauth2"}
        assert [pointer for pointer, _ in refused(bare, mailbox)] == [
            "/token_url",
            "/client_id",
            "/refresh_token",
        ]

    @pytest.mark.parametrize(
        "address", ["http://login.example.org/t", "ftp://x", "https://a:b@x.example", "https://[x"]
    )
    def test_a_token_address_that_is_none(self, mailbox: Source, address: str) -> None:
        said = OAUTH | {"token_url": address}
        assert refused(said, mailbox) == [("/token_url", "not_a_token_address")]

    @pytest.mark.parametrize("name", ["username", "folder", "password", "host"])
    def test_a_line_break_that_would_begin_a_command(self, mailbox: Source, name: str) -> None:
        said = ABROAD | {name: "x\r\nA1 DELETE INBOX"}
        assert (f"/{name}", "malformed") in refused(said, mailbox)

    def test_what_is_fetched_already(self, mailbox: Source) -> None:
        add_account(mailbox, ABROAD, by=None, now=NOW)
        other = make_mailbox("sales")
        assert refused(ABROAD | {"host": "imap.example.ORG "}, other) == [("/username", "taken")]
        add_account(other, ABROAD | {"folder": "Sales"}, by=None, now=NOW)

    def test_of_another_channel(self) -> None:
        with pytest.raises(Conflict):
            add_account(make_source("shop"), ABROAD, by=None, now=NOW)


class TestChanged:
    def test_another_place_is_fetched_from_its_beginning(self, mailbox: Source) -> None:
        account = add_account(mailbox, ABROAD, by=None, now=NOW)
        for said, begins_anew in (
            ({"security": "starttls"}, False),
            ({"folder": "Customers"}, True),
            ({"takes_all": True}, True),
            ({"takes_all": False}, False),
        ):
            ImapAccount.objects.update(uid_validity=7, last_uid=70, fetched_at=NOW)
            change_account(account, said, by=None, now=NOW)
            assert (account.last_uid is None) == begins_anew, said
            assert account.last_uid in (None, 70)

    def test_it_is_written_down_who_did(self, cast: Cast, mailbox: Source) -> None:
        account = add_account(mailbox, ABROAD, by=cast.admin, now=NOW)
        change_account(account, {"password": "another"}, by=cast.admin, now=NOW)
        change_account(account, {"is_on": False}, by=cast.admin, now=NOW)
        page = text_of(browse(cast.admin).get("/admin/sources/care"))
        assert "Mailboxes elsewhere: – → care@shop.example at imap.example.org:993" in page
        assert "The secret of a mailbox elsewhere changed. (care@shop.example" in page
        assert "(tls, password, off)" in page


class TestRest:
    def test_it_is_made_changed_and_removed(self, cast: Cast, mailbox: Source) -> None:
        admin = api(cast.admin)
        made = admin.post(WHERE, ABROAD, format="json").json()
        where = f"{WHERE}/{made['id']}"
        assert (made["folder"], made["is_on"], made["takes_all"]) == ("INBOX", True, False)
        changed = admin.patch(where, {"is_on": False}, format="json").json()
        assert (changed["is_on"], changed["host"]) == (False, "imap.example.org")
        assert admin.get(WHERE).json()["results"] == [changed]
        assert api(cast.auditor).get(where).json() == changed
        assert admin.delete(where).status_code == 204
        assert admin.get(where).status_code == 404

    def test_what_will_not_do_is_pointed_at(self, cast: Cast, mailbox: Source) -> None:
        said = ABROAD | {"port": 0, "security": "ssl", "pasword": "x"}
        answer = api(cast.admin).post(WHERE, said, format="json")
        assert answer.status_code == 422
        answer = api(cast.admin).post(WHERE, ABROAD | {"security": "plain"}, format="json")
        assert answer.json()["errors"][0]["pointer"] == "/security"

    def test_trying_it_says_what_is_wrong(self, cast: Cast, mailbox: Source) -> None:
        account = make_imap_account(mailbox)
        answer = api(cast.admin).post(f"{WHERE}/{account.pk}/try").json()
        assert answer["trouble"] == "no_connection"
        assert answer["says"] == "The server does not answer at this port."
        assert ImapAccount.objects.get().trouble == ""


class TestDesk:
    @pytest.fixture
    def admin(self, cast: Cast, mailbox: Source) -> Client:
        return browse(cast.admin)

    def test_it_is_added_changed_and_removed(self, admin: Client) -> None:
        assert "Mailboxes elsewhere" in text_of(admin.get("/admin/sources/care"))
        said = ABROAD | {"folder": "INBOX", "is_on": "on"}
        answer = admin.post("/admin/sources/care/imap", said)
        account = ImapAccount.objects.get()
        where = f"/admin/sources/care/imap/{account.pk}"
        sent(answer, where)
        assert "not fetched yet" in text_of(admin.get(where))
        changed = said | {"password": "", "is_on": "", "takes_all": "on"}
        sent(admin.post(where, changed), where)
        account.refresh_from_db()
        assert (account.is_on, account.takes_all) == (False, True)
        assert read_secrets(account.sealed).password == SECRET
        sent(admin.post(f"{where}/remove"), "/admin/sources/care")
        assert not ImapAccount.objects.exists()

    def test_what_will_not_do_is_said_where_it_stands(self, admin: Client) -> None:
        said = ABROAD | {"folder": "INBOX", "security": "plain"}
        answer = admin.post("/admin/sources/care/imap", said)
        assert answer.status_code == 422
        assert "Without encryption only this machine is reached" in text_of(answer)
        assert SECRET not in answer.content.decode()

    def test_trying_it_says_what_is_wrong_in_words(self, admin: Client, mailbox: Source) -> None:
        account = make_imap_account(mailbox)
        page = text_of(admin.post(f"/admin/sources/care/imap/{account.pk}/try"))
        assert "The server does not answer at this port." in page
        assert "ConnectionRefusedError" in page

    def test_trouble_is_shown_beside_the_mailboxes(self, admin: Client, mailbox: Source) -> None:
        account = make_imap_account(mailbox, is_on=True)
        note_trouble(account, Trouble("no_folder"), now=moment())
        assert "There is no such folder." in text_of(admin.get("/admin/sources/care"))
        page = text_of(admin.get(f"/admin/sources/care/imap/{account.pk}"))
        assert "It is tried again" in page


def test_it_waits_longer_each_time(mailbox: Source) -> None:
    account = make_imap_account(mailbox)
    waits = [note_trouble(account, Trouble("no_connection"), now=NOW) for _ in range(7)]
    assert waits == [5, 15, 60, 300, 900, 900, 900]
    account = make_imap_account(mailbox, folder="B")
    waits = [note_trouble(account, Trouble("wrong_login"), now=NOW) for _ in range(5)]
    assert waits == [60, 300, 900, 3600, 3600]


def test_admins_hear_once_of_what_lasts(cast: Cast, mailbox: Source) -> None:
    account = make_imap_account(mailbox, fetched_at=NOW)
    for _ in range(4):
        note_trouble(account, Trouble("no_connection"), now=NOW)
    assert not Letter.objects.exists()
    for _ in range(4):
        note_trouble(account, Trouble("no_connection", "no route"), now=NOW)
    letter = Letter.objects.get()
    assert letter.to == cast.admin.email
    assert "no route" in letter.body
    assert f"/admin/sources/care/imap/{account.pk}" in letter.body
    note_fetched(account, now=moment())
    for _ in range(2):
        note_trouble(account, Trouble("wrong_login"), now=NOW)
    assert Letter.objects.count() == 2


def test_nobody_fetching_what_is_to_be_fetched_is_late(mailbox: Source) -> None:
    now = moment()
    account = make_imap_account(mailbox)
    assert late_roles(now) == []
    ImapAccount.objects.update(is_on=True, edited_at=now)
    assert late_roles(now) == []
    assert late_roles(now + 2 * LATE_AFTER) == [BEAT]
    facts = {"finished_at": now, "seconds": 0, "handled": 1, "late_after": LATE_AFTER}
    Heartbeat.objects.create(name=BEAT, **facts)
    assert late_roles(now + LATE_AFTER / 2) == []
    Source.objects.filter(pk=account.source_id).update(archived_at=now)
    assert late_roles(now + 2 * LATE_AFTER) == []


class TestImpossible:
    @pytest.mark.parametrize(
        ("name", "facts"),
        [
            ("uid_is_of_a_validity", {"last_uid": 7}),
            ("port_is_a_port", {"port": 70_000}),
            ("account_signs_in_a_known_way", {"security": "ssl"}),
            ("trouble_is_tried_again", {"trouble": "no_folder"}),
            ("one_account_a_folder", {}),
        ],
    )
    def test_a_state_that_lies(self, mailbox: Source, name: str, facts: dict[str, Any]) -> None:
        if not facts:
            make_imap_account(mailbox)
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            make_imap_account(mailbox, **facts)
