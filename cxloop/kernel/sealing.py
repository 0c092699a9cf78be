"""What must be read again and may not stand in the database in clear.

The key is made of CXLOOP_SECRET_KEY, another one for each purpose: whoever has the database alone,
or a backup of it, has nothing.
"""

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class SealBroken(Exception):
    """It was sealed under another secret key, or for another purpose."""


def seal(clear: str, *, purpose: str) -> str:
    return _fernet(purpose).encrypt(clear.encode()).decode()


def unseal(sealed: str, *, purpose: str) -> str:
    """Raises SealBroken."""
    try:
        return _fernet(purpose).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise SealBroken(purpose) from error


def _fernet(purpose: str) -> Fernet:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"cxloop: {purpose}".encode())
    return Fernet(urlsafe_b64encode(key.derive(settings.SECRET_KEY.encode())))
