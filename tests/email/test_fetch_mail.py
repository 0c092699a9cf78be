"""What is new in a mailbox elsewhere is kept here, each message once, whatever happens."""

import signal
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from cxloop.kernel.moment import moment
from feedback.email.actions import change_account, remove_account
from feedback.email.imap import looking
from feedback.email.models import Mail
from feedback.email.sweeps import understand_mails
from feedback.intake.models import Feedback, Source
from tests.email.dovecot import USER, Dovecot, dovecot
from tests.email.imap import facts_of, fetching, in_trouble, is_fetched, kept, make_account, until
from tests.email.mails import written
from tests.services import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.dovecot]


def complaint(number: int) -> bytes:
    return written(f"Parcel {number} never arrived.").replace(b"\n", b"\r\n")


def earlier() -> object:
    return moment() - timedelta(hours=1)


@pytest.fixture
def server() -> Iterator[Dovecot]:
    with dovecot() as server:
        yield server


def test_a_new_mail_is_kept_as_it_came_within_seconds(
    server: Dovecot, mailbox: Source, record_property: Callable[[str, object], None]
) -> None:
    account = make_account(mailbox, server)
    with fetching(account) as fleet:
        until(fleet, lambda: is_fetched(account))
        time.sleep(2)  # it listens by now
        took = []
        for number in range(1, 6):
            server.deliver(complaint(number))
            began = time.monotonic()
            wait_until(kept(number), seconds=60)
            took.append(time.monotonic() - began)
        record_property("seconds from delivered to kept", took)
    mail = Mail.objects.order_by("pk")[0]
    raw = bytes(mail.raw or b"")
    assert b"Parcel 1 never arrived." in raw
    assert f"Delivered-To: {USER}\r\n".encode() in raw
    assert b"Return-Path" not in raw
    assert (mail.source, mail.verdict) == (mailbox, "unread")
    # Half a second on a machine at rest; without IDLE it would be a minute.
    assert sorted(took)[2] < 10, took


def test_it_is_heard_from_when_it_was_fetched(server: Dovecot, mailbox: Source) -> None:
    account = make_account(mailbox, server, takes_all=True)
    server.deliver(complaint(1), at=earlier())
    began = moment()
    with fetching(account) as fleet:
        until(fleet, kept(1))
    understand_mails()
    heard = Feedback.objects.get()
    assert heard.comment == "Parcel 1 never arrived."
    assert heard.received_at >= began


def test_it_stays_there_unmarked(server: Dovecot, mailbox: Source) -> None:
    server.deliver(complaint(1))
    account = make_account(mailbox, server, takes_all=True)
    with fetching(account) as fleet:
        until(fleet, lambda: is_fetched(account))
    with server.signed_in() as client:
        assert client.select_folder("INBOX")[b"EXISTS"] == 1
        assert client.search(["UNSEEN"]) == [1]
    assert Mail.objects.count() == 1


def test_what_lay_there_before_is_left(server: Dovecot, mailbox: Source) -> None:
    server.deliver(complaint(1), complaint(2), at=earlier())
    account = make_account(mailbox, server)
    server.deliver(complaint(3))  # before anybody has looked
    with fetching(account) as fleet:
        until(fleet, lambda: is_fetched(account))
        assert b"Parcel 3" in bytes(Mail.objects.get().raw or b"")
        server.deliver(complaint(4))
        until(fleet, kept(2))


def test_unless_it_is_wanted_too(server: Dovecot, mailbox: Source) -> None:
    server.deliver(*map(complaint, range(450)), at=earlier())
    account = make_account(mailbox, server, takes_all=True)
    with fetching(account) as fleet:
        until(fleet, lambda: is_fetched(account))
    assert Mail.objects.count() == 450


def test_numbered_anew_all_is_looked_at_and_nothing_doubled(
    server: Dovecot, mailbox: Source
) -> None:
    server.deliver(complaint(0), at=earlier())
    account = make_account(mailbox, server)
    with fetching(account) as fleet:
        server.deliver(complaint(1), complaint(2))
        until(fleet, kept(2))
        until(fleet, lambda: is_fetched(account))
        before = account.uid_validity
        server.number_anew()
        server.deliver(complaint(3))
        until(fleet, kept(3))
        until(fleet, lambda: is_fetched(account))
    assert account.uid_validity != before
    assert Mail.objects.count() == 3


def test_a_server_that_stops_and_starts_again_loses_nothing(
    server: Dovecot, mailbox: Source
) -> None:
    account = make_account(mailbox, server)
    with fetching(account) as fleet:
        until(fleet, lambda: is_fetched(account))
        server.stop()
        until(fleet, lambda: in_trouble(account, "broke_off"))
        until(fleet, lambda: in_trouble(account, "no_connection"))
        assert account.attempts == 2
        server.start()
        server.deliver(complaint(1))
        until(fleet, kept(1))
        until(fleet, lambda: is_fetched(account))
    assert (account.attempts, account.last_error, account.try_after) == (0, "", None)


