"""Who signs in by OAuth 2 gets an access token for the refresh token, and shows that."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

import pytest

from cxloop.kernel.moment import moment
from feedback.email.actions import change_account
from feedback.email.imap.secrets import read_secrets
from feedback.email.imap.trying import try_connection
from feedback.intake.models import Source
from tests.email.dovecot import USER, dovecot
from tests.email.imap import fetching, in_trouble, kept, make_account, until
from tests.email.mails import written

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.dovecot]


@dataclass
class Issuer:
    """Gives tokens, each refresh token once, and tells Dovecot which access tokens are good."""

    good: set[str] = field(default_factory=set)
    refresh: str = "refresh-0"
    asked: list[dict[str, str]] = field(default_factory=list)
    lasts_s: int = 3600
    address: str = ""

    def give(self, said: dict[str, str]) -> tuple[int, dict[str, Any]]:
        self.asked.append(said)
        if (said["refresh_token"], said["client_secret"]) != (self.refresh, "of the client"):
            return 400, {"error": "invalid_grant", "error_description": "Token has been revoked."}
        token, self.refresh = f"access-{len(self.asked)}", f"refresh-{len(self.asked)}"
        self.good.add(token)
        return 200, {
            "access_token": token,
            "expires_in": self.lasts_s,
            "refresh_token": self.refresh,
            "token_type": "Bearer",
        }

    def introspect(self, said: dict[str, str]) -> tuple[int, dict[str, Any]]:
        is_good = said["token"] in self.good
        return 200, {"active": is_good, "username": USER}


@contextmanager
def issuing() -> Iterator[Issuer]:
    issuer = Issuer()

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"])).decode()
            said = {name: values[0] for name, values in parse_qs(raw).items()}
            ask = issuer.give if self.path == "/token" else issuer.introspect
            status, body = ask(said)
            written = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(written)))
            self.end_headers()
            self.wfile.write(written)

        def log_message(self, *args: object) -> None:
            """Nothing is said."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        issuer.address = f"http://127.0.0.1:{server.server_port}"
        yield issuer
        server.shutdown()


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with issuing() as issuer:
        yield issuer


def oauth(issuer: Issuer) -> dict[str, Any]:
    return {
        "sign_in": "oauth2",
        "password": "",
        "token_url": f"{issuer.address}/token",
        "client_id": "cxloop",
        "client_secret": "of the client",
        "refresh_token": "refresh-0",
        "takes_all": True,
    }


def test_mail_is_fetched_and_the_next_refresh_token_kept(mailbox: Source, issuer: Issuer) -> None:
    with dovecot(introspection=f"{issuer.address}/introspect") as server:
        account = make_account(mailbox, server, **oauth(issuer))
        server.deliver(written().replace(b"\n", b"\r\n"))
        with fetching(account) as fleet:
            until(fleet, kept(1))
        assert [one["refresh_token"] for one in issuer.asked] == ["refresh-0"]
        assert issuer.asked[0]["grant_type"] == "refresh_token"
        account.refresh_from_db()
        assert read_secrets(account.sealed).refresh_token == "refresh-1"
        assert try_connection(account).messages == 1
        assert issuer.asked[1]["refresh_token"] == "refresh-1"


def test_a_token_that_the_server_does_not_take(mailbox: Source, issuer: Issuer) -> None:
    with dovecot(introspection=f"{issuer.address}/introspect") as server:
        account = make_account(mailbox, server, **oauth(issuer))
        issuer.good = NeverGood()
        with fetching(account) as fleet:
            until(fleet, lambda: in_trouble(account, "wrong_login"))
        assert "access-1" not in account.last_error


class NeverGood(set[str]):
    def __contains__(self, token: object) -> bool:
        return False


def test_a_refresh_token_that_was_revoked(mailbox: Source, issuer: Issuer) -> None:
    with dovecot(introspection=f"{issuer.address}/introspect") as server:
        account = make_account(mailbox, server, **oauth(issuer) | {"refresh_token": "old"})
        with fetching(account) as fleet:
            until(fleet, lambda: in_trouble(account, "no_token"))
            assert "invalid_grant Token has been revoked." in account.last_error
            change_account(account, {"refresh_token": "refresh-0"}, by=None, now=moment())
            server.deliver(written().replace(b"\n", b"\r\n"))
            until(fleet, kept(1))


def test_an_address_of_tokens_in_a_network_of_its_own(
    mailbox: Source, issuer: Issuer, settings: Any
) -> None:
    with dovecot() as server:
        account = make_account(mailbox, server, **oauth(issuer))
        settings.MAIL_HOSTS = []
        assert try_connection(account).trouble == "out_of_reach"
        assert issuer.asked == []
