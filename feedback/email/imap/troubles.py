"""What can keep an account from being fetched, in a word and in a sentence for its admin."""

SAYS = {
    "sealed": "CXLOOP_SECRET_KEY has changed since its secrets were kept: enter them again.",
    "unknown_host": "There is no server of this name.",
    "out_of_reach": "This name leads into a network that CXLOOP_MAIL_HOSTS does not allow.",
    "no_connection": "The server does not answer at this port.",
    "not_secure": "No encrypted connection could be made.",
    "no_token": "The address of the tokens gave none: look at the client and the refresh token.",
    "wrong_login": "The server does not know this user with this secret.",
    "no_folder": "There is no such folder.",
    "broke_off": "The connection broke off.",
    "not_understood": "The server does not answer as one of IMAP does.",
    "failed": "Something went wrong here: the log of the role `fetch` says what.",
}
# How long until it is tried again, longer each time; a server that is asked too often with a wrong
# password shuts the account.
WAITS_S = (5, 15, 60, 300, 900)
LONG_WAITS_S = (60, 300, 900, 3600)
_LONG = {"sealed", "no_token", "wrong_login", "no_folder", "out_of_reach"}
# After how many failures admins are written to: some six minutes, or one where they must act.
TELLS_AFTER, TELLS_SOON = 5, 2


class Trouble(Exception):
    """`what` is one of the words above; `detail` what the other side said."""

    def __init__(self, what: str, detail: object = "") -> None:
        super().__init__(SAYS[what])
        self.what, self.detail = what, str(detail)


def is_told(what: str, attempts: int) -> bool:
    """Whether this failure, so many after all was well, is the one of which admins hear."""
    return attempts == (TELLS_SOON if what in _LONG else TELLS_AFTER)


def wait_s(what: str, attempts: int) -> int:
    waits = LONG_WAITS_S if what in _LONG else WAITS_S
    return waits[min(attempts, len(waits) - 1)]
