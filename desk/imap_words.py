"""How a mailbox elsewhere stands, in the language of who looks."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from desk.words import Words
from feedback.email.imap_account import ImapAccount

SECURITY: Words = {
    "tls": _("TLS from the first byte (usually port 993)"),
    "starttls": _("TLS after STARTTLS (usually port 143)"),
    "plain": _("None: only on this machine"),
}
SIGN_IN: Words = {
    "password": _("With a password"),
    "oauth2": _("With OAuth 2 (XOAUTH2)"),
}
TROUBLE: Words = {
    "sealed": _("The secret key of this installation has changed: enter the secrets again."),
    "unknown_host": _("There is no server of this name."),
    "out_of_reach": _(
        "This name leads into a network of its own. Whoever runs the installation can allow it by "
        "CXLOOP_MAIL_HOSTS."
    ),
    "no_connection": _("The server does not answer at this port."),
    "not_secure": _("No encrypted connection could be made."),
    "no_token": _("The address of the tokens gave none: look at the client and the refresh token."),
    "wrong_login": _("The server does not know this user with this secret."),
    "no_folder": _("There is no such folder."),
    "broke_off": _("The connection broke off."),
    "not_understood": _("The server does not answer as one of IMAP does."),
    "failed": _("Something went wrong here. The log says what."),
}


@dataclass(frozen=True)
class Fetched:
    account: ImapAccount

    @property
    def trouble(self) -> str:
        return said_of_trouble(self.account.trouble)


def said_of_trouble(what: str) -> str:
    return str(TROUBLE.get(what, what))
