"""How far to believe what is said about a customer, and which mentions are one. Pure."""

import hashlib
import hmac
import re
from enum import StrEnum

from cxloop.kernel.errors import Refused
from feedback.intake.submission import Person

LONGEST_IDENTITY = 340

_NOT_DIALLED = re.compile(r"[^0-9+]")


class Trust(StrEnum):
    """SERVER: a secret key vouches for all of it. SIGNED: a proof vouches for the id alone.
    CLAIMED: said by a browser or a mail, and never taken for a trusted customer."""

    SERVER = "server"
    SIGNED = "signed"
    CLAIMED = "claimed"


def trust_of(person: Person | None, *, secret_key: bool, identity_secret: str) -> Trust:
    """Raises Refused for a proof that does not fit: a page that signs wrongly should hear of it."""
    if secret_key:
        return Trust.SERVER
    if person is None or person.proof is None:
        return Trust.CLAIMED
    if person.id is None or not proves(person.proof, person.id, identity_secret):
        raise Refused.at("/customer/proof", "wrong_proof", "The proof does not sign this id.")
    return Trust.SIGNED


def sign_identity(external_id: str, identity_secret: str) -> str:
    """HMAC-SHA256 in hex: what the customer's own server puts beside the id."""
    return hmac.new(identity_secret.encode(), external_id.encode(), hashlib.sha256).hexdigest()


def proves(proof: str, external_id: str, identity_secret: str) -> bool:
    expected = sign_identity(external_id, identity_secret)
    return hmac.compare_digest(proof.lower().encode(), expected.encode())


def identity_of(person: Person, trust: Trust) -> str | None:
    """What makes two mentions one customer; None where nobody can tell.

    A trusted customer is known by the first of id, e-mail and phone. Claims must agree in all they
    name: else a stranger who claims the same id could put their own address on another's ticket.
    """
    marks = _marks(person)
    if not marks:
        return None
    identity = " ".join(marks) if trust is Trust.CLAIMED else marks[0]
    if len(identity) > LONGEST_IDENTITY:
        return f"digest:{hashlib.sha256(identity.encode()).hexdigest()}"
    return identity


def _marks(person: Person) -> list[str]:
    phone = _NOT_DIALLED.sub("", person.phone or "")
    named = {"id": person.id, "email": person.email, "phone": phone}
    return [f"{kind}:{value}" for kind, value in named.items() if value]