def test_a_server_that_hangs_is_noticed(
    server: Dovecot, mailbox: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feedback.email.imap.fetching.PERIOD_S", 2.0)
    monkeypatch.setattr("feedback.email.imap.connecting.ANSWERS_WITHIN", 2.0)
    account = make_account(mailbox, server)
    with fetching(account) as fleet:
        until(fleet, lambda: is_fetched(account))
        with server.frozen():
            until(fleet, lambda: in_trouble(account, "broke_off"))
            assert "timed out" in account.last_error


def test_a_server_without_idle_is_asked(mailbox: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feedback.email.imap.fetching.PERIOD_S", 1.0)
    with dovecot(capability="IMAP4rev1 SASL-IR AUTH=PLAIN") as server:
        account = make_account(mailbox, server)
        with fetching(account) as fleet:
            until(fleet, lambda: is_fetched(account))
            server.deliver(complaint(1))
            until(fleet, kept(1))


def test_what_an_admin_changes_is_done_at_once(server: Dovecot, mailbox: Source) -> None:
    account = make_account(mailbox, server)
    with fetching(account) as fleet:
        until(fleet, lambda: is_fetched(account))
        change_account(account, {"is_on": False}, by=None, now=moment())
        fleet.keep_up()
        assert not fleet.threads
        server.deliver(complaint(1))
        time.sleep(2)
        assert not Mail.objects.exists()
        change_account(account, {"is_on": True}, by=None, now=moment())
        until(fleet, kept(1))
        remove_account(account, by=None, now=moment())
        fleet.keep_up()
        assert not fleet.threads
    assert Mail.objects.count() == 1


def test_what_is_too_large_is_kept_by_its_headers(
    server: Dovecot, mailbox: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "LARGEST", 5_000)
    mime = {"MIME_Version": "1.0", "Content_Type": 'multipart/mixed;\n boundary="edge"'}
    large = written("--edge\n\n" + "x" * 6_000 + "\n--edge--\n", Subject="My photos", **mime)
    server.deliver(large.replace(b"\n", b"\r\n"), complaint(2))
    account = make_account(mailbox, server, takes_all=True)
    with fetching(account) as fleet:
        until(fleet, lambda: is_fetched(account))
    mail = Mail.objects.order_by("pk")[0]
    assert "Only the headers of this mail were fetched" in mail.reason
    assert b"xxxx" not in bytes(mail.raw or b"")
    assert b"X-Original-Content-Type: multipart/mixed" in bytes(mail.raw or b"")
    understand_mails()
    told = {one.context["subject"]: one.comment for one in Feedback.objects.all()}
    assert told["My photos"].startswith("(Only the headers")
    assert Mail.objects.count() == 2


class TestTrouble:
    def test_a_wrong_password(self, server: Dovecot, mailbox: Source) -> None:
        account = make_account(mailbox, server, password="not this one")
        with fetching(account) as fleet:
            until(fleet, lambda: in_trouble(account, "wrong_login"))
            assert "Authentication failed" in account.last_error
            assert "not this one" not in account.last_error
            assert account.try_after is not None
            assert account.try_after > moment() + timedelta(seconds=40)
            said = {"password": facts_of(server)["password"]}
            change_account(account, said, by=None, now=moment())
            until(fleet, lambda: is_fetched(account))

    def test_another_secret_key(self, server: Dovecot, mailbox: Source, settings: object) -> None:
        account = make_account(mailbox, server)
        settings.SECRET_KEY = "another one"  # type: ignore[attr-defined]
        with fetching(account) as fleet:
            until(fleet, lambda: in_trouble(account, "sealed"))

    def test_no_such_folder(self, server: Dovecot, mailbox: Source) -> None:
        account = make_account(mailbox, server, folder="Customers/받은 편지")
        with fetching(account) as fleet:
            until(fleet, lambda: in_trouble(account, "no_folder"))

    def test_nobody_at_the_port(self, server: Dovecot, mailbox: Source) -> None:
        account = make_account(mailbox, server)
        server.stop(signal.SIGKILL)
        with fetching(account) as fleet:
            until(fleet, lambda: in_trouble(account, "no_connection"))

    def test_a_network_of_its_own(self, server: Dovecot, mailbox: Source, settings: object) -> None:
        account = make_account(mailbox, server)
        settings.MAIL_HOSTS = []  # type: ignore[attr-defined]
        with fetching(account) as fleet:
            until(fleet, lambda: in_trouble(account, "out_of_reach"))


@pytest.mark.parametrize("security", ["tls", "starttls"])
class TestEncrypted:
    def test_by_a_certificate_that_is_trusted(
        self, server: Dovecot, mailbox: Source, monkeypatch: pytest.MonkeyPatch, security: str
    ) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(server.folder / "cert.pem"))
        account = make_account(mailbox, server, **at(server, security))
        server.deliver(complaint(1))
        with fetching(account) as fleet:
            until(fleet, kept(1))

    def test_by_no_other(self, server: Dovecot, mailbox: Source, security: str) -> None:
        account = make_account(mailbox, server, **at(server, security))
        with fetching(account) as fleet:
            until(fleet, lambda: in_trouble(account, "not_secure"))
        assert "certificate" in account.last_error


def at(server: Dovecot, security: str) -> dict[str, object]:
    port = server.tls_port if security == "tls" else server.port
    return {"host": "localhost", "security": security, "port": port}
