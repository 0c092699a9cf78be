"""A form as it was filled in on its page, and as a feedback. Sent twice it is one."""

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.http import QueryDict

from cxloop.kernel.bodies import storable
from cxloop.kernel.errors import Refused
from feedback.intake.models import new_id
from feedback.intake.submission import Submission, read_submission
from feedback.web.answering import Answered, Contact, Given, answered
from feedback.web.asking import Asked
from feedback.web.forms import FormDocument

MOST_ANSWERS = 50

_signer = Signer(salt="cxloop.form", sep=".")


@dataclass(frozen=True)
class Typed:
    """`website` is a field that people do not see; programs fill it in."""

    given: Given = field(default_factory=dict)
    contact: Contact = field(default_factory=Contact)
    website: str = ""
    nonce: str = ""


@dataclass(frozen=True)
class Filled:
    """How a form was filled in: what stands in the field that people do not see, and how fast."""

    trap: str
    ms: int | None


def read_form(sent: QueryDict, form: FormDocument, *, zone: str) -> Typed:
    """`zone` is the one in which times were offered."""

    def said(name: str) -> str:
        return str(storable(sent.get(name, "")))

    def values(name: str) -> list[str]:
        found = sent.getlist(name)[:MOST_ANSWERS]
        return [str(storable(one)).replace("\r\n", "\n") for one in found]

    return Typed(
        given={question.key: values(question.key) for question in form.questions},
        contact=Contact(
            said("email").strip(),
            sent.get("contact_me") in {"on", "true", "yes", "1"},
            said("call-phone").strip()[:40],
            said("call-at").strip(),
            zone,
        ),
        website=said("website").strip(),
        nonce=said("nonce"),
    )


def chosen_by_link(said: QueryDict, form: FormDocument) -> Typed:
    """What a link in a letter chooses: it fills the form in, and says nothing. Programs that look
    after letters follow every link in them; a person still has to send it."""
    given = {}
    for question in form.questions:
        values = [one for one in said.getlist(question.key) if one in question.answers]
        given[question.key] = values if question.several else values[:1]
    return Typed(given)


def new_nonce() -> str:
    return _signer.sign(new_id().hex)


def id_of(typed: Typed, source: str) -> UUID:
    """Of this form and these words: pressed twice it is one feedback, changed and sent again it is
    another. Without a nonce of ours, which curl has not, every post is its own."""
    drawn = _drawn_as(typed)
    if drawn is None:
        return new_id()
    said = repr((drawn, source, sorted(typed.given.items()), typed.contact))
    mark = sha256(said.encode()).digest()
    raw = bytearray(drawn.bytes[:7] + mark[:9])
    raw[8] = raw[8] & 0x3F | 0x80
    return UUID(bytes=bytes(raw))


def filled_ms(typed: Typed) -> int | None:
    """How long ago its page was drawn, by the clock that drew it: both numbers begin with their
    time. None where no page of ours was filled in."""
    drawn = _drawn_as(typed)
    return None if drawn is None else (new_id().int >> 80) - (drawn.int >> 80)


def _drawn_as(typed: Typed) -> UUID | None:
    try:
        return UUID(hex=_signer.unsign(typed.nonce))
    except (BadSignature, ValueError):
        return None


def answers_to(asked: Asked, typed: Typed, language: str) -> Answered:
    return answered(asked.form, typed.given, typed.contact, language=language)


def submission_of(asked: Asked, said: Answered, *, now: datetime) -> Submission:
    """Raises Refused."""
    body = {**said.body, "form": asked.slug}
    if asked.version:
        body["form_version"] = asked.version
    return read_submission(body, now=now)


def faults_in(asked: Asked, refused: Refused) -> dict[str, str]:
    """By the key of the question; what is wrong with all of it stands under ''."""
    keys = {question.kind: question.key for question in asked.form.questions}
    places = {"/customer/email": (keys.get("contact", ""), "email"), "": ("", "said")}
    places["/customer/phone"] = (keys.get("callback", ""), "phone")
    found = {}
    for fault in refused.faults:
        key, code = places.get(fault.pointer, ("", "said"))
        found[key] = code
    return found
