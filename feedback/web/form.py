"""The plain form of a source, as it was typed, and as a feedback. Sent twice it is one."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.http import QueryDict

from cxloop.kernel.bodies import storable
from cxloop.kernel.errors import Refused
from feedback.intake.models import new_id
from feedback.intake.submission import Submission, read_submission

SCORES = range(11)  # nps

_signer = Signer(salt="cxloop.form", sep=".")

# Where the checks point, in the words of the form.
_PLACES = {"/score/value": "score", "/comment": "comment", "/customer/email": "email", "": "said"}


@dataclass(frozen=True)
class Typed:
    """`website` is a field that people do not see; programs fill it in."""

    score: str = ""
    comment: str = ""
    email: str = ""
    contact_me: bool = False
    website: str = ""
    nonce: str = ""


def read_form(form: QueryDict) -> Typed:
    said = {name: str(storable(form.get(name, ""))) for name in ("score", "email", "website")}
    return Typed(
        **{name: text.strip() for name, text in said.items()},
        comment=str(storable(form.get("comment", ""))).replace("\r\n", "\n"),
        contact_me=form.get("contact_me") in {"on", "true", "yes", "1"},
        nonce=str(form.get("nonce", "")),
    )


def new_nonce() -> str:
    return _signer.sign(new_id().hex)


def id_of(typed: Typed, source: str) -> UUID:
    """Of this form and these words: pressed twice it is one feedback, changed and sent again it is
    another. Without a nonce of ours, which curl has not, every post is its own."""
    try:
        drawn = UUID(hex=_signer.unsign(typed.nonce))
    except (BadSignature, ValueError):
        return new_id()
    said = repr((drawn, source, typed.score, typed.comment, typed.email, typed.contact_me))
    mark = sha256(said.encode()).digest()
    raw = bytearray(drawn.bytes[:7] + mark[:9])
    raw[8] = raw[8] & 0x3F | 0x80
    return UUID(bytes=bytes(raw))


def faults_of(typed: Typed) -> set[str]:
    """What can be told without the checks of a feedback."""
    faults = set()
    if typed.score and typed.score not in map(str, SCORES):
        faults.add("score")
    if typed.contact_me and not typed.email:
        faults.add("email")
    if typed.website:
        faults.add("automatic")
    return faults


def submission_of(typed: Typed, language: str, *, now: datetime) -> Submission:
    """Raises Refused."""
    body: dict[str, Any] = {"comment": typed.comment, "form": "page"}
    if typed.score:
        body["score"] = {"type": "nps", "value": int(typed.score)}
    if typed.contact_me:
        body["answers"] = {"contact_me": True}
    if typed.email:
        body["customer"] = {"email": typed.email, "locale": language}
    return read_submission(body, now=now)


def places_of(refused: Refused) -> set[str]:
    return {_PLACES.get(fault.pointer, "said") for fault in refused.faults}
