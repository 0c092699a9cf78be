"""What to do about an answer that refused: said to whoever writes the code that posts."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from desk.words import Words

WHAT_TO_DO: Words = {
    "wrong_key": _(
        "Another kind of key belongs here: a secret key only in a header, on your server; a batch "
        "takes a secret key, or a publishable one of an app."
    ),
    "test_key": _("A key for tests posts feedback and nothing else. Take a live one for this."),
    "refused": _("Mend what the pointers name. The description of the API says what each may be."),
    "unreadable": _("The body is not JSON as it must be. Send it with a Content-Type of JSON."),
    "malformed": _("The body is not JSON as it must be. Send it with a Content-Type of JSON."),
    "too_large": _("It is too large. Send less at once: fewer items, smaller files."),
    "too_many": _("Too many in a minute. Wait as long as Retry-After says, then send it again."),
    "daily_cap": _("This source has had its most for today. Raise it below, or wait for midnight."),
    "files_cap": _("Too many bytes of files today. The same feedback is taken without them."),
    "idempotency_mismatch": _(
        "This Idempotency-Key was used with another body. Draw a new key for each feedback."
    ),
    "in_progress": _("A request with the same key still ran. Send it again under the same key."),
    "bad_idempotency_key": _("An Idempotency-Key has 1 to 255 visible ASCII characters."),
    "not_found": _("The source has no such form. Look at how it is called, above."),
    "away": _("We could not keep it. Send it again later, under the same Idempotency-Key."),
    "error": _("Something broke here. Send it again later, under the same Idempotency-Key."),
}


def what_to_do(asked: Mapping[str, Any]) -> str:
    """Blank for what was taken."""
    code = asked["code"] or ("error" if asked["status"] >= 500 else "")
    if code == "origin_not_allowed":
        return _add_origin(asked["origin"])
    return str(WHAT_TO_DO.get(code, ""))


def _add_origin(origin: str | None) -> str:
    if origin in (None, "…"):
        return gettext("The page that posts is not among the pages that may post, below.")
    said = gettext("Add %(origin)s to the pages that may post, below, if it is yours.")
    return said % {"origin": origin}
