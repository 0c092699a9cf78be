"""A line to the server of an account, signed in. Whatever goes wrong is a Trouble."""

import logging
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from socket import gaierror
from time import monotonic
from typing import Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import CapabilityError, IMAPClientAbortError, IMAPClientError, LoginError

from cxloop.kernel.reaching import OutOfReach, number_of
from cxloop.kernel.secrets import SealedOtherwise
from feedback.email.imap.hosts import is_this_machine, may_reach
from feedback.email.imap.secrets import Secrets, read_secrets
from feedback.email.imap.tokens import Token, ask_token
from feedback.email.imap.troubles import Trouble
from feedback.email.imap_account import ImapAccount

# It writes down all that is said, what one signs in with too.
logging.getLogger("imapclient").setLevel(logging.WARNING)

CONNECTS_WITHIN, ANSWERS_WITHIN = 10.0, 30.0  # seconds
# A token that ends while it is shown is none.
_SPARE_S = 60.0
Security = ImapAccount.Security


@dataclass
class Purse:
    """The access token of an account, as long as it is good. `renewed` is a further refresh token,
    which takes the place of the one that was used."""

    token: str = field(default="", repr=False)
    until: float = 0.0
    renewed: str = field(default="", repr=False)

    def has_token(self) -> bool:
        return bool(self.token) and monotonic() < self.until

    def take(self, found: Token) -> None:
        self.token, self.renewed = found.access, found.refresh_token
        self.until = monotonic() + (found.lasts_s or 0.0) - _SPARE_S


@contextmanager
def signed_in(account: ImapAccount, purse: Purse) -> Iterator[IMAPClient]:
    """Raises Trouble, also for what goes wrong within."""
    try:
        with _line(account) as client:
            _sign_in(client, account, purse)
            yield client
    except IMAPClientAbortError as error:
        raise Trouble("broke_off", error) from error
    except IMAPClientError as error:
        raise Trouble("not_understood", error) from error
    except OSError as error:
        raise Trouble("broke_off", f"{type(error).__name__} {error}") from error


def fill(purse: Purse, account: ImapAccount) -> None:
    """Before the server is rung, whose patience is short."""
    if account.sign_in != ImapAccount.SignIn.OAUTH2 or purse.has_token():
        return
    secrets = secrets_of(account)
    said = {
        "grant_type": "refresh_token",
        "refresh_token": secrets.refresh_token,
        "client_id": account.client_id,
        "client_secret": secrets.client_secret,
    }
    purse.take(ask_token(account.token_url, said))


def secrets_of(account: ImapAccount) -> Secrets:
    try:
        return read_secrets(account.sealed)
    except SealedOtherwise as error:
        raise Trouble("sealed") from error


@contextmanager
def _line(account: ImapAccount) -> Iterator[IMAPClient]:
    client = _connected(account)
    try:
        if account.security == Security.STARTTLS:
            _start_tls(client, account)
        yield client
    finally:
        # Without a farewell: whoever is told to stop, or meets a dead line, waits for none.
        with suppress(Exception):
            client.shutdown()


def _connected(account: ImapAccount) -> IMAPClient:
    if account.security == Security.PLAIN and not is_this_machine(account.host):
        raise Trouble("not_secure", "without encryption only this machine is reached")
    try:
        number = number_of(account.host, account.port, may_reach(account.host))
        return IMAPClient(
            number,
            account.port,
            ssl=account.security == Security.TLS,
            ssl_context=_Named(account.host),
            timeout=SocketTimeout(CONNECTS_WITHIN, ANSWERS_WITHIN),
        )
    except OutOfReach as error:
        raise Trouble("out_of_reach", account.host) from error
    except gaierror as error:
        raise Trouble("unknown_host", error.strerror) from error
    except ssl.SSLError as error:
        raise Trouble("not_secure", error) from error
    except (OSError, UnicodeError) as error:
        raise Trouble("no_connection", f"{type(error).__name__} {error}") from error


class _Named(ssl.SSLContext):
    """Trusts a certificate of this name: the line goes to the number that it was judged by."""

    def __new__(cls, name: str) -> "_Named":
        return super().__new__(cls, ssl.PROTOCOL_TLS_CLIENT)

    def __init__(self, name: str) -> None:
        self.name = name
        self.load_default_certs()

    def wrap_socket(self, *args: Any, **options: Any) -> ssl.SSLSocket:
        return super().wrap_socket(*args, **(options | {"server_hostname": self.name}))


def _start_tls(client: IMAPClient, account: ImapAccount) -> None:
    try:
        client.starttls(_Named(account.host))
    except (CapabilityError, ssl.SSLError) as error:
        raise Trouble("not_secure", error) from error


def _sign_in(client: IMAPClient, account: ImapAccount, purse: Purse) -> None:
    secrets = secrets_of(account)
    try:
        if account.sign_in == ImapAccount.SignIn.OAUTH2:
            client.sasl_login("XOAUTH2", _Xoauth2(account.username, purse.token))
        elif client.has_capability("AUTH=PLAIN"):
            # LOGIN knows ASCII alone.
            client.plain_login(account.username, secrets.password)
        else:
            client.login(_quoted(account.username), secrets.password)
    except LoginError as error:
        said = str(error).replace(purse.token, "…") if purse.token else str(error)
        purse.token = ""
        raise Trouble("wrong_login", said) from error
    except UnicodeError as error:
        raise Trouble("wrong_login", "this server takes ASCII alone") from error


class _Xoauth2:
    """What was wrong is said as a second question, which wants an empty answer."""

    def __init__(self, username: str, token: str) -> None:
        self._answers = [f"user={username}\x01auth=Bearer {token}\x01\x01"]

    def __call__(self, challenge: bytes) -> str:
        return self._answers.pop() if self._answers else ""


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
