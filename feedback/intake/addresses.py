"""Whether a text is an e-mail address: well-formed is all that can be told unasked."""

from functools import lru_cache

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

LONGEST_ADDRESS = 254
_well_formed = EmailValidator()


@lru_cache(maxsize=10_000)
def is_address(text: str) -> bool:
    if len(text) > LONGEST_ADDRESS:
        return False
    try:
        _well_formed(text)
    except ValidationError:
        return False
    return True
