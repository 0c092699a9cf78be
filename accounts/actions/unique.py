from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from psycopg.errors import UniqueViolation

from cxloop.kernel.errors import Refused


@contextmanager
def given_once(pointer: str, detail: str) -> Iterator[None]:
    """Saves a row under a name that only one may have. Raises Refused `taken` at the pointer, also
    when two give the name at the same moment."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if isinstance(error.__cause__, UniqueViolation):
            raise Refused.at(pointer, "taken", detail) from None
        raise
