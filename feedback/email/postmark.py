"""Mails from Postmark: JSON, with the raw message in it where that is asked for."""

import binascii
from base64 import b64decode
from collections.abc import Mapping
from typing import Any

from anymail.utils import get_request_basic_auth
from anymail.webhooks.postmark import PostmarkInboundWebhookView
from django.http import HttpRequest

from cxloop.kernel.bodies import pointer_to, read_json
from cxloop.kernel.callers import address_of
from cxloop.kernel.errors import Refused, Unreadable
from cxloop.kernel.moment import moment
from feedback.email.actions.hooks import Handed, check_secret, take_from_hook
from feedback.email.hooks import LARGEST, MailHookView
from feedback.email.models import Mail, MailHook
from feedback.email.rebuilding import (
    Headers,
    rebuilt,
    said_of_people,
    tidy_kind,
    tidy_name,
    verdicts_beside,
)

USER = "cxloop"
REBUILT = "Postmark gave no raw message: rebuilt from what it read"

Said = Mapping[str, Any]


class PostmarkHook(MailHookView, PostmarkInboundWebhookView):  # type: ignore[misc]
    """It signs nothing: a secret of ours stands in the address that it posts to."""

    provider = MailHook.Provider.POSTMARK.value
    # Of all codes this alone ends its ten attempts.
    stops_at = 403
    warn_if_no_basic_auth = False

    def take(self, request: HttpRequest, hook: MailHook) -> Mail:
        user, _, secret = (get_request_basic_auth(request) or "").partition(":")
        check_secret(hook, secret if user == USER else None)
        raw = self.whole_body(request)
        with self.for_good():
            handed = self._read(request, raw)
        return take_from_hook(hook, handed, peer=address_of(request), now=moment())

    def _read(self, request: HttpRequest, raw: bytes) -> Handed:
        if request.content_type != "application/json":
            raise Unreadable("Postmark posts application/json.", code="wrong_content_type")
        said = read_json(raw, largest=LARGEST)
        _check(said)
        headers = _headers(said)
        message = self.esp_to_anymail_event(_parts(said, headers)).message
        if said.get("RawEmail"):
            content, note = said["RawEmail"].encode("utf-8", "replace"), ""
        else:
            content, note = rebuilt(message, _head(said, headers)), REBUILT
        return Handed(
            content=content,
            sender=message.envelope_sender or "",
            recipients=_recipients(said),
            verdicts=verdicts_beside(headers, content),
            note=note,
        )


def _check(said: Any) -> None:
    """What is read must be there and of its kind. Raises Refused."""
    if not isinstance(said, dict):
        raise Refused.at("", "not_an_object", "A JSON object is wanted.")
    if (kind := said.get("RecordType", "Inbound")) != "Inbound":
        raise Refused.at(
            "/RecordType", "wrong_hook", f"This hook takes mails that come in: {kind!r}."
        )
    for name in ("RawEmail", "TextBody", "HtmlBody", "Subject", "OriginalRecipient"):
        if not isinstance(said.get(name) or "", str):
            raise Refused.at(pointer_to(name), "not_a_string", "Text is wanted here.")
    if not said.get("RawEmail") and not isinstance(said.get("FromFull"), dict):
        raise Refused.at("/FromFull", "missing", "There is neither a raw message nor a sender.")
    if not _recipients(said):
        raise Refused.at("/OriginalRecipient", "missing", "It is written to nobody.")


def _parts(said: Said, headers: Headers) -> Said:
    """For anymail: the envelope and the parts. Headers are laid out by ourselves, since the
    standard library refuses some of those that people write; and a raw message is not taken apart
    while somebody waits for the answer."""
    envelope = {
        "Headers": [{"Name": n, "Value": v} for n, v in headers[: _begins_with_sender(headers)]],
        "OriginalRecipient": said.get("OriginalRecipient"),
    }
    if said.get("RawEmail"):
        return {**envelope, "RawEmail": ""}
    parts = {
        "TextBody": said.get("TextBody") or "",
        "HtmlBody": said.get("HtmlBody") or None,
        "Attachments": [_attachment(*one) for one in enumerate(_list(said, "Attachments"))],
    }
    return envelope | parts


def _attachment(place: int, said: Any) -> Said:
    pointer = pointer_to("Attachments", place)
    content = said.get("Content") or said.get("Data") or "" if isinstance(said, dict) else None
    if not isinstance(content, str):
        raise Refused.at(pointer, "no_attachment", "An attachment has a Content in base64.")
    try:
        b64decode(content)
    except (binascii.Error, ValueError):
        raise Refused.at(pointer, "not_base64", "The Content is not base64.") from None
    id = _one(said, "ContentID")
    return {
        "ContentType": tidy_kind(_one(said, "ContentType")),
        "Content": content,
        "Data": content,
        "Name": tidy_name(_one(said, "Name")),
        "ContentID": tidy_name(id) if id else None,
    }


def _head(said: Said, headers: Headers) -> Headers:
    """Those that Postmark tells apart, and then all others, without the envelope's sender."""
    told = {
        "From": said_of_people(_people([said.get("FromFull")])),
        "To": said_of_people(_people(_list(said, "ToFull"))),
        "Cc": said_of_people(_people(_list(said, "CcFull"))),
        "Reply-To": _one(said, "ReplyTo"),
        "Subject": _one(said, "Subject"),
        "Date": _one(said, "Date"),
    }
    others = [
        pair for pair in headers[_begins_with_sender(headers) :] if pair[0].title() not in told
    ]
    return [*((name, value) for name, value in told.items() if value), *others]


def _begins_with_sender(headers: Headers) -> bool:
    return bool(headers) and headers[0][0].lower() == "return-path"


def _headers(said: Said) -> Headers:
    return [
        (_one(one, "Name"), _one(one, "Value"))
        for one in _list(said, "Headers")
        if isinstance(one, dict)
    ]


def _recipients(said: Said) -> list[str]:
    """To whom the servers said it is; older payloads say only whom its headers name."""
    if original := _one(said, "OriginalRecipient"):
        return [original]
    named = [*_list(said, "ToFull"), *_list(said, "CcFull"), *_list(said, "BccFull")]
    return [address for _, address in _people(named)]


def _people(given: list[Any]) -> list[tuple[str, str]]:
    people = [one for one in given if isinstance(one, dict) and _one(one, "Email")]
    return [(_one(one, "Name"), _one(one, "Email")) for one in people]


def _list(said: Said, name: str) -> list[Any]:
    found = said.get(name)
    return found if isinstance(found, list) else []


def _one(said: Said, name: str) -> str:
    found = said.get(name)
    return found if isinstance(found, str) else ""
