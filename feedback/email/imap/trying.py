"""Whether an account can be fetched, found out at once for the admin who waits for the answer."""

from dataclasses import dataclass

from cxloop.kernel.reaching import hung_up_after
from feedback.email.actions.imap_accounts import hidden, keep_refresh_token
from feedback.email.imap.connecting import Purse, fill, signed_in
from feedback.email.imap.looking import count_of
from feedback.email.imap.troubles import SAYS, Trouble
from feedback.email.imap_account import ImapAccount

ENDS_WITHIN = 20.0  # seconds


@dataclass(frozen=True, slots=True)
class Tried:
    """`messages` are those in the folder; `trouble` is "" where all is well."""

    messages: int | None = None
    trouble: str = ""
    detail: str = ""

    @property
    def says(self) -> str:
        return SAYS.get(self.trouble, "")


def try_connection(account: ImapAccount) -> Tried:
    """Signs in and opens the folder; nothing is fetched or written down, but a refresh token that
    takes the place of the one that this used up."""
    purse = Purse()
    try:
        fill(purse, account)
        if purse.renewed:
            keep_refresh_token(account, purse.renewed)
        with signed_in(account, purse) as client, hung_up_after(client.socket(), ENDS_WITHIN):
            return Tried(messages=count_of(client, account))
    except Trouble as trouble:
        return Tried(trouble=trouble.what, detail=hidden(account, trouble.detail))
