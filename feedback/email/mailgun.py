"""Mails from Mailgun: a form, with the raw message in it where the address ends in `/mime`."""

import json
import re
from dataclasses import dataclass, field
from json import dumps
from typing import Any

from anymail.webhooks.mailgun import MailgunInboundWebhookView
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest

from cxloop.kernel.bodies import storable
from cxloop.kernel.callers import address_of
from cxloop.kernel.errors import Refused, Unreadable
from cxloop.kernel.form_bytes import PostedForm, read_form_bytes
from cxloop.kernel.moment import moment
from feedback.email.actions.hooks import Doubted, Handed, Signed, check_signature, take_from_hook
from feedback.email.hooks import MailHookView
from feedback.email.models import Mail, MailHook
from feedback.email.rebuilding import Headers, rebuilt, tidy_kind, tidy_name, verdicts_beside

REBUILT = "Mailgun gave no raw message: rebuilt from what it read"

LONGEST_VERDICT = 10_000

_ATTACHMENT = re.compile(r"attachment-([1-9][0-9]{0,2})")


@dataclass
class _AsPosted:
    """What anymail reads of a request."""

    POST: dict[str, str]
    FILES: dict[str, SimpleUploadedFile] = field(default_factory=dict)


class MailgunHook(MailHookView, MailgunInboundWebhookView):  # type: ignore[misc]
    """It signs the time and a token: whoever saw one could send anything with it, once."""

    provider = MailHook.Provider.MAILGUN.value
    stops_at = 406
    # Each hook has a key of its own, which is checked here and not by anymail.
    webhook_signing_key = ""

    def take(self, request: HttpRequest, hook: MailHook) -> Mail:
        raw, now = self.whole_body(request), moment()
        with self.for_good():
            form = read_form_bytes(request.META.get("CONTENT_TYPE", ""), raw)
        del raw
        signed = _signed(form)
        check_signature(hook, signed, now=now)
        with self.for_good():
            handed = self._read(form)
        return take_from_hook(hook, handed, signed=signed, peer=address_of(request), now=now)

    def _read(self, form: PostedForm) -> Handed:
        _check(form)
        message = self.esp_to_anymail_event(_parts(form)).message
        content, note = form.fields.get("body-mime") or b"", ""
        if not content:
            content, note = rebuilt(message, _headers(form)), REBUILT
        return Handed(
            content=content,
            sender=message.envelope_sender,
            recipients=_recipients(form),
            verdicts=verdicts_beside(_short_ones(form), content),
            note=note,
        )


def _signed(form: PostedForm) -> Signed:
    said = [form.text(name) for name in ("timestamp", "token", "signature")]
    if not all(said):
        raise Doubted("not_signed")
    return Signed(*(one or "" for one in said))


def _check(form: PostedForm) -> None:
    """Raises Refused for what is no mail that was forwarded."""
    if (event := form.text("event") or "inbound") != "inbound":
        raise Refused.at("/event", "wrong_hook", f"This hook takes mails that come in: {event!r}.")
    if "attachments" in form.fields:
        raise Refused.at("/attachments", "wrong_action", "The route must forward(), not store().")
    if not _recipients(form):
        raise Refused.at("/recipient", "missing", "It is written to nobody.")
    if not form.fields.get("body-mime") and "message-headers" not in form.fields:
        detail = "There is neither a raw message nor its headers."
        raise Refused.at("/message-headers", "missing", detail)


def _parts(form: PostedForm) -> _AsPosted:
    """For anymail: the envelope and the parts. Headers are laid out by ourselves, since the
    standard library refuses some of those that people write; and a raw message is not taken apart
    while somebody waits for the answer."""
    envelope = {
        name: form.text(name) or "" for name in ("sender", "recipient", "timestamp", "token")
    }
    if form.fields.get("body-mime"):
        return _AsPosted(envelope | {"body-mime": ""})
    parts = {"message-headers": "[]", "body-plain": form.text("body-plain") or ""}
    if html := form.text("body-html"):
        parts["body-html"] = html
    if files := _files(form):
        parts["attachment-count"] = str(max(int(name.rpartition("-")[2]) for name in files))
        parts["content-id-map"] = _inline(form)
    return _AsPosted(envelope | parts, files)


def _short_ones(form: PostedForm) -> Headers:
    """It says headers as fields too."""
    return [(n, form.text(n) or "") for n, v in form.fields.items() if len(v) < LONGEST_VERDICT]


def _files(form: PostedForm) -> dict[str, SimpleUploadedFile]:
    return {
        name: SimpleUploadedFile(tidy_name(file.name), file.body, tidy_kind(file.content_type))
        for name, file in form.files.items()
        if _ATTACHMENT.fullmatch(name)
    }


def _inline(form: PostedForm) -> str:
    """Which files are pictures of the text, by their ids, of which some stand twice; what cannot be
    read says that none is."""
    try:
        pairs = json.loads(form.text("content-id-map") or "{}", object_pairs_hook=tuple)
    except (ValueError, RecursionError):
        pairs = ()
    told = [(storable(id), name) for id, name in pairs if isinstance(name, str)]
    return f"{{{', '.join(f'{dumps(tidy_name(id))}: {dumps(name)}' for id, name in told)}}}"


def _headers(form: PostedForm) -> Headers:
    try:
        found = storable(json.loads(form.text("message-headers") or ""))
    except (ValueError, RecursionError):
        raise Unreadable("message-headers is not JSON.") from None
    if not isinstance(found, list) or not all(map(_is_pair, found)):
        detail = "A list of names and values is wanted."
        raise Refused.at("/message-headers", "not_headers", detail)
    return [(name, value) for name, value in found]


def _is_pair(found: Any) -> bool:
    is_pair = isinstance(found, list) and len(found) == 2
    return is_pair and all(isinstance(one, str) for one in found)


def _recipients(form: PostedForm) -> list[str]:
    return [one.strip() for one in (form.text("recipient") or "").split(",") if one.strip()]
