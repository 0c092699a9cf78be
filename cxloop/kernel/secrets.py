"""Secrets of others that must be read again, such as a password with which we sign in elsewhere:
sealed in the database, so that a copy of it alone opens nothing. What only has to be recognised is
kept as a hash instead (`accounts/keys.py`)."""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from cxloop.kernel.errors import CxloopError


class SealedOtherwise(CxloopError):
    """It was sealed under another CXLOOP_SECRET_KEY, or for another purpose, or was changed."""

    code, title = "sealed_otherwise", "A stored secret cannot be read"


def sealed(text: str, *, purpose: str) -> bytes:
    return _fernet(purpose).encrypt(text.encode())


def unsealed(data: bytes, *, purpose: str) -> str:
    """Raises SealedOtherwise: the secret must be said again."""
    try:
        return _fernet(purpose).decrypt(data).decode()
    except InvalidToken:
        raise SealedOtherwise("CXLOOP_SECRET_KEY is not the one it was stored with.") from None


def _fernet(purpose: str) -> Fernet:
    """Under a key of the purpose's own: what was sealed for one opens for no other."""
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"cxloop {purpose}".encode())
    return Fernet(base64.urlsafe_b64encode(key.derive(settings.SECRET_KEY.encode())))
