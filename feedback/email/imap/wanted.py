"""Whether an account can be as an admin wants it. Nobody is asked over the network."""

from collections.abc import Iterator

from cxloop.kernel.errors import Fault
from feedback.email.imap.hosts import is_this_machine, is_token_address
from feedback.email.imap.secrets import Secrets
from feedback.email.imap_account import ImapAccount


def faults_of(account: ImapAccount, secrets: Secrets) -> Iterator[Fault]:
    yield from _unreadable(account, secrets)
    if not 1 <= account.port <= 65_535:
        yield Fault("/port", "malformed", "A port is a number from 1 to 65535.")
    if account.security == ImapAccount.Security.PLAIN and not is_this_machine(account.host):
        detail = "Without encryption only this machine is reached."
        yield Fault("/security", "plain_elsewhere", detail)
    if account.sign_in == ImapAccount.SignIn.PASSWORD:
        yield from _missing({"password": secrets.password})
    else:
        yield from _oauth_faults(account, secrets)


def _oauth_faults(account: ImapAccount, secrets: Secrets) -> Iterator[Fault]:
    wanted = {"token_url": account.token_url, "client_id": account.client_id}
    yield from _missing(wanted | {"refresh_token": secrets.refresh_token})
    if account.token_url and not is_token_address(account.token_url):
        detail = "An address of tokens begins with https://."
        yield Fault("/token_url", "not_a_token_address", detail)


def _missing(wanted: dict[str, str]) -> Iterator[Fault]:
    for name, value in wanted.items():
        if not value:
            yield Fault(f"/{name}", "missing", "This is wanted here.")


def _unreadable(account: ImapAccount, secrets: Secrets) -> Iterator[Fault]:
    """A line break would begin another command."""
    said = {name: getattr(account, name) for name in ("username", "folder", "client_id")}
    said |= {name: getattr(secrets, name) for name in Secrets.__slots__}
    for name, value in said.items():
        if not value.isprintable():
            yield Fault(f"/{name}", "malformed", "Signs that nobody can see do not belong here.")
    if not account.host or not account.host.isprintable() or set(account.host) & set(" /@\\"):
        yield Fault("/host", "malformed", "A host is written as imap.example.org.")
